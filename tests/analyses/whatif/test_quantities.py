"""What is written beside a drawing: used, refused, or said; never passed over."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import shapely

from tests.analyses.whatif.asking import Drawn, Piece, effects
from tests.fixtures_place import DAY, EAST, NORTH, square
from trama.analyses.whatif import run_whatif, whatif_json
from trama.analyses.whatif.errors import Crowded, WrongQuantity
from trama.lake import Lake
from trama.norms import load_book

SPOT = shapely.Point(EAST + 520, NORTH + 2010)


def spots(number: int, step_m: float) -> shapely.MultiPoint:
    return shapely.MultiPoint([(SPOT.x + step_m * i, SPOT.y) for i in range(number)])


def test_another_quantity_for_a_drawn_area_is_refused_its_own_is_taken(lake: Lake) -> None:
    """40 x 25 m are 1,000 m2."""
    garden = square(500, 2000, 40, 25)
    with pytest.raises(WrongQuantity) as refused:
        effects(lake, Piece("rain_garden", garden, 500.0))
    assert "500 m²" in refused.value.text()
    assert "1.000 m²" in refused.value.text()
    assert effects(lake, Piece("rain_garden", garden, 1001.0)).layout.laid[0].quantity == pytest.approx(1000)


def test_more_trees_than_stand_around_a_point_are_refused(lake: Lake) -> None:
    with pytest.raises(Crowded) as refused:
        effects(lake, Piece("tree_row", SPOT, 1000.0))
    assert "1.000 pezzi su un punto solo" in refused.value.text()
    assert "almeno 50 punti" in refused.value.text()  # 1000 / 20
    with pytest.raises(Crowded):  # a point written a thousand times is one point
        effects(lake, Piece("tree_row", shapely.MultiPoint([SPOT] * 1000)))
    found = effects(lake, Piece("tree_row", SPOT, 20.0)).layout.laid[0]
    assert found.ground.area == pytest.approx(20 * 45, rel=0.01)  # a disc of eight arcs a quarter


def test_trees_that_stand_on_each_other_are_said(lake: Lake) -> None:
    """Ten crowns of 45 m2 (3.8 m of radius), two metres apart, against ten apart by more than their width."""
    near, far = (effects(lake, Piece("tree_row", spots(10, step))) for step in (2.0, 10.0))
    assert any("si sovrappone" in one.sentence for one in near.cautions)
    assert not any("si sovrappone" in one.sentence for one in far.cautions)


def test_a_length_written_beside_a_line_is_used_and_said(lake: Lake) -> None:
    """A ditch of 100 m said to be 300: 3 m3 of storage per metre written, 6 m of ground per metre drawn."""
    line = shapely.LineString([(SPOT.x, SPOT.y), (SPOT.x + 100, SPOT.y)])
    found = effects(lake, Piece("ditch_renat", line, 300.0))
    assert found.water is not None
    assert found.water.kept[0].storage_m3 == pytest.approx(900)
    assert found.layout.laid[0].ground.area == pytest.approx(600)
    said = [one.sentence for one in found.cautions if "quantità scritta" in one.sentence]
    assert len(said) == 1
    assert "300 m" in said[0]
    assert "100 m" in said[0]
    plain = effects(lake, Piece("ditch_renat", line))
    assert not any("quantità scritta" in one.sentence for one in plain.cautions)


def test_marks_without_ground_are_told_from_ground(lake: Lake) -> None:
    tank = Piece("underground_tank", SPOT, 50.0)
    assert effects(lake, tank).layout.without_ground
    assert not effects(lake, tank, area=square(500, 1990, 40)).layout.without_ground
    assert not effects(lake, tank, Piece("tree_row", SPOT)).layout.without_ground


def test_no_zero_carries_a_sign(lake: Lake) -> None:
    """Fields already green: nothing changes by night; the answer and the tree hold no -0.0."""
    pieces = (
        Piece("meadow_conv", square(2500, 1000, 40)),
        Piece("swale", square(2510, 1010, 10)),
        Piece("swale", square(2600.1, 1010.3, 10.7)),
        Piece("underground_tank", SPOT, 5.0),
    )
    found = run_whatif(lake, load_book(), Drawn(pieces), DAY, keep=True)
    answer = json.loads(json.dumps(whatif_json(found, kept=True)))
    stored = json.loads((next(lake.traces.root.rglob(f"*{found.trace.id}*"))).read_text(encoding="utf-8"))
    for document in (answer, stored):
        assert [
            path for path, value in _numbers(document) if value == 0 and math.copysign(1, value) < 0
        ] == []


def _numbers(value: Any, path: str = "") -> list[tuple[str, float]]:
    if isinstance(value, dict):
        return [pair for key, part in value.items() for pair in _numbers(part, f"{path}/{key}")]
    if isinstance(value, list):
        return [pair for number, part in enumerate(value) for pair in _numbers(part, f"{path}/{number}")]
    return [(path, float(value))] if isinstance(value, int | float) and not isinstance(value, bool) else []
