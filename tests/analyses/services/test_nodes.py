"""Where motorways meet: by hand, on lines drawn in pieces."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pytest
from shapely.geometry import LineString

from tests.fixtures_services import BOOK, EAST, MADE_UP, SMALL, WEST, services_lake
from trama.analyses.services import draw_atlas_whole
from trama.analyses.services.nodes import junctions, nodes

A4 = [LineString([(20_000, 5_000), (25_000, 5_000)]), LineString([(25_000, 5_000), (40_000, 5_000)])]
"""A motorway in two pieces that continue each other, in Ponente."""


def meetings(*ways: tuple[str, list[tuple[float, float]]]) -> list[tuple[float, float, str]]:
    found = junctions(np.array([LineString(way) for _, way in ways]), [name for name, _ in ways])
    return [(point.x, point.y, " ".join(names)) for point, names in found]


def test_pieces_that_continue_each_other_are_one_way() -> None:
    assert meetings(("A4", [(0, 0), (5, 0)]), ("A4", [(5, 0), (9, 0)]), ("A4", [(9, 0), (12, 3)])) == []
    assert meetings(("", [(0, 0), (5, 0)]), ("", [(5, 0), (9, 0)])) == []
    assert meetings(("A8", [(0, 0), (5, 0)]), ("A50", [(5, 0), (9, 0)])) == []  # it changes its name there
    ring = [(0, 0), (9, 0), (9, 9), (0, 0)]
    assert meetings(("A50", ring)) == []


def test_a_way_that_parts_in_two_carriageways_meets_nobody() -> None:
    assert meetings(("A4", [(0, 0), (5, 0)]), ("A4", [(5, 0), (9, 1)]), ("A4", [(5, 0), (9, -1)])) == []


@pytest.mark.parametrize(
    ("ways", "where"),
    [
        ((("A4", [(0, 0), (10, 0)]), ("A7", [(5, -5), (5, 0)])), [(5.0, 0.0, "A4 A7")]),
        ((("A4", [(0, 0), (10, 0)]), ("A7", [(5, -5), (5, 5)])), [(5.0, 0.0, "A4 A7")]),
        (
            (("A4", [(0, 0), (5, 0)]), ("A4", [(5, 0), (10, 0)]), ("A7", [(5, 0), (5, 9)])),
            [(5.0, 0.0, "A4 A7")],
        ),
        (
            (("", [(0, 0), (10, 0)]), ("", [(5, -5), (5, 5)])),
            [(5.0, 0.0, "autostrada senza nome autostrada senza nome")],
        ),
        ((("", [(0, 0), (10, 0)]), ("", [(5, 0), (5, 5)])), []),  # a slip road may look like this
    ],
)
def test_two_names_meet_where_three_arms_do(ways: tuple, where: list) -> None:
    assert meetings(*ways) == where


def test_a_motorway_in_pieces_makes_no_comune_a_node(tmp_path: Path) -> None:
    lake = services_lake(tmp_path)
    manifest = BOOK.manifests["strade"]
    crossing = LineString([(35_000, 0), (35_000, 9_000)])
    table = geopandas.GeoDataFrame(
        {"id": list("abc"), "classe": "autostrada", "nome": ["A4", "A4", "A7"], "larghezza_m": 30.0},
        geometry=[*A4, crossing],
        crs=32632,
    )
    with lake.draft(manifest, MADE_UP) as draft:
        draft.write_table(table)
    inventory = draw_atlas_whole(lake, BOOK, day=date(2026, 1, 15)).inventory
    why = dict(zip(inventory.comuni["key"], nodes(inventory), strict=True))
    assert why[WEST] == []  # the joint at 25 km merely continues the way
    assert why[SMALL] == ["svincolo fra autostrade: A4 e A7"]
    assert why[EAST] == []
