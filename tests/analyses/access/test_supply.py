"""Supply against demand: one unit, what is not declared is listed, and the figures are bounds that hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from shapely.geometry import Point

from tests.analyses.access.small import EAST_TOWN, WEST_TOWN, place, put, small_lake
from trama.analyses.access import run_access_whole
from trama.analyses.access.layers import SUPPLY
from trama.analyses.access.memory import last_run
from trama.analyses.access.rules import read_rules
from trama.analyses.access.services import WHOLE as WHOLE_LEVEL
from trama.analyses.access.supply import Counted, SupplyOf, supply_rows
from trama.analyses.access.supplying import supply_trace
from trama.norms import load_book

DAY = date(2026, 11, 21)
BOOK = load_book()
SCHOOLS = [("p1", 0, 60.0, "posti"), ("p2", 1, None, ""), ("p3", 2, 800.0, "m2"), ("p4", 90, 0.0, "posti")]
WHOLE = [(town, "IST.PRI", "completa") for town in (WEST_TOWN, EAST_TOWN)]


def lake_with(root, schools, coverage=WHOLE):
    lake = small_lake(root, coverage=coverage)
    rows = [
        {"id": key, "nome": key, "voce": "IST.PRI", "stato": "attivo", "capienza": n, "capienza_unita": unit}
        for key, _node, n, unit in schools
    ]
    put(lake, "servizi", rows, [place(node) for _key, node, _n, _unit in schools])
    return lake


def row(lake, place_="territorio"):
    table = lake.version(SUPPLY).table()
    return table[(table["luogo"] == place_) & (table["voce"] == "IST.PRI")].iloc[0]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    lake = lake_with(tmp_path_factory.mktemp("offerta"), SCHOOLS)
    run_access_whole(lake, BOOK, day=DAY)
    return lake


def test_places_and_square_metres_are_never_added_up(mixed) -> None:
    # 60 places for the children of 8 who can reach node 0, and p4 that declares none left: never 860
    one = row(mixed)
    reached = one["posti_per_100"] / 100 * one["residenti_con_dato"]
    assert reached == pytest.approx(60)
    assert (one["unita"], one["servizi_contati"], one["senza_capienza"], one["altra_unita"]) == (
        "posti",
        2,
        1,
        1,
    )


def test_what_is_not_declared_makes_the_figure_a_lower_bound_with_its_reason(mixed) -> None:
    one = row(mixed, WEST_TOWN)
    assert (one["limite"], one["limite_senza"], one["dato"]) == ("almeno", "al più", "parziale")
    assert one["motivo"].startswith("servizi che non dichiarano la capienza: 1; ")
    assert "un'altra unità: 1" in one["motivo"]


@pytest.mark.parametrize("declared", [0.0, 1.0, 35.0, 400.0])
def test_whatever_the_silent_school_declares_the_figure_was_a_true_bound(mixed, tmp_path, declared) -> None:
    known = [("p1", 0, 60.0, "posti"), ("p2", 1, declared, "posti"), ("p4", 90, 0.0, "posti")]
    other = lake_with(tmp_path, known)
    run_access_whole(other, BOOK, day=DAY)
    for where in ("territorio", WEST_TOWN):
        assert row(other, where)["posti_per_100"] >= row(mixed, where)["posti_per_100"] - 1e-9
        assert row(other, where)["quota_senza"] <= row(mixed, where)["quota_senza"] + 1e-9


def test_services_of_which_none_declares_a_capacity_are_listed_and_have_no_figure(tmp_path) -> None:
    lake = lake_with(tmp_path, [("p1", 0, None, ""), ("p2", 1, float("nan"), "posti")])
    run_access_whole(lake, BOOK, day=DAY)
    one = row(lake)
    assert one["dato"] == "mancante"
    assert one["posti_per_100"] != one["posti_per_100"], "missing, and not zero"
    assert (one["servizi_contati"], one["senza_capienza"]) == (0, 2)


def test_why_names_the_services_that_do_not_count(mixed) -> None:
    trace = supply_trace(last_run(mixed, BOOK), "IST.PRI")
    assert [node.label for node in trace.root.find("senza_capienza").inputs] == ["p2"]
    other = trace.root.find("altra_unita").inputs[0]
    assert (other.label, other.value, other.note) == ("p3", 800, "m2")
    west = trace.root.find(f"comune/{WEST_TOWN}")
    assert west.value == pytest.approx(row(mixed, WEST_TOWN)["posti_per_100"], abs=1e-4)
    assert west.note.startswith("almeno: ")
    assert "zone_bacino" in str([use.path for use in trace.root.parameters])


@pytest.mark.parametrize("weights", ["lento", "walkscore", "esponenziale", "gradino", "lineare", "potenza"])
def test_with_any_weights_the_places_offered_are_all_taken(tmp_path, weights) -> None:
    # conservation, Σ A·P = Σ S: see /docs of the two-step catchment in trama.engines.network.catchment
    lake = lake_with(tmp_path, [("p1", 0, 60.0, "posti")])
    result = run_access_whole(lake, BOOK, day=DAY, catchment=weights)
    one = row(lake)
    assert one["posti_per_100"] / 100 * one["residenti"] == pytest.approx(60)
    assert result.trace.asked["bacino"] == weights


def test_access_decays_as_walk_score_when_it_is_chosen(tmp_path) -> None:
    # xminute, one category with data: at cell (0, 0) the school is at 0 m, at (4, 9) of the west at
    # 1,300 m, that is (2400 - 1300) / (2400 - 400)
    lake = lake_with(tmp_path, [("p1", 0, 60.0, "posti")])
    run_access_whole(lake, BOOK, day=DAY, set_id="xminute", decay="walkscore")
    assert lake.version("accesso_celle").provenance.asked["decadimento"] == "walkscore"
    cells = lake.version("accesso_celle").table()
    values = sorted(cells[cells["istat"] == WEST_TOWN]["accesso"].dropna())
    assert values[0] == pytest.approx(0.55)
    assert values[-1] == 1


def test_each_place_counts_the_services_in_its_reach_and_the_territory_all_of_them(tmp_path) -> None:
    # p5 stands 5 km off the only streets: nobody reaches it; nobody of 8 lives in the east
    lake = lake_with(tmp_path, SCHOOLS)
    rows = [
        {"id": key, "nome": key, "voce": "IST.PRI", "stato": "attivo", "capienza": n, "capienza_unita": unit}
        for key, _node, n, unit in [*SCHOOLS, ("p5", 0, None, "")]
    ]
    far = Point(place(0).x - 5_000, place(0).y)
    put(lake, "servizi", rows, [*(place(node) for _key, node, _n, _unit in SCHOOLS), far])
    run_access_whole(lake, BOOK, day=DAY)
    found = {
        where: tuple(row(lake, where)[["servizi_contati", "senza_capienza", "altra_unita"]])
        for where in ("territorio", WEST_TOWN, EAST_TOWN)
    }
    assert found == {"territorio": (2, 2, 1), WEST_TOWN: (2, 1, 1), EAST_TOWN: (0, 0, 0)}
    assert "capienza: 1;" in row(lake, WEST_TOWN)["motivo"]
    assert not row(lake, EAST_TOWN)["motivo"]


def test_a_figure_that_is_no_bound_gives_no_reason_for_being_one() -> None:
    # two cells in two comuni, ten residents each; the silent service is in reach of the second alone
    rules = read_rules(BOOK, DAY, None)
    group = next(iter(rules.groups.values()))
    of = Counted("posti", np.array([0]), np.array([1]), np.array([], dtype=np.intp))
    people, level = np.array([10.0, 10.0]), np.full(2, WHOLE_LEVEL, np.int8)
    at_hand = np.array([[True, False], [True, True]])
    more = np.array([False, True])
    one = SupplyOf(
        "IST.PRI", group, (6, 10), people, people / 10, more, level, of, 20.0, 20.0, np.arange(2), at_hand
    )
    places = [(("comune", key, key, np.array([row]))) for row, key in enumerate("ab")]
    exact, bound = supply_rows(one, rules, places)
    assert (exact["limite"], exact["motivo"], exact["senza_capienza"]) == ("", "", 0)
    assert (bound["limite"], bound["senza_capienza"]) == ("almeno", 1)
    assert bound["motivo"] == "servizi che non dichiarano la capienza: 1"
