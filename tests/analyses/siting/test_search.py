"""The best places on a territory walked by hand: 50 nodes of the west town, 2 children each, 100 m apart.

A child walks 330 m in 5 minutes: a ball of 3 steps. Candidates are the first node of each square of 250 m:
columns 0 and 2, rows 0, 2, 5 and 7 of the town, 5 columns wide and 10 rows high. All counts are by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import box

from tests.analyses.access.small import EAST, NORTH, place, put, small_lake
from trama.analyses.access import run_access
from trama.analyses.access.errors import BadMinutes, UnknownTarget
from trama.analyses.siting import Wanted, best_sites, sites_given
from trama.analyses.siting.answer import answer_of, how_said, trace_of
from trama.analyses.siting.errors import (
    CountsSeveral,
    NobodyLacking,
    NoCandidate,
    NotForThem,
    NoTimetable,
    OffTheNetwork,
    TooManySites,
    UnknownArea,
)
from trama.analyses.siting.wanted import FREE, ONLY, PREFERRED, WALK, WORST
from trama.lake import Lake
from trama.norms import load_book

BOOK = load_book()
DAY = date(2026, 1, 15)
CHILDREN = Wanted("IST.SE1", "bambini", 1, minutes=5, lum=FREE)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return walked(tmp_path_factory.mktemp("dove"))


def walked(root: Path) -> Lake:
    lake = small_lake(root)
    run_access(lake, BOOK, day=DAY)
    return lake


def with_lum(root: Path, node: int) -> Lake:
    """A territory whose one LUM holds one node."""
    lake = walked(root)
    at = place(node)
    row = {"codice": "lum-1", "nome": "Capolinea", "istat": "015146", "livello": "M"}
    put(lake, "lum", [row], [box(at.x - 20, at.y - 20, at.x + 20, at.y + 20)])
    return lake


def test_the_middle_school_stands_where_most_children_reach_it(lake: Lake) -> None:
    found = best_sites(lake, BOOK, CHILDREN)
    # rows 0 to 6 of column 2, rows 1 to 5 beside it, rows 2 to 4 at the edges: 7 + 5 + 5 + 3 + 3 = 23 nodes;
    # as many from rows 4, 5 and 6 of the column: the first of equals
    assert found.node.tolist() == [32]
    assert found.gained == pytest.approx(46)
    assert found.demand.lacking == pytest.approx(100)
    assert found.siting.how == "proved"
    assert how_said(found) == "nessun altro luogo dove abita qualcuno ne servirebbe di più"


def test_no_place_where_people_live_serves_more_than_the_one_found(lake: Lake) -> None:
    """Every node of the town tried one by one, also those that stand for no square."""
    alone = [
        sites_given(lake, BOOK, CHILDREN, np.array([[place(node).x, place(node).y]])).gained
        for node in range(100)
        if node % 10 < 5
    ]
    assert best_sites(lake, BOOK, CHILDREN).gained == pytest.approx(max(alone))


def test_two_schools_share_the_town(lake: Lake) -> None:
    found = best_sites(lake, BOOK, replace(CHILDREN, count=2))
    # 22 nodes each, of which rows 4 and 5 of column 2 in common
    assert found.node.tolist() == [22, 72]
    assert found.gained == pytest.approx(84)
    assert sum(new for new, _ in found.each()) == pytest.approx(84)


def test_each_place_has_the_people_it_is_closest_to(lake: Lake) -> None:
    found = best_sites(lake, BOOK, replace(CHILDREN, count=2))
    served = found.siting.after_mm < found.question.today_mm
    assert sum(closest for _, closest in found.each()) == pytest.approx(found.demand.people[served].sum())


def test_a_lum_wins_by_a_tenth_and_no_more(tmp_path: Path) -> None:
    # 44 children from node 72 and 46 from node 32: a tenth of 46 is worth 4.6 more
    near = with_lum(tmp_path / "near", 72)
    assert best_sites(near, BOOK, CHILDREN).node.tolist() == [32]
    found = best_sites(near, BOOK, replace(CHILDREN, lum=PREFERRED))
    assert (found.node.tolist(), found.lum.tolist()) == ([72], [0])
    assert found.gained == pytest.approx(44)
    # from node 50, at the edge, 7 + 5 + 3 + 1 = 16 nodes: 32 children and 4.6 are fewer than 46
    far = with_lum(tmp_path / "far", 50)
    assert best_sites(far, BOOK, replace(CHILDREN, lum=PREFERRED)).node.tolist() == [32]
    only = best_sites(far, BOOK, replace(CHILDREN, lum=ONLY))
    assert (only.node.tolist(), only.gained) == ([50], pytest.approx(32))


def test_a_place_given_says_what_it_costs(lake: Lake) -> None:
    at = place(50)
    given = sites_given(lake, BOOK, CHILDREN, np.array([[at.x + 30.0, at.y - 20.0]]))
    assert given.node.tolist() == [50]
    assert best_sites(lake, BOOK, CHILDREN).gained - given.gained == pytest.approx(46 - 32)
    assert answer_of(given)["candidati"] is None


def test_the_worst_served_first_and_the_least_walking(lake: Lake) -> None:
    centre = best_sites(lake, BOOK, replace(CHILDREN, minutes=15, goal=WORST))
    # from column 2, row 5 the corners of row 0 are 2 + 5 steps away
    assert answer_of(centre)["peggiore_poi_m"] == 700
    median = best_sites(lake, BOOK, replace(CHILDREN, minutes=15, goal=WALK))
    assert median.node.tolist() == [52]
    # columns: (2+1+0+1+2)·10 = 60 steps; rows from 5: 5·(5+4+3+2+1+0+1+2+3+4) = 125; out of reach is 1,980 m
    assert answer_of(median)["cammino_risparmiato_m"] == pytest.approx(100 * 1980 - 2 * (60 + 125) * 100)


def test_people_without_data_are_left_out_and_counted(lake: Lake) -> None:
    found = best_sites(lake, BOOK, Wanted("IST.PRI", "tutti", 1, minutes=5, lum=FREE))
    assert found.demand.unknown == pytest.approx(210)
    assert answer_of(found)["residenti"] == pytest.approx(150)
    assert "dato" in trace_of(found).root.find("oltre_oggi").note


def test_an_area_is_a_code_or_a_name(lake: Lake) -> None:
    by_code = best_sites(lake, BOOK, replace(CHILDREN, area="015146"))
    by_name = best_sites(lake, BOOK, replace(CHILDREN, area="comune di PONENTE"))
    assert by_code.gained == by_name.gained == pytest.approx(46)
    with pytest.raises(UnknownArea, match="Atlantide"):
        best_sites(lake, BOOK, replace(CHILDREN, area="Atlantide"))


def test_what_cannot_be_answered_says_what_to_do(lake: Lake) -> None:
    with pytest.raises(NobodyLacking, match="soglia più bassa"):
        best_sites(lake, BOOK, replace(CHILDREN, area="015002"))
    with pytest.raises(NotForThem, match="altro gruppo"):
        best_sites(lake, BOOK, replace(CHILDREN, group="anziani"))
    with pytest.raises(CountsSeveral, match=r"COM\.BAR"):
        best_sites(lake, BOOK, Wanted("shops_bars", "tutti"))
    with pytest.raises(TooManySites, match="da 1 a 20"):
        best_sites(lake, BOOK, replace(CHILDREN, count=21))
    with pytest.raises(NoCandidate, match="togliere il vincolo"):
        best_sites(lake, BOOK, replace(CHILDREN, lum=ONLY))
    with pytest.raises(OffTheNetwork, match="luogo 2"):
        sites_given(lake, BOOK, CHILDREN, np.array([[EAST + 50, NORTH + 50], [EAST - 9000, NORTH]]))
    with pytest.raises(OffTheNetwork, match="luogo 1"):
        sites_given(lake, BOOK, CHILDREN, np.array([[np.nan, NORTH]]))


def test_the_tree_holds_the_numbers_of_the_answer(lake: Lake) -> None:
    found = best_sites(lake, BOOK, replace(CHILDREN, count=2))
    trace, body = trace_of(found), answer_of(found)
    assert trace.root.value == pytest.approx(body["guadagnati"])
    for row, one in enumerate(body["luoghi"], 1):
        assert trace.root.find(f"luogo/{row}").value == pytest.approx(one["guadagnati"], abs=0.05)
    assert {"lum", "servizi", "rete_pedonale_archi"} - {use.layer for use in trace.layers()} == {"lum"}
    assert any(use.path.endswith("passo_candidati_m") for use in trace.unofficial())


def test_what_was_not_sought_on_foot_is_refused_in_a_sentence(lake: Lake) -> None:
    with pytest.raises(UnknownTarget):
        best_sites(lake, BOOK, Wanted("SAN.POL", "tutti"))
    with pytest.raises(NoTimetable, match="GTFS"):
        best_sites(lake, BOOK, Wanted("tpl:SAN.POL", "tutti"))
    with pytest.raises(BadMinutes):
        best_sites(lake, BOOK, replace(CHILDREN, minutes=69))


def ridden(root: Path) -> Lake:
    """A line from the south-west corner to the south-east one: 2.5 of wait, 1 to board, 2 of ride."""
    clinic = [("clinica", "SAN.POL", 90, None)]
    known = [(town, "SAN.POL", "completa") for town in ("015146", "015002")]
    lake = small_lake(root, services=clinic, coverage=known)
    stops = [{"id": key, "nome": key, "modo": "bus", "istat": "015146"} for key in ("A", "B")]
    put(lake, "fermate", stops, [place(0), place(9)])
    link = {"linea": "1", "verso": 0, "da": "A", "a": "B", "minuti": 2.0, "passaggi_ora": 12.0}
    put(lake, "collegamenti_tpl", [link])
    run_access(lake, BOOK, day=DAY)
    return lake


def test_who_rides_comes_to_a_site_too_and_nobody_else_does(tmp_path: Path) -> None:
    lake = ridden(tmp_path)
    wanted = Wanted("tpl:SAN.POL", "tutti", 1, minutes=6, lum=FREE)
    at = np.array([[place(9).x, place(9).y]])
    found = sites_given(lake, BOOK, wanted, at)
    # six minutes are 450 m: 15 nodes of the corner, 4.2 people each; and node 0, 3 people, 5.5 minutes by bus
    assert found.gained == pytest.approx(15 * 4.2 + 3)
    body = answer_of(found)
    assert (body["modo"], body["soglia_m"], body["cammino_risparmiato_m"]) == ("mezzi", None, None)
    assert body["dato"] == "parziale"  # lines without a timetable are not there
    assert body["peggiore_oggi_min"] == pytest.approx(12)  # twice the threshold counts as out of reach
    parameters = {use.path for use in trace_of(found).parameters()}
    assert "sttm2/quindici_minuti/trasporto_pubblico" in parameters


def test_the_best_site_by_public_transport_is_no_worse_than_any_given(
    tmp_path: Path,
) -> None:
    lake = ridden(tmp_path)
    wanted = Wanted("tpl:SAN.POL", "tutti", 1, minutes=6, lum=FREE)
    best = best_sites(lake, BOOK, wanted)
    for node in best.offered.node:
        at = np.array([[place(int(node)).x, place(int(node)).y]])
        assert sites_given(lake, BOOK, wanted, at).gained <= best.gained + 1e-9
    body = answer_of(best)
    assert (body["dimostrato"], body["scarto"]) == (True, 0)
    assert "candidati_massimi_mezzi" in str([use.path for use in trace_of(best).parameters()])
