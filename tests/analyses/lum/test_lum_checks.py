"""The checks of a redrawn perimeter, on a stop at the origin of a square comune."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import shapely
from shapely.geometry import Point, Polygon, box

from trama.analyses.lum.checks import Ground, Neighbour, check_redraw
from trama.analyses.lum.lum import circle_of
from trama.analyses.lum.rules import read_rules
from trama.norms import load_book

RULES = read_rules(load_book(), date(2026, 1, 15))
STOP = Point(0, 0)
CIRCLE = circle_of([STOP], 400)
GROUND = Ground(
    code="x",
    name="Prova",
    level="M",
    radius_m=400.0,
    stops=(STOP,),
    circle=CIRCLE,
    comuni={"Comune": box(-600, -2000, 2000, 2000)},
)


def failed(shape: shapely.Geometry, ground: Ground = GROUND) -> set[str]:
    return {one.id for one in check_redraw(RULES, ground, shape) if not one.passed}


@pytest.mark.parametrize(
    ("shape", "wrong"),
    [
        (CIRCLE, set()),
        (box(-300, -300, 300, 300), set()),
        (box(10, -300, 400, 300), {"fermata"}),
        (box(-300, -300, 300, 300).union(box(500, 0, 550, 50)), {"unico"}),
        (box(-50, -100, 801, 100), {"vicino"}),  # 200 m of corner: 807 m from the stop, over 800
        (box(-50, -100, 790, 100), set()),
        (box(-150, -150, 150, 150), {"superficie"}),  # 9 ha, under a quarter of 50.2
        (box(-560, -560, 560, 560), {"superficie"}),  # 125 ha, over twice 50.2; corners at 792 m
        (box(-660, -200, 200, 200), {"comuni"}),  # 60 m beyond a border known within 50
        (box(-640, -200, 200, 200), set()),
        (Polygon([(-300, -300), (300, 300), (300, -300), (-300, 300)]), {"valido"}),
        (shapely.LineString([(0, 0), (1, 1)]), {"valido"}),
        (Polygon(), {"valido"}),
    ],
)
def test_a_shape_fails_what_it_breaks_and_nothing_else(shape: shapely.Geometry, wrong: set[str]) -> None:
    assert failed(shape) == wrong


def test_every_reason_says_what_to_do_and_where_to_look() -> None:
    [lost] = [one for one in check_redraw(RULES, GROUND, box(10, -300, 400, 300)) if not one.passed]
    assert lost.found == "la fermata resta fuori, fino a 10 m dal perimetro: allargarlo fino a comprenderla."
    assert lost.where is not None
    assert lost.where.equals(shapely.MultiPoint([(0, 0)]))


def test_a_perimeter_of_a_neighbour_is_never_covered_but_crossing_circles_are_nobodys_fault() -> None:
    there = circle_of([Point(700, 0)], 400)
    neighbour = Neighbour("y", "Vicina", "Altro", there, there, redrawn=False)
    beside = replace(GROUND, neighbours=[neighbour])
    assert failed(CIRCLE, beside) == set()  # the two circles cross by themselves
    assert failed(box(-200, -250, 450, 250), beside) == {"altri"}
    settled = replace(
        GROUND, neighbours=[replace(neighbour, perimeter=box(350, -100, 900, 100), redrawn=True)]
    )
    assert failed(CIRCLE, settled) == {"altri"}
    assert failed(CIRCLE.difference(box(340, -200, 900, 200)), settled) == set()


def test_a_line_drawn_by_hand_is_tolerated() -> None:
    """100 m² are tolerated: a strip 1 m by 90 m is a line drawn by hand, 1 m by 110 m is not."""
    other = Neighbour(
        "y", "Vicina", "Altro", box(300, -500, 900, 500), box(300, -500, 900, 500), redrawn=True
    )
    ground = replace(GROUND, neighbours=[other])
    assert failed(box(-300, -300, 299, 300).union(box(299, 0, 301, 90)), ground) == set()
    assert failed(box(-300, -300, 299, 300).union(box(299, 0, 301, 110)), ground) == {"altri"}
