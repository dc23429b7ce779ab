"""What the pages of the atlas read: the LUM kept by a choice, shapes for the map, a sheet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import shapely
from django.http import QueryDict
from django.utils.translation import get_language
from pyproj import Transformer

from trama.analyses.lum.answer import (
    Book,
    Sheet,
    book_of,
    grade,
    indicators,
    nearest_first,
    row_json,
    survey_rows,
)
from trama.analyses.lum.outputs import ATLAS, CIRCLES, GEOMETRY, WALKS, Row
from trama.analyses.lum.rules import Rules
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake

GREY = "#6b7683"
GRADES = ("completa", "parziale", "scarsa")
ROOM_M = 250.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Which LUM to show: of a comune, of a level, how complete; empty keeps all."""

    comune: str = ""
    level: str = ""
    grade: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> Choice:
        """Read the choice of an address."""
        return cls(*(asked.get(name, "")[:40] for name in ("comune", "livello", "completezza")))

    @property
    def query(self) -> str:
        """The choice as the query of an address; empty where everything is kept."""
        named = {"comune": self.comune, "livello": self.level, "completezza": self.grade}
        return urlencode({name: value for name, value in named.items() if value})

    def keeps(self, rules: Rules, row: Row) -> bool:
        """Tell whether a LUM is among those chosen; those that touch a comune are its own too."""
        return (
            (not self.comune or self.comune in touched(row))
            and (not self.level or row["livello"] == self.level)
            and (not self.grade or grade(rules, row["completezza"]) == self.grade)
        )


def rows_of(book: Book, rules: Rules, choice: Choice) -> list[Row]:
    """Return the rows chosen, by comune and name."""
    kept = [row for row in book.rows.lum if choice.keeps(rules, row)]
    return sorted(kept, key=lambda row: (str(row["comune"]), str(row["nome"])))


def lum_in(lake: Lake, istat: str) -> list[Row]:
    """Return the LUM that touch a comune; none where there is no atlas."""
    if not lake.has(ATLAS):
        return []
    rows = (row for row in book_of(lake).rows.lum if istat in touched(row))
    return sorted(rows, key=lambda row: str(row["nome"]))


def touched(row: Row) -> set[str]:
    """Return the comuni of a LUM: its stop's, and those that its perimeter touches."""
    return {str(row["istat"]), *str(row["comuni"] or "").split()}


def listed(rules: Rules, row: Row) -> dict[str, Any]:
    """Return a row as the list shows it."""
    return {**row_json(row), "grado": grade(rules, row["completezza"])}


def levels(rules: Rules, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the levels that have a LUM, with name, colour, radius and how many are here."""
    name = "name_en" if get_language() == "en" else "name_it"
    return [
        {
            "id": level,
            "name": row[name],
            "radius": row["raggio_m"],
            "colour": colour(rules, level),
            "count": sum(one["livello"] == level for one in rows),
        }
        for level, row in rules.levels.value.items()
        if row["raggio_m"] is not None
    ]


def colour(rules: Rules, level: str) -> str:
    """Return the colour of a level."""
    return str(rules.colours.value.get(level, {}).get("colour", GREY))


def geojson(book: Book, rules: Rules, choice: Choice) -> str:
    """Return the LUM chosen, in degrees: perimeter, circle where it differs, catchment, a point."""
    features = []
    walks = {row["codice"]: row[GEOMETRY] for row in book.rows.tables[WALKS]}
    circles = {row["codice"]: row[GEOMETRY] for row in book.rows.tables[CIRCLES]}
    for row in rows_of(book, rules, choice):
        code = str(row["codice"])
        said = {
            "codice": code,
            "nome": row["nome"],
            "comune": row["comune"],
            "colore": colour(rules, row["livello"]),
        }
        shapes = [("walk", walks.get(code)), ("shape", row[GEOMETRY]), ("point", circles[code].centroid)]
        if row["perimetro"] == "comune":
            shapes.insert(1, ("circle", circles[code]))
        features += [
            {"type": "Feature", "geometry": degrees(shape), "properties": {**said, "role": role}}
            for role, shape in shapes
            if shape is not None
        ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def degrees(shape: shapely.Geometry) -> dict[str, Any]:
    """Return a shape (EPSG:32632) as GeoJSON in degrees, six decimals."""
    moved = shapely.transform(shape.simplify(0.5), _to_degrees().transform, interleaved=False)
    found: dict[str, Any] = json.loads(
        shapely.to_geojson(shapely.set_precision(moved, 1e-6, mode="pointwise"))
    )
    return found


def bounds(rows: Sequence[Row]) -> list[float] | None:
    """Return the box of some LUM with room around, in degrees; None where there are none."""
    if not rows:
        return None
    west, south, east, north = shapely.total_bounds([row[GEOMETRY] for row in rows])
    box = (west - ROOM_M, south - ROOM_M, east + ROOM_M, north + ROOM_M)
    return [round(float(edge), 5) for edge in _to_degrees().transform_bounds(*box)]


def groups(found: Sheet) -> list[dict[str, Any]]:
    """Return the functions advised, by group, with the names of the services there."""
    each: dict[str, list[dict[str, Any]]] = {}
    for one in found.functions:
        names = [name for name in str(one["servizi"] or "").split("; ") if name]
        each.setdefault(str(one["gruppo"]), []).append(
            {**one, "nomi": names[:4], "altri": max(0, len(names) - 4)}
        )
    return [{"name": name, "rows": rows} for name, rows in each.items()]


def ages(rules: Rules, row: Row) -> list[tuple[str, float | None]]:
    """Return the residents of a LUM by age band, the first and the last, with their names."""
    name = "name_en" if get_language() == "en" else "name_it"
    bands = [(str(band[name]), row.get(f"residenti_{key}")) for key, band in rules.bands.value.items()]
    return [bands[0], bands[-1]]


def inside(found: Sheet) -> list[dict[str, Any]]:
    """Return the services inside by category, nearest on foot first, those without a distance last."""
    each: dict[str, list[Row]] = {}
    for one in found.services:
        each.setdefault(str(one["nome_categoria"]), []).append(one)
    ordered = {name: sorted(rows, key=nearest_first) for name, rows in sorted(each.items())}
    return [
        {"name": name, "rows": rows, "nearest": rows[0]["metri_a_piedi"]} for name, rows in ordered.items()
    ]


def answers(found: Sheet, rules: Rules) -> list[dict[str, Any]]:
    """Return the answers given on the spot, those that nobody gave too."""
    return survey_rows(found, rules)


def node_place(found: Sheet) -> dict[str, Any]:
    """Return the node-place model as the page draws it: indicators, and the mark on a square of 100."""
    row, rows = found.row, indicators(found)
    mark = None
    if row["nodo"] is not None and row["luogo"] is not None:
        mark = {"x": round(100 * row["luogo"], 1), "y": round(100 - 100 * row["nodo"], 1)}
    sides = {side: [one for one in rows if one["lato"] == side] for side in ("nodo", "luogo")}
    return {
        "mark": mark,
        "sides": sides,
        "partial": sum(bool(one["nota"]) and one["valore"] is not None for one in rows),
        "absent": sum(one["valore"] is None for one in rows),
        "all": len(rows),
    }


@lru_cache(maxsize=1)
def _to_degrees() -> Transformer:
    return Transformer.from_crs(METRIC_EPSG, 4326, always_xy=True)
