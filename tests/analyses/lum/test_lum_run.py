"""The atlas on a territory worked out by hand (tests/fixtures_lum.py)."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.fixtures_lum import FS, MEZZO, STOPS, at, lum_lake, put
from trama.analyses.lum import Atlas, run_atlas_whole
from trama.analyses.lum.answer import Book
from trama.analyses.lum.errors import MissingLayers, NoStops, NoSuchLum
from trama.analyses.lum.lum import Lum
from trama.analyses.lum.walking import reached_lines
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
BOOK = load_book()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lum_lake(tmp_path_factory.mktemp("lum"))


@pytest.fixture(scope="module")
def atlas(lake: Lake) -> Atlas:
    return run_atlas_whole(lake, BOOK, day=DAY)


@pytest.fixture(scope="module")
def by_code(atlas: Atlas) -> dict[str, Lum]:
    return {lum.code: lum for lum in atlas.assessed}


def test_lum_are_outside_the_capital_and_have_a_radius(by_code: dict[str, Lum]) -> None:
    """Duomo is in the chief town; Mercato is local; Cascina hangs on departures nobody knows."""
    assert {code: (one.level, one.radius_m) for code, one in by_code.items()} == {
        MEZZO: ("M", 400.0),
        FS: ("S", 200.0),
    }


def test_the_circle_lacks_no_more_than_the_drawing_of_an_arc(by_code: dict[str, Lum]) -> None:
    assert by_code[MEZZO].circle.area == pytest.approx(math.pi * 400**2, rel=0.002)


def test_residents_are_the_share_of_built_land_inside(by_code: dict[str, Lum]) -> None:
    """The ground is built alike: 50.2 ha of the 300 of the comune, hence 16.7 % of 3,000, 5,000 and 1,000."""
    share = by_code[MEZZO].circle.area / (1500 * 2000)
    people = by_code[MEZZO].people
    assert people is not None
    expected = {"ragazzi": 3000 * share, "adulti": 5000 * share, "anziani": 1000 * share}
    assert people == pytest.approx(expected, rel=0.01)


def test_the_walk_stops_at_the_railway(by_code: dict[str, Lum]) -> None:
    """Streets 400 m long south of the rails, nothing north: the catchment is |dx| + |dy| ≤ 400, widened."""
    walk = by_code[MEZZO].catchment.radius
    stop = at(1700, 1000)
    assert walk.bounds[3] == pytest.approx(stop.y + 25)
    assert walk.bounds[1] == pytest.approx(stop.y - 425, abs=0.5)
    assert walk.covers(at(1900, 800))  # 200 + 200 m away
    assert not walk.covers(at(1950, 750))  # 250 + 250
    assert "oltre i binari il 42 %" in by_code[MEZZO].barrier.replace("\u00a0", " ")
    ratio = by_code[MEZZO].ratio
    assert ratio == pytest.approx(walk.intersection(by_code[MEZZO].circle).area / by_code[MEZZO].circle.area)


def test_edges_are_cut_where_the_reach_ends() -> None:
    """A street of 100 m whose ends are 30 and 90 m away: of 60 m of reach, 30 are from the near end."""
    line = np.array([shapely.LineString([(0, 0), (100, 0)])])
    mm = (np.array([30_000]), np.array([90_000]), np.array([100_000]))
    [part] = reached_lines(line, *mm, 60_000)
    assert part.bounds == pytest.approx((0, 0, 30, 0))
    near, far = reached_lines(line, *mm, 110_000)[0].bounds[2], 110_000
    assert (near, far) == (100, 110_000)  # 80 from one end, 20 from the other: all of it
    assert reached_lines(line, *mm, 20_000) == []


def test_a_function_is_missing_only_where_a_complete_source_says_so(by_code: dict[str, Lum]) -> None:
    states = {one.id: (one.state, one.count) for one in by_code[MEZZO].functions}
    assert states["SAN.FAR"] == ("presente", 1)
    assert states["posta_banca"] == ("presente", 1)  # the bank has no source, the post is there
    assert states["CUL.BIB"] == ("prevista", None)
    assert states["SPO.PAL"] == ("mancante", 0)  # the gym is 1 km away, its source complete
    assert states["spettacolo"] == ("mancante", 0)  # both theatre and cinema have complete sources
    assert states["COM.ALI"] == ("parziale", None)
    assert states["COM.BAR"] == ("ignota", None)
    assert states["casa_comunita"] == ("ignota", None)


def test_cycle_places_are_those_of_the_register_and_needs_want_boardings(by_code: dict[str, Lum]) -> None:
    assert (by_code[MEZZO].cycles.present, by_code[MEZZO].cycles.needed) == (40.0, None)
    assert by_code[FS].cycles.present is None  # no source says: not zero


def test_node_and_place_are_means_of_what_is_known(by_code: dict[str, Lum]) -> None:
    """ln(1 + 200) between ln 21 and ln 601; 40 cycle places between 10 and 500; four at zero."""
    model = by_code[MEZZO].node_place
    scores = {one.id: one.score for one in model.indicators}
    departures = math.log(201 / 21) / math.log(601 / 21)
    places = math.log(41 / 11) / math.log(501 / 11)
    assert scores["partenze_ferro"] == pytest.approx(departures)
    assert model.node == pytest.approx((departures + places) / 6)
    assert by_code[FS].node_place.reading == "dato mancante"  # no link of its line is known


def test_each_lum_explains_itself_and_names_what_it_read(lake: Lake, atlas: Atlas) -> None:
    sheet = Book.open(lake).sheet(MEZZO)
    assert sheet.trace is not None
    assert sheet.trace.root.find("livello/calcolato").value == "M"
    assert sheet.trace.root.find("funzioni/SAN.FAR").value == 1
    assert sheet.trace.root.find("residenti").value == pytest.approx(sheet.row["residenti"], abs=0.06)
    assert {use.layer for use in sheet.trace.layers()} >= {
        "fermate",
        "servizi",
        "rete_pedonale_archi",
        "uso_suolo",
    }
    assert atlas.versions["lum"].synthetic


def test_without_streets_the_walk_is_missing_and_the_rest_stands(tmp_path: Path) -> None:
    lake = lum_lake(tmp_path, streets=False)
    atlas = run_atlas_whole(lake, BOOK, day=DAY)
    row = Book.open(lake).row(MEZZO)
    assert (row["rapporto_pedonale"], row["residenti_dieci_minuti"]) == (None, None)
    assert row["residenti"] > 0
    assert "Manca" in atlas.no_streets
    assert not lake.has("lum_pedonali")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingLayers, match="fermate"):
        run_atlas_whole(Lake(tmp_path / "lake"), BOOK, day=DAY)
    lake = lum_lake(tmp_path / "casa", streets=False)

    put(lake, "fermate", [{**STOPS[-1], "id": "solo"}])
    with pytest.raises(NoStops, match="1 nel capoluogo"):
        run_atlas_whole(lake, BOOK, day=DAY)
    assert not lake.has("lum")


def test_an_unknown_code_suggests_those_like_it(lake: Lake, atlas: Atlas) -> None:
    assert atlas.places
    with pytest.raises(NoSuchLum, match="015002-mezzo-centro"):
        Book.open(lake).sheet("mezzo")
