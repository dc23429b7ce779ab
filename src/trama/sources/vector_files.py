"""Features out of any accepted vector file: reference system settled, cut on the territory, checked."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import shapely

from trama.kernel.places import METRIC_EPSG
from trama.kernel.units import format_number
from trama.lake.checks import SHOWN, Finding
from trama.sources.errors import MissingCrs, MissingField, NoOverlap, UnreadableData, WhichLayer
from trama.sources.opening import LAYER_LIMITS, VECTORS, Limits, Opened, opened
from trama.sources.original import Original, Reading

if TYPE_CHECKING:
    import geopandas

_MARGIN_M = 1000.0


def read_features(
    original: Original,
    reading: Reading,
    within: tuple[float, float, float, float] | None,
    limits: Limits = LAYER_LIMITS,
) -> geopandas.GeoDataFrame:
    """Read the features that meet `within`, in the metric reference system, Z dropped.

    Parameters
    ----------
    reading
        Receives the notes and the finding ``valid_geometry``; with ``original.repair`` broken polygons are
        rebuilt, and features without a shape dropped.
    within
        West, south, east, north in the metric system; everything is read where None.

    Raises
    ------
    MissingCrs, WhichLayer, NoOverlap, UnreadableData
        And what `opened` raises.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    with opened(original.path, VECTORS, limits, original.inners) as file:
        try:
            layer = _which_layer(file, original)
            info = pyogrio.read_info(file.target, layer=layer)
            crs = _settle_crs(original, info["crs"])
            reading.notes += original.unused_crs(info["crs"])
            table = pyogrio.read_dataframe(
                file.target,
                layer=layer,
                force_2d=True,
                bbox=_in_crs(within, crs) if within else None,
                where=(original.usual_where or None) if layer == original.usual_inner else None,
                on_invalid="ignore",
                fid_as_index=True,
            )
            shapeless = _shapeless(file, layer)
        except (DataSourceError, DataLayerError, ValueError, shapely.errors.GEOSException) as error:
            raise UnreadableData(name=original.name, why=_one_line(error)) from error
    if len(table) == 0:
        box = info.get("total_bounds")
        where = "non ha elementi" if not info.get("features") else f"il suo riquadro è {_edges(box)}"
        raise NoOverlap(name=original.name, where=where)
    if (total := int(info.get("features") or 0)) > len(table):
        reading.notes.append(
            f"Letti {len(table)} elementi su {total}: gli altri sono lontani dal territorio."
        )
    return _settle_shapes(table.set_crs(crs, allow_override=True), shapeless, original, reading)


