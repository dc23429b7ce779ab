"""What a redrawn perimeter is checked against, from the lake: its stops, its circle, its neighbours."""

from __future__ import annotations

from datetime import date

import shapely

from trama.analyses.lum.answer import book_of
from trama.analyses.lum.checks import Check, Ground, Neighbour, check_redraw
from trama.analyses.lum.outputs import CIRCLES, GEOMETRY
from trama.analyses.lum.rules import Rules, read_rules
from trama.analyses.lum.stops import LAYER
from trama.analyses.lum.survey import read_perimeters
from trama.lake import Lake
from trama.norms import NormBook


def ground_of(lake: Lake, rules: Rules, code: str) -> Ground:
    """Return what the redraw of a LUM is checked against; raises `NoAtlas`, `NoSuchLum`.

    Its neighbours are those whose circle or perimeter a corner may reach.
    """
    book = book_of(lake)
    row = book.row(code)
    circles = {str(one["codice"]): one[GEOMETRY] for one in book.rows.tables[CIRCLES]}
    circle = circles[code]
    reach_m = float(rules.farthest.value) * float(row["raggio_m"])
    redrawn = {key: one.shape for key, one in read_perimeters(lake)[0].items()}
    return Ground(
        code=code,
        name=str(row["nome"]),
        level=str(row["livello"]),
        radius_m=float(row["raggio_m"]),
        stops=tuple(_stops(lake, circle, str(row["fermate"]).split())),
        circle=circle,
        comuni=_comuni(lake, circle),
        neighbours=[
            Neighbour(
                key,
                str(one["nome"]),
                str(one["comune"]),
                redrawn.get(key, circles[key]),
                circles[key],
                key in redrawn,
            )
            for key, one in book.by_code.items()
            if key != code and min(one[GEOMETRY].distance(circle), circles[key].distance(circle)) <= reach_m
        ],
    )


def check_shape(
    lake: Lake, book: NormBook, code: str, shape: shapely.Geometry, day: date
) -> tuple[Ground, list[Check]]:
    """Check a shape (EPSG:32632) as the perimeter of a LUM, on the norms of a day."""
    rules = read_rules(book, day)
    ground = ground_of(lake, rules, code)
    return ground, check_redraw(rules, ground, shape)


def _stops(lake: Lake, circle: shapely.Geometry, ids: list[str]) -> list[shapely.Point]:
    """Return where the stops are; those that are no longer there leave the circle's own centre."""
    rows, shapes = lake.version(LAYER).features(["id"], circle.bounds)
    wanted = set(ids)
    found = [shape for key, shape in zip(rows["id"], shapes, strict=True) if str(key) in wanted]
    return found or [circle.centroid]


def _comuni(lake: Lake, circle: shapely.Geometry) -> dict[str, shapely.Geometry]:
    rows, shapes = lake.version("comuni").features(["nome"], circle.bounds)
    return {
        str(name): shape
        for name, shape in zip(rows["nome"], shapes, strict=True)
        if shape.intersection(circle).area > 0
    }
