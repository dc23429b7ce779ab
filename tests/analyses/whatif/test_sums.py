"""What the rows of a scenario say adds up to its total, and the sheets read the surfaces of the drawing."""

from __future__ import annotations

import pytest
import shapely

from tests.analyses.whatif.asking import BOOK, Drawn, Piece, effects
from tests.fixtures_place import DAY, EAST, NORTH, square
from trama.analyses.whatif import run_whatif, whatif_json
from trama.lake import Lake

GARDEN = Piece("rain_garden", square(500, 2000, 40, 25))
LAWN = Piece("desealing_lawn", square(600, 2000, 30))
POND = Piece("wet_pond", square(2500, 2000, 30))
TANK = Piece("underground_tank", shapely.Point(EAST + 800, NORTH + 800), 10_000.0)


@pytest.mark.parametrize(
    "asked",
    [
        Drawn((GARDEN, LAWN)),
        Drawn((GARDEN, Piece("swale", square(520, 2010, 40, 5)), POND, TANK)),
        Drawn((TANK,), area=shapely.Point(EAST + 800, NORTH + 800).buffer(45)),
    ],
    ids=["gardens", "one on another, a pond on fields", "a tank larger than the water there is"],
)
def test_the_rows_sum_to_the_water_kept_out(lake: Lake, asked: Drawn) -> None:
    answer = whatif_json(run_whatif(lake, BOOK, asked, DAY, keep=False, with_sheets=False), kept=False)
    water = answer["acqua"]
    rows = sum(one["tenuta_fuori_m3"] for one in answer["soluzioni"])
    spare = water["composizione"]["posto_in_piu_m3"]
    assert rows - spare == pytest.approx(water["trattenuta_m3"], abs=0.01)
    assert water["deflusso_m3"]["prima"] - water["deflusso_m3"]["dopo"] == pytest.approx(
        rows - spare, abs=0.01
    )
    parts = water["composizione"]
    assert parts["invasi_m3"] + parts["suolo_m3"] == pytest.approx(rows, abs=0.01)


def test_ground_that_sheds_more_water_counts_against(lake: Lake) -> None:
    """A pond (CN 98) in place of a field (DUSAF 2111) on soil B."""
    water = effects(lake, POND).water
    assert water is not None
    assert water.kept[0].ground_m3 < 0


def test_a_tank_larger_than_the_water_there_is_leaves_room_unused(lake: Lake) -> None:
    """Within 45 m: 0.9 of Q(98) = 50.0 mm reach the tank, and only Q(95) = 47.8 mm run off."""
    found = effects(lake, TANK, area=shapely.Point(EAST + 800, NORTH + 800).buffer(45)).water
    assert found is not None
    assert found.after_m3 == 0
    assert found.spare_m3 == pytest.approx((50.0 - 47.8) / 1000 * 3.14159 * 45**2, rel=0.15)


def test_the_draining_index_of_the_sheet_is_that_of_the_scenario(lake: Lake) -> None:
    """Paving half on fabric (sealed 0.9), half on fields: a sheet alone would put it all on the sealed."""
    paving = Piece("permeable_paving", square(1980, 1000, 40))
    area = square(1960, 980, 80)
    found = run_whatif(lake, BOOK, Drawn((paving,), area=area), DAY, keep=False)
    result = found.sheets[0].result
    assert result is not None
    assert found.water is not None
    surfaces = BOOK.value("sttm1/scheda_drenaggio/superfici", DAY).value
    total = sum(result.project.areas_m2.values())
    assert total == pytest.approx(6400)
    mean = sum(surfaces[key]["draining_share"] * m2 for key, m2 in result.project.areas_m2.items()) / total
    assert mean == pytest.approx(found.water.idren_after, abs=1e-6)
    # By hand: 2,400 m2 left on each side (0.1 and 1), 1,600 m2 of paving at 0.3.
    assert mean == pytest.approx((2400 * 0.1 + 2400 * 1 + 1600 * 0.3) / 6400, abs=1e-6)
