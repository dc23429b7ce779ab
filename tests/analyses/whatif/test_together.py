"""Many ask at once: each answer is, to the last bit, the one given to who asks alone."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from tests.analyses.whatif.asking import BOOK, Drawn, Piece
from tests.fixtures_place import DAY, EAST, NORTH, SIZE_M, place_lake, square
from tests.fixtures_place_heat import lay_residents
from tests.fixtures_territory import MADE_UP, raster_manifest
from trama.analyses.whatif import run_whatif, whatif_json
from trama.lake import Lake

PLACES = [(300 + 370 * number, 250 + 410 * number % 3300) for number in range(8)]
"""Metres from the lower left corner: fabric, fields, and across their boundary."""


def scenario(number: int) -> Drawn:
    west, south = PLACES[number]
    garden = Piece("rain_garden", square(west, south, 40, 25))
    wood = Piece("urban_wood", square(west + 60, south, 80, 60))
    return Drawn((garden, wood)[: 1 + number % 2], nome=f"numero {number}")


def answer(lake: Lake, number: int) -> str:
    """Return every figure of a scenario as text: equal to the bit or different."""
    found = run_whatif(Lake(lake.root), BOOK, scenario(number), DAY, keep=False)
    return json.dumps(whatif_json(found, kept=False), sort_keys=True)


def change_cover(lake: Lake) -> None:
    """Publish fields where there was fabric."""
    cells = np.full((400, 400), 2111, np.uint16)
    with lake.draft(raster_manifest("uso_suolo"), MADE_UP) as draft:
        draft.write_raster(cells, Affine(10, 0, EAST, 0, -10, NORTH + SIZE_M), nodata=0)


@pytest.fixture
def own(tmp_path: Path) -> Lake:
    lake = place_lake(tmp_path)
    lay_residents(lake)
    return lake


def test_answers_asked_together_are_those_asked_alone(inhabited: Lake) -> None:
    alone = [answer(inhabited, number) for number in range(len(PLACES))]
    assert len(set(alone)) == len(PLACES)
    asked = [number for _round in range(4) for number in np.random.default_rng(7).permutation(len(PLACES))]
    with ThreadPoolExecutor(6) as people:
        together = list(people.map(lambda number: answer(inhabited, number), asked))
    assert together == [alone[number] for number in asked]


def test_while_a_layer_changes_each_answer_is_of_before_or_of_after_never_of_both(own: Lake) -> None:
    before = [answer(own, number) for number in range(len(PLACES))]
    asked = [number % len(PLACES) for number in range(40)]
    with ThreadPoolExecutor(5) as people:
        given = [people.submit(answer, own, number) for number in asked]
        given[4].result()
        change_cover(own)
        found = [one.result() for one in given]
    after = [answer(own, number) for number in range(len(PLACES))]
    assert all(one != other for one, other in zip(before, after, strict=True))
    for number, one in zip(asked, found, strict=True):
        assert one in {before[number], after[number]}
    assert found[-1] == after[asked[-1]]
