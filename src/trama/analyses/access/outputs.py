"""What a run leaves in the lake: cells, times, places, categories, inequality, supply."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.analyses.access.figures import AccessOf, Fifteen, Walk
from trama.analyses.access.ground import Ground
from trama.analyses.access.layers import BY_COMUNE, BY_ZONE, CELLS
from trama.analyses.access.reach import Reach
from trama.analyses.access.residents import CELL_M
from trama.analyses.territory.made import lay_beside, manifest_of
from trama.analyses.territory.places import zone_shapes
from trama.kernel.layers import Manifest, Provenance
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import NormBook

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

TILED = ("cella", "residenti", "categorie_vicine", "categorie_mancanti", "pt_min")
"""Columns of the cells that the tiles carry."""
TILE_ZOOMS = (11, 12)
Writer = Callable[[str, "pd.DataFrame"], Version]


def write_cells(
    lake: Lake, book: NormBook, origin: Provenance, ground: Ground, found: Fifteen, access: NDArray[Any]
) -> Version:
    """Write the inhabited cells, as squares of 100 m, with their tiles."""
    import geopandas
    import pandas as pd
    import shapely

    manifest, cells = manifest_of(book, CELLS), ground.cells
    west, south = cells.east * float(CELL_M), cells.north * float(CELL_M)
    codes = np.array(ground.codes, dtype=object)[cells.comune]
    off = cells.node < 0
    people = cells.people(ground.people.between(found.group.first, found.group.last))
    table = pd.DataFrame(
        {
            "cella": [f"{key}-{code}" for key, code in zip(cells.keys, codes, strict=True)],
            "numero": np.arange(len(cells)),
            "istat": codes,
            "residenti": people,
            "quota": cells.share,
            "nodo": pd.array(np.where(off, 0, cells.node), dtype="Int64"),
            "distanza_rete_m": np.where(off, np.nan, cells.gap_m),
            "categorie_vicine": pd.array(found.within, dtype="Int64"),
            "categorie_mancanti": pd.array(found.lacking, dtype="Int64"),
            "categorie_parziali": pd.array(found.partial, dtype="Int64"),
            "pt_min": found.pt,
            "x_min": found.worst,
            "piu_lontana": found.furthest,
            "accesso": access,
        }
    )
    for column in ("nodo", "categorie_vicine", "categorie_mancanti", "categorie_parziali"):
        table.loc[off, column] = pd.NA
    boxes = shapely.box(west, south, west + CELL_M, south + CELL_M)
    frame = geopandas.GeoDataFrame(table, geometry=boxes, crs=manifest.crs)
    with lake.draft(manifest, origin) as draft:
        draft.write_table(frame)
        low, high = TILE_ZOOMS
        draft.write_tiles(frame[[*TILED, "geometry"]], min_zoom=low, max_zoom=high)
    return draft.version


def times_table(ground: Ground, reach: Reach) -> pd.DataFrame:
    """Return the distances of every target searched, target after target, in the order of the cells."""
    import pandas as pd

    cells, targets = np.arange(len(ground.cells), dtype=np.int32), sorted(reach.mm)
    nobody = np.full(len(cells), -1, np.int32)
    service = np.concatenate([reach.service.get(target, nobody) for target in targets])
    codes, names = pd.factorize(ground.services.id)
    which = np.where(service < 0, -1, np.append(codes, -1)[service])
    titles = pd.Index([target.name for target in targets])
    return pd.DataFrame(
        {
            "traguardo": pd.Categorical.from_codes(np.repeat(np.arange(len(targets)), len(cells)), titles),
            "cella": np.tile(cells, len(targets)),
            "distanza_mm": _known(np.concatenate([reach.mm[target] for target in targets])),
            "servizio": pd.Categorical.from_codes(which, pd.Index(names)),
            "non_tutti": np.concatenate([reach.cut_short(target) for target in targets]),
        }
    )


def rides_table(ground: Ground, rides: list[Walk]) -> pd.DataFrame:
    """Return the minutes by public transport, entry after entry, in the order of the cells."""
    import pandas as pd

    cells = np.arange(len(ground.cells), dtype=np.int32)
    voci = pd.Index([ride.target.voci[0] for ride in rides], dtype=object)
    minutes = [ride.minutes for ride in rides]
    return pd.DataFrame(
        {
            "voce": pd.Categorical.from_codes(np.repeat(np.arange(len(rides)), len(cells)), voci),
            "cella": np.tile(cells, len(rides)),
            "minuti": np.round(np.concatenate(minutes), 2) if minutes else np.empty(0),
        }
    )


def _known(mm: NDArray[Any]) -> Any:
    import pandas as pd

    return pd.arrays.IntegerArray(mm.astype(np.int32), mm < 0)


def write_places(
    lake: Lake,
    book: NormBook,
    origin: Provenance,
    ground: Ground,
    group: str,
    places: Iterable[tuple[str, AccessOf]],
) -> dict[str, Version]:
    """Write the tables of comuni and zones, with their tiles."""
    places = list(places)
    shapes = {BY_COMUNE: ground.comuni, BY_ZONE: zone_shapes(ground.comuni, ground.members)}
    kinds, found = {BY_COMUNE: "comune", BY_ZONE: "zona"}, {}
    for layer, kind in kinds.items():
        manifest = manifest_of(book, layer)
        extra = {"serie": ground.rules.set_id, "gruppo": group}
        rows = [{manifest.key: of.key, **of.to_json(), **extra} for one, of in places if one == kind]
        table = lay_beside(manifest, shapes[layer], rows)
        found[layer] = _write_frame(lake, manifest, origin, table)
    return found


def _write_frame(
    lake: Lake, manifest: Manifest, origin: Provenance, table: geopandas.GeoDataFrame
) -> Version:
    with lake.draft(manifest, origin) as draft:
        draft.write_table(table)
        draft.write_tiles(table)
    return draft.version


def write_table(lake: Lake, book: NormBook, origin: Provenance, layer: str, table: pd.DataFrame) -> Version:
    """Write a plain table."""
    manifest = manifest_of(book, layer)
    with lake.draft(manifest, origin) as draft:
        draft.write_table(table)
    return draft.version


def typed(book: NormBook, layer: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table with the columns and the types of the layer's manifest."""
    import pandas as pd

    manifest = manifest_of(book, layer)
    table = pd.DataFrame(rows, columns=[spec.name for spec in manifest.fields])
    kinds: dict[str, Any] = {"number": "float64", "integer": "Int64"}
    return table.astype({spec.name: kinds[spec.type] for spec in manifest.fields if spec.type in kinds})
