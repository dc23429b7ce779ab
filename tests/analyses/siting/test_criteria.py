"""A site judged on the territory walked by hand: 150 people west (3 a node), 210 east (4.2 a node)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely

from tests.analyses.access.small import EAST_TOWN, SERVICES, WEST_TOWN, place, put, small_lake
from trama.analyses.access import run_access
from trama.analyses.access.errors import NotComputed
from trama.analyses.siting.criteria import judge
from trama.analyses.siting.errors import OffTheNetwork, UnknownEntry
from trama.analyses.territory.location import OutsideTerritory
from trama.lake import Lake
from trama.norms import load_book
from trama.norms.answers import Answer

BOOK = load_book()
DAY = date(2026, 1, 15)
ANSWERS = {"A1": Answer(20.0), "A3": Answer("rete"), "B2": Answer("dismesso")}
WHOLE = [(town, "IST.PRI", "completa") for town in (WEST_TOWN, EAST_TOWN)]


def territory(root: Path, *, lum: int | None = None) -> Lake:
    lake = small_lake(root, services=SERVICES, coverage=WHOLE)
    run_access(lake, BOOK, day=DAY)
    if lum is not None:
        at = place(lum)
        row = {
            "codice": "lum-1",
            "nome": "Capolinea",
            "livello": "M",
            "perimetro": "cerchio",
            "fermate": "f1",
        }
        put(lake, "lum", [row], [shapely.box(at.x - 20, at.y - 20, at.x + 20, at.y + 20)])
    return lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return territory(tmp_path_factory.mktemp("criteri"), lum=52)


def test_who_arrives_and_who_lacks_the_school(lake: Lake) -> None:
    found = judge(lake, BOOK, place(52), "IST.PRI", ANSWERS, DAY)
    criteria = found.evaluation.criteria
    # 15 minutes are 1,125 m, 11 steps: all but the far corner of the east, 150 + 49 × 4.2
    assert criteria["A2"].value.value == 356
    # the school is at the south-west corner: 3 nodes of the west are 12 or 13 steps away, 6 children
    assert criteria["C1"].value.value == pytest.approx(6.0)
    assert criteria["C1"].points.value == 1
    assert criteria["B1"].value.value == "metropolitano"
    assert "Capolinea" in criteria["B1"].value.note


def test_the_outcome_is_the_weighted_sum(lake: Lake) -> None:
    body = judge(lake, BOOK, place(52), "IST.PRI", ANSWERS, DAY).to_json()
    # A = .6·3 + .3·0 + .1·3 = 2.1; B = .6·5 + .4·5 = 5; C = 1; .6·2.1 + .25·5 + .15·1 = 2.66
    assert body["esito"]["punteggio"] == pytest.approx(2.66)
    assert body["esito"]["classe"] == "buona"
    assert body["parti"]["B"]["criteri"]["B2"]["fonte"] == "dichiarato"


def test_outside_every_lum_a_place_without_stops_known_is_not_said_to_be_far(lake: Lake) -> None:
    position = judge(lake, BOOK, place(0), "IST.PRI", ANSWERS, DAY).evaluation.criteria["B1"].value
    assert position.value is None
    assert "fermate" in position.note


def test_outside_every_lum_minutes_to_a_station_tell_near_from_far(tmp_path: Path) -> None:
    lake = small_lake(tmp_path, services=SERVICES, coverage=WHOLE)
    stop = {"id": "f1", "nome": "Stazione", "modo": "treno", "istat": EAST_TOWN}
    put(lake, "fermate", [stop], [place(9)])
    put(lake, "lum", [{"codice": "l", "nome": "L", "livello": "S"}], [place(9).buffer(10)])
    run_access(lake, BOOK, day=DAY)
    positions = [
        judge(lake, BOOK, place(node), "IST.PRI", ANSWERS, DAY).evaluation.criteria["B1"].value.value
        for node in (9, 2, 1)
    ]
    # 700 m are 9.3 minutes at 1.25 m/s, 800 m are 10.7: the threshold is 10
    assert positions == ["sovracomunale", "vicino", "fuori"]


def test_levels_and_modes_that_count_are_those_of_the_norms(tmp_path: Path) -> None:
    lake = small_lake(tmp_path, services=SERVICES, coverage=WHOLE)
    stop = {"id": "f1", "nome": "Fermata", "modo": "tram", "livello": "L", "istat": EAST_TOWN}
    put(lake, "fermate", [stop], [place(9)])
    put(lake, "lum", [{"codice": "l", "nome": "L", "livello": "X"}], [place(9).buffer(10)])
    run_access(lake, BOOK, day=DAY)
    inside = judge(lake, BOOK, place(9), "IST.PRI", ANSWERS, DAY).evaluation.criteria["B1"].value
    assert (inside.value, inside.source) == (None, "mancante")  # no norm says what level X is worth
    beside = judge(lake, BOOK, place(8), "IST.PRI", ANSWERS, DAY).evaluation
    assert beside.criteria["B1"].value.value == "fuori"  # a tram stop of local level does not count
    used = {use.path for use in beside.root.find("contesto/fermata_vicina").parameters}
    assert "sttm2/localizzazione/fermate_di_rilievo" in used


def test_without_a_timetable_or_an_atlas_the_criteria_ask(tmp_path: Path) -> None:
    lake = territory(tmp_path)
    found = judge(lake, BOOK, place(52), "IST.PRI", {}, DAY)
    assert found.evaluation.outcome == "non_valutabile"
    assert {"A1", "A3", "B1", "B2"} <= set(found.evaluation.missing)
    notes = {key: result.value.note for key, result in found.evaluation.criteria.items()}
    assert "GTFS" in notes["A1"]
    assert "trama lum atlante" in notes["B1"]


def test_where_a_source_is_not_whole_the_need_is_missing_never_zero(tmp_path: Path) -> None:
    lake = small_lake(tmp_path, coverage=[(WEST_TOWN, "IST.PRI", "completa")])
    run_access(lake, BOOK, day=DAY)
    need = judge(lake, BOOK, place(52), "IST.PRI", ANSWERS, DAY).evaluation.criteria["C1"]
    assert need.value.value is None
    assert "dato mancante" in need.value.note


def test_a_use_that_closes_early_is_noticed_in_a_lum(lake: Lake) -> None:
    evening = {**ANSWERS, "aperto_la_sera": Answer("no"), "traffico": Answer("si")}
    notices = judge(lake, BOOK, place(52), "IST.PRI", evening, DAY).evaluation.notices
    assert len(notices) == 2
    assert judge(lake, BOOK, place(0), "IST.PRI", evening, DAY).evaluation.notices == ()


def test_what_cannot_be_judged_says_what_to_do(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(UnknownEntry, match=r"SAN\.XYZ"):
        judge(lake, BOOK, place(52), "SAN.XYZ", {}, DAY)
    with pytest.raises(OutsideTerritory):
        judge(lake, BOOK, shapely.Point(400_000, 5_000_000), "IST.PRI", {}, DAY)
    with pytest.raises(NotComputed, match="trama access run"):
        judge(small_lake(tmp_path), BOOK, place(52), "IST.PRI", {}, DAY)
    assert issubclass(OffTheNetwork, Exception)
