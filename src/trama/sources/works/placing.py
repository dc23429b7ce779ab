"""Where a work is: the shape or the coordinates of its row, and the comuni its list names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.sources.territory import COMUNI
from trama.sources.works.values import Unclear, is_blank, number_of, shown

_SEPARATORS = re.compile(r"[;,/|+]")
_DEGREES = 4326
_NEAR_M = 200.0
"""A shape this near to a comune named beside it is not said to contradict it: boundaries are generalised."""


@dataclass(frozen=True)
class Names:
    """The comuni of the territory: code → name, and every way of writing one → code."""

    names: Mapping[str, str]
    codes: Mapping[str, str]
    shapes: Mapping[str, shapely.Geometry]

    @classmethod
    def of(cls, lake: Lake) -> Names:
        """Read them; empty where the lake has no comuni."""
        if not lake.has(COMUNI):
            return cls({}, {}, {})
        table = lake.version(COMUNI).table(columns=["istat", "nome"]).to_crs(METRIC_EPSG)
        names = dict(zip(table["istat"].astype(str), table["nome"].astype(str), strict=True))
        codes = {_plain(name): code for code, name in names.items()}
        codes |= {code: code for code in names} | {code.lstrip("0"): code for code in names}
        return cls(names, codes, dict(zip(names, table.geometry, strict=True)))

    def find(self, value: Any) -> list[str]:
        """Return the codes of the comuni a cell names; raises `Unclear` for one that is not there.

        Where the lake has no comuni, nothing can be told apart and the answer is empty.
        """
        if is_blank(value) or not self.names:
            return []
        whole = self.codes.get(_plain(str(value)))
        if whole:
            return [whole]
        found = []
        for part in _SEPARATORS.split(str(value).removesuffix(".0")):
            if not part.strip():
                continue
            code = self.codes.get(_plain(part))
            if code is None:
                words = "non è un comune del territorio: scriverne il nome o il codice ISTAT"
                raise Unclear(f"«{shown(part.strip())}» {words}")
            found.append(code)
        return list(dict.fromkeys(found))

    def contradicted(self, codes: Sequence[str], shape: shapely.Geometry) -> bool:
        """Tell whether a shape lies away from every comune named for it."""
        return bool(codes) and all(shapely.distance(self.shapes[code], shape) > _NEAR_M for code in codes)


def coordinates(row: Mapping[str, Any]) -> tuple[shapely.Geometry | None, bool]:
    """Return the shape a row gives by ``wkt``, ``lon``/``lat`` or ``x``/``y``, and if it is in degrees.

    Raises `Unclear`.
    """
    if not is_blank(row.get("wkt")):
        shape = _from_wkt(str(row["wkt"]))
        west, south, east, north = shape.bounds
        return shape, max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
    for one, other in (("lon", "lat"), ("x", "y")):
        pair = [_coordinate(row.get(name)) for name in (one, other)]
        if pair == [None, None]:
            continue
        if None in pair:
            raise Unclear(f"c'è solo una delle due coordinate {one} e {other}: scriverle entrambe, o nessuna")
        degrees = abs(pair[0] or 0) <= 180 and abs(pair[1] or 0) <= 90
        if one == "lon" and not degrees:
            raise Unclear("lon e lat non sono gradi: usare le colonne x e y per coordinate in metri")
        return shapely.Point(pair), degrees
    return None, False


def into_metres(
    shapes: Sequence[shapely.Geometry | None], degrees: Sequence[bool], crs: int | None
) -> list[shapely.Geometry | None]:
    """Return shapes in the metric system: from degrees, or from `crs` where it was given."""
    from pyproj import Transformer

    def moved(shape: shapely.Geometry | None, is_degrees: bool) -> shapely.Geometry | None:
        source = crs if crs and not is_degrees else _DEGREES if is_degrees else METRIC_EPSG
        if shape is None or source == METRIC_EPSG:
            return shape
        if source not in transformers:
            transformers[source] = Transformer.from_crs(source, METRIC_EPSG, always_xy=True)
        return shapely.transform(shape, transformers[source].transform, interleaved=False)

    transformers: dict[int, Any] = {}
    return [moved(shape, flag) for shape, flag in zip(shapes, degrees, strict=True)]


def _coordinate(value: Any) -> float | None:
    if isinstance(value, str) and value.count(".") == 1 and "," not in value:
        value = value.strip()
        try:
            return float(value) if value else None
        except ValueError:
            raise Unclear(f"«{shown(value)}» non è una coordinata") from None
    return number_of(value, grouped=True)


def _from_wkt(text: str) -> shapely.Geometry:
    try:
        shape = shapely.force_2d(shapely.from_wkt(text.rpartition(";")[2].strip()))
    except (shapely.errors.GEOSException, TypeError):
        raise Unclear(f"la geometria «{shown(text)}» non è scritta in WKT") from None
    if shape is None or shape.is_empty:
        raise Unclear(f"la geometria «{shown(text)}» è vuota")
    return shape


def _plain(name: str) -> str:
    letters = (
        unicodedata.normalize("NFKD", name.strip().removesuffix(".0")).encode("ascii", "ignore").decode()
    )
    words = re.sub(r"[^a-z0-9]+", " ", letters.lower()).strip()
    return words.removeprefix("comune di ")
