"""Write the demonstration territory into the lake, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trama.analyses.demo import fabric, network, plain, units, walks, works
from trama.analyses.demo import services as public_services
from trama.analyses.demo import soils as ground_soils
from trama.analyses.demo import transit as public_transport
from trama.analyses.demo.beside import InTurn
from trama.analyses.demo.covers import Cover
from trama.analyses.demo.ground import Grid, Ground
from trama.analyses.demo.network import Road
from trama.analyses.demo.plain import Plain
from trama.analyses.demo.sketch import FOLDER, read_sketch
from trama.kernel.errors import Unavailable
from trama.kernel.layers import Manifest, Provenance
from trama.lake import Lake, Version
from trama.norms import NormBook

if TYPE_CHECKING:
    import geopandas

SEED = 20240228
MADE_BY = "trama.analyses.demo"
VOICES = "sttm2/servizi/tassonomia"
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
    """A layer ready to be written: a table (with its own table for the screen) or a raster.

    Without `zooms` no tiles are made of it.
    """

    layer: str
    table: geopandas.GeoDataFrame | pd.DataFrame | None = None
    tiles: geopandas.GeoDataFrame | None = None
    zooms: tuple[int, int] | None = (8, 13)
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
    writer: Executor | None = None,
) -> dict[str, Version]:
    """Generate every synthetic layer within the comuni of the lake, and write each as a version.

    The same seed on the same comuni gives the same layers, which do not become new versions.

    Parameters
    ----------
    day
        Day of the sketch and of the radius of well zones; their last change where None. Versions record the
        last change before it, so that building on another day under the same values writes nothing.
    writer
        Who writes what is made while the next is being made; this process, in turn, where None.

    Returns
    -------
    Layer id → its version; a layer with nothing in it (a territory without railways) is left out. One whose
    current version is real stays as it is, and that version is returned.

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
        made_by=MADE_BY,
        synthetic=True,
        inputs={"comuni": comuni.id},
        asked={"seed": seed},
        day=when.isoformat(),
        source="territorio generato da Trama per la dimostrazione",
        licence="CC0",
    )
    say("Disegno la pianura", 0.0)
    scenery = plain.imagine(ground, read_sketch(book, when, seed))
    write = writer or InTurn()
    versions: dict[str, Future[Version] | Version] = {}
    for made in _layers(scenery, _voices(book, day), say):
        if made.table is not None and made.table.empty:
            continue  # a small territory may have no river, no railway
        real = lake.version(made.layer) if lake.has(made.layer) else None
        if real is not None and not (real.synthetic and real.provenance.made_by == MADE_BY):
            versions[made.layer] = real  # what is invented never takes the place of what is real
            continue
        versions[made.layer] = write.submit(_write, lake, book.manifests[made.layer], provenance, made)
    written = {layer: one.result() if isinstance(one, Future) else one for layer, one in versions.items()}
    say("Territorio dimostrativo pronto", 1.0)
    return written


def _since(book: NormBook, day: date | None) -> date:
    """Return the last day, not after `day`, on which anything the generator reads changed."""
    changes = [dated.since for parameter in book.under(FOLDER) for dated in parameter.values]
    return max((since for since in changes if day is None or since <= day), default=day or date.max)


def _voices(book: NormBook, day: date | None) -> dict[str, Any]:
    """Return the taxonomy of services on `day`, or as it first was; empty where there is none."""
    if VOICES not in book.parameters:
        return {}
    parameter = book.parameters[VOICES]
    first = parameter.values[0].since
    found: dict[str, Any] = parameter.at(max(day or date.max, first)).value
    return found


def _layers(scenery: Plain, voices: dict[str, Any], say: Progress) -> Iterator[_Made]:
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
    say("Mappa di base", 0.55)
    green = fabric.greenery(ground, cover)
    yield _Made("verde", green)
    yield _Made("acque", scenery.waters, _with_axes(scenery.waters, scenery.water_lines), zooms=(6, 13))
    yield _Made("ferrovie", network.rail_table(ground, scenery.sketch), zooms=(7, 13))
    say("Strade", 0.65)
    yield _Made("strade", network.road_table(scenery.roads), zooms=(6, 13))
    say("Vie", 0.7)
    grid_of_streets = [Road("via", line) for line in fabric.streets(scenery.scene, towns, green)]
    yield _Made("vie", network.road_table(grid_of_streets), zooms=(11, 14))
    yield from _on_foot(scenery, grid_of_streets, cover, voices, say)


def _on_foot(
    scenery: Plain, streets: list[Road], cover: np.ndarray, voices: dict[str, Any], say: Progress
) -> Iterator[_Made]:
    """Yield what people walk on, and where they walk to."""
    say("Rete pedonale", 0.78)
    on_foot = walks.walks([*scenery.roads, *streets], _barriers(scenery), scenery.ground.seed)
    yield _Made("rete_pedonale_nodi", walks.node_table(on_foot), zooms=None)
    yield _Made("rete_pedonale_archi", walks.edge_table(on_foot), zooms=None)
    say("Fermate e linee", 0.86)
    moving = public_transport.transit(scenery.ground, scenery.sketch, scenery.centres, on_foot)
    yield _Made("fermate", moving.stops, zooms=(9, 13))
    yield _Made("collegamenti_tpl", moving.links, zooms=None)
    if not voices:
        return
    say("Servizi", 0.9)
    found = public_services.services(scenery.ground, cover, on_foot, voices, moving.stops)
    shown = found.places[["id", "nome", "voce", "livello", "stato", "istat", "geometry"]]
    yield _Made("servizi", found.places, shown, zooms=(9, 11))
    yield _Made("servizi_copertura", found.coverage, zooms=None)


def _barriers(scenery: Plain) -> list[Any]:
    """Return what stops people on foot: railways, motorways, rivers and canals."""
    rails = [course.line for course in scenery.sketch.axes if course.kind == "ferrovia"]
    motorways = [road.line for road in scenery.roads if road.kind == "autostrada"]
    ditch = scenery.waters["id"].astype(str).str.startswith("fontanile")
    return [*rails, *motorways, *scenery.waters.geometry[~ditch]]


def _write(lake: Lake, manifest: Manifest, provenance: Provenance, made: _Made) -> Version:
    with lake.draft(manifest, provenance) as draft:
        if made.cells is not None and made.grid is not None:
            draft.write_raster(made.cells, made.grid.transform, nodata=made.nodata)
        elif made.table is not None:
            draft.write_table(made.table)
            if made.zooms and draft.manifest.geometry != "mixed":  # tiles hold one kind of shape
                low, high = made.zooms
                draft.write_tiles(
                    made.table if made.tiles is None else made.tiles, min_zoom=low, max_zoom=high
                )
    return draft.version


def _with_axes(surfaces: geopandas.GeoDataFrame, axes: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Put surfaces and axes in one table for the screen, told apart by `forma`."""
    both: Any = pd.concat([surfaces.assign(forma="superficie"), axes.assign(forma="asse")], ignore_index=True)
    return both.drop(columns=["area_m2"])
