"""A bound is a true bound: whatever was not listed, had it been, the figure would be on the side it says."""

from __future__ import annotations

from datetime import date

import geopandas
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from tests.analyses.access.small import EAST_TOWN, WEST_TOWN, small_lake
from trama.analyses.access import run_access
from trama.analyses.access.asking import Question, around, ask
from trama.analyses.access.bounds import AT_LEAST, AT_MOST, EXACT, least_mm, surroundings
from trama.analyses.access.memory import last_run
from trama.analyses.access.residents import Cells
from trama.analyses.access.rules import group_of
from trama.norms import load_book

DAY = date(2026, 11, 21)
BOOK = load_book()
LIMIT = 4_500_000
EVERY = [voce for voce, row in BOOK.value("sttm2/servizi/tassonomia", DAY).value.items() if row["daily"]]


def cell_at(east_m: float, north_m: float, comune: int) -> Cells:
    one = np.array([0])
    return Cells(
        (one + east_m // 100).astype(np.int32),
        (one + north_m // 100).astype(np.int32),
        one + comune,
        np.ones(1),
        np.array([[east_m + 50, north_m + 50]]),
        one.astype(np.int32),
        np.zeros(1),
    )


def test_ground_without_a_source_is_as_near_as_it_is_on_the_map() -> None:
    # two comuni of 10 x 10 km side by side; the cell is 2,050 m west of the border between them and further
    # from any other; a service may stand 400 m off its node, and a cell's people 70.7 m off its middle
    comuni = geopandas.GeoDataFrame(
        {"key": ["a", "b"]}, geometry=[box(0, 0, 10_000, 10_000), box(10_000, 0, 20_000, 10_000)], crs=32632
    )
    found = surroundings(cell_at(7_900, 5_000, 0), comuni, ["a", "b"], LIMIT, 400.0)
    off = 400_000 + 70_710
    assert found.unlisted_mm(np.array([2, 1], np.int8))[0] == pytest.approx(2_050_000 - off, abs=2)
    # with both listed whole, only what is outside is open: 4,950 m north of the cell's middle
    assert found.unlisted_mm(np.array([2, 2], np.int8))[0] == pytest.approx(4_950_000 - off, abs=6_000)
    assert found.unlisted_mm(np.array([1, 2], np.int8))[0] == 0
    edge = surroundings(cell_at(1_000, 5_000, 0), comuni, ["a", "b"], LIMIT, 400.0)
    assert edge.unlisted_mm(np.array([2, 2], np.int8))[0] == pytest.approx(1_050_000 - off, abs=6_000)


@given(
    st.lists(st.integers(0, LIMIT), min_size=1, max_size=6),
    st.lists(st.integers(0, LIMIT), max_size=6),
    st.integers(0, LIMIT),
)
@settings(max_examples=300, deadline=None)
def test_the_mean_of_the_nearest_is_never_under_the_least_whatever_is_not_listed(
    listed, hidden, open_
) -> None:
    k = len(listed)
    hidden = [max(one, open_) for one in hidden]  # an unlisted service stands at least where lists end
    mean = int(np.floor(np.mean(sorted(listed)) + 0.5))
    true = np.floor(np.mean(sorted([*listed, *hidden])[:k]) + 0.5)
    least = least_mm(np.array([mean], np.int32), np.array([open_], np.int32), k, LIMIT)[0]
    assert least <= true + 1
    assert least <= mean


def figures(lake, group="tutti"):
    result = run_access(lake, BOOK, day=DAY, group=group)
    return {of.key: of for _kind, of in result.places}


HOLDS = {
    EXACT: lambda said, true: said == pytest.approx(true),
    AT_MOST: lambda said, true: true <= said + 1e-9,
    AT_LEAST: lambda said, true: true >= said - 1e-9,
}
LISTED = [
    ("f", "SAN.FAR", 99, None),
    ("b", "CUL.BIB", 0, None),
    ("n", "IST.INF", 5, None),
    ("a", "COM.ALI", 7, None),
]
HIDDEN = [
    ("f2", "SAN.FAR", 40, None),
    ("b2", "CUL.BIB", 93, None),
    ("n2", "IST.NID", 60, None),
    ("a2", "COM.ALI", 8, None),
    ("a3", "COM.MER", 50, None),
    ("p", "VER.GIO", 33, None),
]


@pytest.mark.parametrize("revealed", [[], HIDDEN[:1], HIDDEN[:4], HIDDEN])
@pytest.mark.parametrize("how", ["parziale", "completa in ponente"])
def test_every_figure_of_every_place_is_on_the_side_its_word_says(tmp_path, revealed, how) -> None:
    if how == "parziale":
        coverage = [(town, voce, "parziale") for town in (WEST_TOWN, EAST_TOWN) for voce in EVERY]
    else:  # what is hidden then stands in the east alone
        coverage = [(WEST_TOWN, voce, "completa") for voce in EVERY]
        coverage += [(EAST_TOWN, voce, "parziale") for voce in EVERY]
        revealed = [one for one in revealed if one[2] % 10 >= 5]
    said = figures(small_lake(tmp_path / "noto", services=LISTED, coverage=coverage))
    true = figures(small_lake(tmp_path / "vero", services=[*LISTED, *revealed], coverage=coverage))
    for key, of in said.items():
        now, then = of.to_json(), true[key].to_json()
        for figure, one in of.words.items():
            if now[figure] is not None:
                assert HOLDS[one](now[figure], then[figure]), (key, figure, one)
        for mine, other in zip(of.categories, true[key].categories, strict=True):
            assert HOLDS[mine.beyond_word](mine.beyond, other.beyond), (key, mine.category.id)
            assert HOLDS[mine.minutes_word](mine.mean_min, other.mean_min), (key, mine.category.id)


def test_residents_without_the_datum_are_told_apart_and_not_bounded_away(tmp_path) -> None:
    # nobody surveys schools in the east: of its 210 residents nothing is said, not that they are within
    lake = small_lake(tmp_path)
    run_access(lake, BOOK, day=DAY)
    memory = last_run(lake, BOOK)
    whole = ask(memory, Question("IST.PRI", "tutti", 15)).whole
    assert (whole.people, whole.missing) == (pytest.approx(150), pytest.approx(210))
    assert whole.to_json()["limite_oltre"] == AT_MOST  # a school of the east, unlisted, may be near


def test_who_finds_nothing_before_the_search_ends_is_told_apart(tmp_path) -> None:
    # no library anywhere: all count as at 4,500 m, an hour at 1.25 m/s, and the page says how many they are
    lake = small_lake(tmp_path, coverage=[(town, "CUL.BIB", "completa") for town in (WEST_TOWN, EAST_TOWN)])
    run_access(lake, BOOK, day=DAY)
    memory = last_run(lake, BOOK)
    whole = ask(memory, Question("CUL.BIB", "tutti", 15)).whole
    assert (whole.cut, whole.mean_min) == (pytest.approx(360), pytest.approx(60))
    assert whole.minutes_word == AT_MOST  # beyond the border, close by, a library may stand
    here = around(memory, 0, group_of(memory.rules, "tutti"), "CUL.BIB")[0]
    assert (here["servizio"], here["limite"]) == (None, AT_MOST)


def test_an_entry_read_from_the_stops_is_never_covered_whole_by_the_list_it_replaces() -> None:
    from trama.analyses.access.services import PARTIAL, Taken, read_coverage

    class Table:
        def table(self, columns):
            import pandas as pd

            return pd.DataFrame([["1", "MOB.TPL", "completa"]], columns=columns)

    shelf = Taken({"servizi_copertura": Table()})
    found = read_coverage(shelf, ["MOB.TPL"], ["1"], frozenset({"MOB.TPL"}))
    assert found.level.tolist() == [[PARTIAL]]