def read_every_row(original: Original, reading: Reading) -> geopandas.GeoDataFrame:
    """Read every feature, in the metric reference system, Z dropped: also those without a shape.

    Raises
    ------
    MissingCrs, WhichLayer, UnreadableData
        And what `opened` raises.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    with opened(original.path, VECTORS, LAYER_LIMITS, original.inners) as file:
        try:
            layer = _which_layer(file, original)
            declared = pyogrio.read_info(file.target, layer=layer)["crs"]
            crs = _settle_crs(original, declared)
            reading.notes += original.unused_crs(declared)
            table = pyogrio.read_dataframe(
                file.target, layer=layer, force_2d=True, on_invalid="ignore", fid_as_index=True
            )
        except (DataSourceError, DataLayerError, ValueError, shapely.errors.GEOSException) as error:
            raise UnreadableData(name=original.name, why=_one_line(error)) from error
    return table.set_crs(crs, allow_override=True).to_crs(METRIC_EPSG)


def pick(table: geopandas.GeoDataFrame, original: Original, usual: Collection[str], what: str) -> str:
    """Return the column that holds `what`: the one named by hand, or the first of the `usual` names.

    Raises
    ------
    MissingField
        With the columns there are.
    """
    present = {name.lower(): name for name in table.columns if name != "geometry"}
    wanted = [original.value_field] if original.value_field else list(usual)
    for name in wanted:
        if name.lower() in present:
            return str(present[name.lower()])
    raise MissingField(
        name=original.name,
        what=f"{what} ({', '.join(wanted)})",
        present=", ".join(present.values()) or "nessuno",
        hint="Indicare la colonna con --field.",
    )


def _which_layer(file: Opened, original: Original) -> str:
    import pyogrio

    layers = [str(name) for name, kind in pyogrio.list_layers(file.target) if kind is not None]
    if original.inner is not None:
        if original.inner not in layers:
            raise WhichLayer(name=original.name, layers=", ".join(layers))
        return original.inner
    if original.usual_inner in layers:
        return original.usual_inner
    if len(layers) > 1:
        raise WhichLayer(name=original.name, layers=", ".join(layers))
    if not layers:
        raise UnreadableData(name=original.name, why="non contiene livelli con geometria")
    return layers[0]


def _settle_crs(original: Original, declared: str | None) -> str:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if not declared and original.crs is None:
        raise MissingCrs(name=original.name)
    try:
        return str(CRS.from_user_input(declared or original.crs).to_wkt())
    except CRSError as error:
        raise MissingCrs(name=original.name) from error


def _in_crs(bounds: tuple[float, float, float, float], crs: str) -> tuple[float, float, float, float]:
    from pyproj import Transformer

    west, south, east, north = bounds
    to = Transformer.from_crs(METRIC_EPSG, crs, always_xy=True)
    box = to.transform_bounds(west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M)
    return box[0], box[1], box[2], box[3]


def _settle_shapes(
    table: geopandas.GeoDataFrame, shapeless: list[int], original: Original, reading: Reading
) -> geopandas.GeoDataFrame:
    if table.crs.to_epsg() != METRIC_EPSG:
        reading.notes.append(f"Riproiettato da {table.crs.name} a EPSG:{METRIC_EPSG}.")
        table = table.to_crs(METRIC_EPSG)
    shapes = table.geometry.to_numpy()
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    broken = absent | ~shapely.is_valid(shapes)
    where = tuple(_place(shapes[row], table.index[row]) for row in np.flatnonzero(broken)[:SHOWN])
    hint = "Con --repair le aree si ricostruiscono, i pezzi senza area e gli elementi senza forma si perdono."
    nowhere = [number for number in shapeless if number not in table.index]
    where += tuple(_place(None, number) for number in nowhere[: SHOWN - len(where)])
    count = int(broken.sum()) + len(nowhere)
    reading.findings.append(Finding("valid_geometry", count == 0, count, where, hint if count else ""))
    if not count or not original.repair:
        return table
    reading.mended.append("valid_geometry")
    rebuilt = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    before, after = shapely.area(shapes[broken]), shapely.area(rebuilt)
    shapes = shapes.copy()
    shapes[broken] = rebuilt
    lost = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    was, now = (format_number(float(np.nansum(areas)), "m2", 0) for areas in (before, after))
    reading.notes.append(
        f"Riparati {int(broken.sum() - lost.sum())} elementi (area da {was} a {now}), "
        f"tolti {int(lost.sum()) + len(nowhere)} senza forma."
    )
    return table.set_geometry(shapes, crs=METRIC_EPSG)[~lost]


def _shapeless(file: Opened, layer: str) -> list[int]:
    """Return the numbers of the features without a shape: they lie nowhere, so no box finds them."""
    import pyogrio

    numbers, bounds = pyogrio.read_bounds(file.target, layer=layer)
    suspect = numbers[np.isnan(bounds).any(axis=0) | (bounds == 0).all(axis=0)]
    if not len(suspect):
        return []
    found = pyogrio.read_dataframe(
        file.target, layer=layer, fids=suspect, columns=[], fid_as_index=True, on_invalid="ignore"
    )
    empty = shapely.is_missing(found.geometry.to_numpy()) | shapely.is_empty(found.geometry.to_numpy())
    return [int(number) for number in found.index[empty]]


def _place(shape: shapely.Geometry | None, index: int) -> dict[str, object]:
    """Say which feature is broken, and where: its number in the file, the point the check complains of."""
    number = f"elemento {index}"
    if shape is None or shape.is_empty:
        return {"id": number, "at": None, "why": "manca la geometria"}
    reason = str(shapely.is_valid_reason(shape))
    x, y = shapely.get_coordinates(shape)[0]
    if "[" in reason:  # the reason ends with the coordinates of the trouble
        x, y = (float(part) for part in reason.rpartition("[")[2].rstrip("]").split()[:2])
    why = _REASONS.get(reason.partition("[")[0].strip(), reason.partition("[")[0].strip())
    return {"id": number, "at": [round(float(x), 1), round(float(y), 1)], "why": why}


_REASONS = {
    "Self-intersection": "il contorno si incrocia",
    "Ring Self-intersection": "il contorno tocca sé stesso",
    "Hole lies outside shell": "un buco sta fuori dal contorno",
    "Nested holes": "un buco sta dentro un altro",
    "Nested shells": "una parte sta dentro un'altra",
    "Duplicate Rings": "un contorno è ripetuto",
    "Too few points in geometry component": "il contorno ha troppi pochi punti",
    "Interior is disconnected": "i buchi dividono l'area",
    "Invalid Coordinate": "una coordinata non è un numero",
}


def _edges(box: object) -> str:
    try:
        return ", ".join(f"{float(edge):.1f}" for edge in box)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return "sconosciuto"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
