"""The soils map on the territory: services in use, rasters, tables, each figure with its reasons."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.analyses.suoli.errors import MissingLayers
from trama.analyses.suoli.ground import PLACES, Ground, Strip, read_ground
from trama.analyses.suoli.places import SoilsOf, survey
from trama.analyses.suoli.rules import read_rules
from trama.analyses.suoli.tracing import asked, raster_trace, run_trace
from trama.kernel.layers import Manifest, Provenance
from trama.kernel.trace import Trace
from trama.lake import Lake, Version
from trama.lake.staging import staged
from trama.norms import NormBook

if TYPE_CHECKING:
    import geopandas

MADE_BY = "suoli"
RASTERS = ("attitudine_suoli", "offerta_ricarica", "attitudine_matrice")
CACHE_MB = 128
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SoilsResult:
    """What a run found and left.

    Attributes
    ----------
    places
        ``comuni`` and ``upa`` → the soils of each place.
    absent
        Services that have no layer: (id, name, where it would come from).
    """

    day: date
    places: dict[str, list[SoilsOf]]
    in_use: list[tuple[str, str]]
    absent: list[tuple[str, str, str]]
    versions: dict[str, Version]
    trace: Trace

    def to_json(self) -> dict[str, Any]:
        """Return the answer of ``trama suoli carta``, its envelope apart."""
        return {
            "servizi": [{"id": key, "nome": name} for key, name in self.in_use],
            "servizi_mancanti": [{"id": key, "nome": name, "come": how} for key, name, how in self.absent],
            "livelli": [
                {"livello": layer, "versione": version.id, "sintetico": version.synthetic}
                for layer, version in self.versions.items()
            ],
            "comuni": [{"istat": one.key, **one.to_json()} for one in self.places["comuni"]],
            "upa": [{"codice": one.key, **one.to_json()} for one in self.places["upa"]],
        }


def map_soils_whole(lake: Lake, book: NormBook, **kwargs: Any) -> SoilsResult:
    """Run `map_soils` writing aside; all its layers take their place together, or none does."""
    with staged(lake) as aside:
        result = map_soils(aside, book, **kwargs)
        return replace(result, versions={**result.versions, **aside.publish()})


def map_soils(lake: Lake, book: NormBook, *, day: date, progress: Progress | None = None) -> SoilsResult:
    """Draw the soils map from the current layers and leave rasters, tables and traces in the lake.

    Raises
    ------
    MissingLayers, NoService, WrongGrid
        Said in Italian, with what to do; nothing has been written.
    NotInForce
        A norm has no value on `day`.
    """
    ground = read_ground(lake, read_rules(book, day))
    made = [name for name in RASTERS if name != "offerta_ricarica" or "ricarica" in _used(ground)]
    manifests = {name: manifest_of(book, name) for name in (*made, *PLACES.values())}
    places, versions = _write_rasters(lake, ground, {name: manifests[name] for name in made}, progress)
    trace = run_trace(ground, places)
    provenance = replace(_provenance(ground, "", lake), trace=lake.traces.save(trace))
    for layer, name in PLACES.items():
        with lake.draft(manifests[name], provenance) as draft:
            table = _table(manifests[name], ground.places[layer], places[layer])
            draft.write_table(table)
            draft.write_tiles(table)
        versions[name] = draft.version
    return SoilsResult(
        day=day,
        places=places,
        in_use=[(one.id, one.name_it) for one in ground.in_use if one.weight > 0],
        absent=[(one.id, one.name_it, one.how) for one in ground.absent],
        versions=versions,
        trace=trace,
    )


def _write_rasters(
    lake: Lake, ground: Ground, manifests: dict[str, Manifest], progress: Progress | None
) -> tuple[dict[str, list[SoilsOf]], dict[str, Version]]:
    """Write the rasters strip by strip, in the very pass that counts the places."""
    import rasterio

    drafts, outs = {}, {}
    with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), ExitStack() as stack:
        for name, manifest in manifests.items():
            drafts[name] = stack.enter_context(lake.draft(manifest, _provenance(ground, name, lake)))
            opened = drafts[name].open_raster(
                ground.shape, ground.transform, np.float32, float("nan"), categorical=False
            )
            outs[name] = stack.enter_context(opened)
        steps = iter(range(1, len(ground.bands) + 1))

        def seen(strip: Strip) -> None:
            cells = {"attitudine_suoli": strip.attitude, "attitudine_matrice": strip.matrix}
            if "ricarica" in strip.supplies:
                cells["offerta_ricarica"] = strip.supplies["ricarica"]
            for name, out in outs.items():
                out.write(cells[name], 1, window=_window(strip.rows, ground.shape[1]))
            if progress:
                progress(next(steps), len(ground.bands))

        places = survey(ground, seen)
    return places, {name: draft.version for name, draft in drafts.items()}


def manifest_of(book: NormBook, layer: str) -> Manifest:
    """Return the manifest of a layer this analysis makes; raises `MissingLayers` where the norms lack it."""
    if layer not in book.manifests:
        raise MissingLayers(layers=f"«{layer}» (manca la sua descrizione nelle norme)")
    return book.manifests[layer]


def _used(ground: Ground) -> set[str]:
    return {one.id for one in ground.in_use}


def _provenance(ground: Ground, raster: str, lake: Lake) -> Provenance:
    """Return where a raster (or, without a name, a table) comes from; a raster's trace is kept at once."""
    inputs = {
        "attitudine_suoli": [one.layer for one in ground.in_use if one.weight > 0],
        "offerta_ricarica": ["kdren"],
        "attitudine_matrice": ["uso_suolo"],
    }.get(raster, list(ground.versions))
    versions = {layer: ground.versions[layer] for layer in inputs}
    trace = ""
    if raster:
        cells = ground.shape[0] * ground.shape[1]
        trace = lake.traces.save(raster_trace(raster, ground, cells))
    return Provenance(
        made_by=MADE_BY,
        synthetic=any(version.synthetic for version in versions.values()),
        inputs={layer: version.id for layer, version in sorted(versions.items())},
        asked=asked(ground) if raster in {"attitudine_suoli", ""} else {},
        day=ground.rules.day.isoformat(),
        trace=trace,
    )


def _window(rows: slice, columns: int) -> Any:
    from rasterio.windows import Window

    return Window(0, rows.start, columns, rows.stop - rows.start)


def _table(
    manifest: Manifest, shapes: geopandas.GeoDataFrame, places: list[SoilsOf]
) -> geopandas.GeoDataFrame:
    import geopandas
    import pandas as pd

    rows = pd.DataFrame({manifest.key: place.key, **place.to_json()} for place in places)
    numbers = [spec.name for spec in manifest.fields if spec.type == "number"]
    rows[numbers] = rows[numbers].astype("float64")
    rows["classe"] = rows["classe"].astype("Int64")
    return geopandas.GeoDataFrame(rows, geometry=list(shapes.geometry), crs=shapes.crs)
