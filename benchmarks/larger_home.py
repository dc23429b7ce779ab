"""The demonstration territory with a land cover of finer or coarser cells."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from benchmarks.demo_home import demo_home
from trama.kernel.layers import Provenance
from trama.lake import Lake

GIVEN = ("comuni", "upa", "zone_omogenee", "popolazione_eta", "gruppo_idrologico", "tessitura", "soggiacenza")
ROWS = 512


def home_with_cells(folder: Path, finer: int = 1, coarser: int = 1) -> tuple[Path, int]:
    """Make an installation whose land cover has each cell cut `finer` times, or one cell taken in `coarser`.

    Returns
    -------
    The installation's folder, and the number of cells of its land cover.
    """
    import rasterio
    from affine import Affine
    from rasterio.windows import Window

    home = folder / f"home-{finer}-{coarser}"
    for layer in GIVEN:
        shutil.copytree(demo_home() / "lake" / layer, home / "lake" / layer)
    cover = Lake(demo_home() / "lake").version("uso_suolo")
    lake = Lake(home / "lake")
    provenance = Provenance(
        made_by="benchmarks", synthetic=True, licence="CC0", source="territorio dimostrativo"
    )
    with rasterio.open(cover.raster) as source, lake.draft(cover.manifest, provenance) as draft:
        t, size = source.transform, coarser / finer
        shape = (source.height // coarser * finer, source.width // coarser * finer)
        transform = Affine(t.a * size, 0, t.c, 0, t.e * size, t.f)
        with draft.open_raster(shape, transform, np.uint16, source.nodata, categorical=True) as out:
            for top in range(0, source.height // coarser * coarser, ROWS * coarser):
                height = min(ROWS * coarser, source.height // coarser * coarser - top)
                cells = source.read(1, window=Window(0, top, source.width // coarser * coarser, height))
                laid = cells[::coarser, ::coarser].repeat(finer, 0).repeat(finer, 1)
                where = Window(0, top // coarser * finer, laid.shape[1], laid.shape[0])
                out.write(laid, 1, window=where)
        draft.rows = int(np.prod(shape))
    return home, int(np.prod(shape))
