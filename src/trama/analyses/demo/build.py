"""Write the demonstration territory into the lake, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trama.analyses.demo import fabric, network, plain, units, works
from trama.analyses.demo import soils as ground_soils
from trama.analyses.demo.covers import Cover
from trama.analyses.demo.ground import Grid, Ground
from trama.analyses.demo.network import Road
from trama.analyses.demo.plain import Plain
from trama.analyses.demo.sketch import FOLDER, read_sketch
from trama.kernel.errors import Unavailable
from trama.kernel.layers import Provenance
from trama.lake import Lake, Version
from trama.norms import NormBook

if TYPE_CHECKING:
    import geopandas

SEED = 20240228
Progress = Callable[[str, float], None]
"""Called with what is being made (Italian, for people) and the share done, 0 to 1."""


class NoTerritory(Unavailable):
    """The real comuni are not in the lake yet."""

    it = (
        "La dimostrazione si genera dentro i confini veri, e il livello «comuni» non c'è ancora. "
        "Caricarlo prima: «trama demo build» lo fa da sé."
    )
    en = "The demonstration is generated within real boundaries: load the layer “comuni” first."


@dataclass(frozen=True)
class _Made:
    """A layer ready to be written: a table (with its own table for the screen) or a raster."""

    layer: str
    table: geopandas.GeoDataFrame | None = None
    tiles: geopandas.GeoDataFrame | None = None
    zooms: tuple[int, int] = (8, 13)
    cells: np.ndarray | None = None
    grid: Grid | None = None
    nodata: float = 0


def build(
    lake: Lake,
    book: NormBook,
    *,
    seed: int = SEED,
    day: date | None = None,
    progress: Progress | None = None,
) -> dict[str, Version]:
    """Generate every synthetic layer within the comuni of the lake, and write each as a version.

    The same seed on the same comuni gives the same layers, which do not become new versions.

    Parameters
    ----------
    day
        Day of the sketch and of the radius of well zones; their last change where None. Versions record the
        last change before it, so that building on another day under the same values writes nothing.

    Returns
    -------
    Layer id → its version; a layer with nothing in it (a territory without railways) is left out.

    Raises
    ------
    NoTerritory
        The layer `comuni` has no version.
    """
    if not lake.has("comuni"):
        raise NoTerritory
    say = progress or (lambda _text, _share: None)
    when = _since(book, day)
    comuni = lake.version("comuni")
    ground = Ground(comuni.table(columns=["istat", "nome", "popolazione"]), seed)
    provenance = Provenance(
        made_by="trama.analyses.demo",
        synthetic=True,
        inputs={"comuni": comuni.id},
        asked={"seed": seed},
        day=when.isoformat(),
        source="territorio generato da Trama per la dimostrazione",
        licence="CC0",
    )
    say("Disegno la pianura", 0.0)
    scenery = plain.imagine(ground, read_sketch(book, when, seed))
    versions = {}
    for made in _layers(scenery, say):
        if made.table is not None and made.table.empty:
            continue  # a small territory may have no river, no railway
        versions[made.layer] = _write(lake, book, provenance, made)
    say("Territorio dimostrativo pronto", 1.0)
    return versions


def _since(book: NormBook, day: date | None) -> date:
    """Return the last day, not after `day`, on which anything the generator reads changed."""
    changes = [dated.since for parameter in book.under(FOLDER) for dated in parameter.values]
    return max((since for since in changes if day is None or since <= day), default=day or date.max)


def _layers(scenery: Plain, say: Progress) -> Iterator[_Made]:
    ground = scenery.ground
    say("Uso del suolo", 0.1)
    cover = plain.cover_of(scenery, lambda share: say("Uso del suolo", 0.1 + 0.15 * share))
    yield _Made("uso_suolo", cells=cover, grid=ground.fine, nodata=int(Cover.OUTSIDE))
    say("Suoli e falda", 0.35)
    soils = ground_soils.soils(ground, scenery.sketch, scenery.great_river_m)
    yield _Made("gruppo_idrologico", cells=soils.group, grid=ground.coarse)
    yield _Made("tessitura", cells=soils.texture, grid=ground.coarse)
    yield _Made("soggiacenza", cells=soils.depth_m, grid=ground.coarse, nodata=float("nan"))
    say("Unità paesistiche", 0.4)
    yield _Made("upa", units.units(ground, scenery.sketch), zooms=(6, 12))
    say("Tessuto urbano, pozzi, siti", 0.5)
    towns = fabric.consolidated(ground, cover)
    yield _Made("tessuto_urbano_consolidato", towns)
    yield _Made("zone_rispetto_pozzi", fabric.well_zones(ground, scenery.scene, scenery.sketch.well_radius_m))
    yield _Made("siti_contaminati", fabric.contaminated(ground, cover))
    yield _Made("opere_finanziate", works.works(ground, cover))
    say("Mappa di base", 0.6)
    green = fabric.greenery(ground, cover)
    yield _Made("verde", green)
    yield _Made("acque", scenery.waters, _with_axes(scenery.waters, scenery.water_lines), zooms=(6, 13))
    yield _Made("ferrovie", network.rail_table(ground, scenery.sketch), zooms=(7, 13))
    say("Strade", 0.75)
    yield _Made("strade", network.road_table(scenery.roads), zooms=(6, 13))
    say("Vie", 0.8)
    grid_of_streets = [Road("via", line) for line in fabric.streets(scenery.scene, towns, green)]
    yield _Made("vie", network.road_table(grid_of_streets), zooms=(11, 14))


def _write(lake: Lake, book: NormBook, provenance: Provenance, made: _Made) -> Version:
    with lake.draft(book.manifests[made.layer], provenance) as draft:
        if made.cells is not None and made.grid is not None:
            draft.write_raster(made.cells, made.grid.transform, nodata=made.nodata)
        elif made.table is not None:
            low, high = made.zooms
            draft.write_table(made.table)
            if draft.manifest.geometry != "mixed":  # tiles hold one kind of shape
                draft.write_tiles(
                    made.table if made.tiles is None else made.tiles, min_zoom=low, max_zoom=high
                )
    return draft.version


def _with_axes(surfaces: geopandas.GeoDataFrame, axes: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Put surfaces and axes in one table for the screen, told apart by `forma`."""
    both: Any = pd.concat([surfaces.assign(forma="superficie"), axes.assign(forma="asse")], ignore_index=True)
    return both.drop(columns=["area_m2"])
