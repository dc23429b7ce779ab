"""Works shared out among places: the parts sum to the whole to the cent, in proportion."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures_territory import EAST, NORTH, small_lake
from trama.analyses.opere.names import Recogniser
from trama.analyses.opere.sharing import Places, declared_shares, split_cents

SOUTH = NORTH - 40


def at(west, south, east, north):
    return shapely.box(EAST + west, SOUTH + south, EAST + east, SOUTH + north)


@given(
    st.integers(0, 10**12),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=12),
)
def test_no_cent_is_lost_and_each_part_is_within_one_of_its_own(cents, weights):
    shares = {str(key): weight / sum(weights) for key, weight in enumerate(weights)}
    parts = split_cents(cents, shares)
    assert sum(parts.values()) == cents
    assert all(abs(parts[key] - cents * share) < 1.001 + cents * 1e-12 for key, share in shares.items())


@pytest.fixture
def comuni(tmp_path):
    return Places.of(small_lake(tmp_path).version("comuni"))


def test_areas_lines_and_points_are_shared_by_their_own_measure(comuni):
    # the comuni are 20 m wide, 015146 then 015002: 15 m of 20 in the first
    assert comuni.shares(at(5, 0, 25, 10), 0.01) == pytest.approx({"015146": 0.75, "015002": 0.25})
    line = shapely.LineString([(EAST + 15, SOUTH + 5), (EAST + 25, SOUTH + 5)])
    assert comuni.shares(line, 0.01) == pytest.approx({"015146": 0.5, "015002": 0.5})
    points = shapely.MultiPoint([(EAST + 5, SOUTH + 5), (EAST + 6, SOUTH + 5), (EAST + 45, SOUTH + 5)])
    assert comuni.shares(points, 0.01) == pytest.approx({"015146": 2 / 3, "015009": 1 / 3})


def test_a_point_on_a_border_counts_once(comuni):
    shares = comuni.shares(shapely.Point(EAST + 20, SOUTH + 5), 0.01)
    assert shares == pytest.approx({"015146": 0.5, "015002": 0.5})


def test_a_sliver_is_left_to_the_others_and_what_is_outside_is_told(comuni):
    assert comuni.shares(at(0, 0, 20.1, 10), 0.01) == {"015146": 1.0}
    assert comuni.shares(at(-10, 0, 10, 10), 0.01) == pytest.approx({"015146": 0.5, None: 0.5})
    assert comuni.shares(at(500, 0, 510, 10), 0.01) == {None: 1.0}
    assert comuni.shares(None, 0.01) == {None: 1.0}
    assert declared_shares(["015146", "015002"]) == {"015146": 0.5, "015002": 0.5}


def test_a_name_is_recognised_whole_or_within_a_longer_one_never_by_chance():
    table = {
        "spugna": {"name_it": "PNRR Spugna", "synonyms": "progetto spugna"},
        "come_in": {"name_it": "Come in"},
    }
    names = Recogniser(table)
    assert names.find("Progetto  SPUGNA") == "spugna"
    assert names.find("PNRR M5C2 2.2 - Spugna, lotto 3") == "spugna"
    assert names.find("spugnatura") is None
    assert names.find("Spugna e Come in") is None
    assert names.find("lotto spugna", within=False) is None
