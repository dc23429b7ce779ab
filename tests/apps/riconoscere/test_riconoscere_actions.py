"""Every write to the register, on a territory small enough to check by hand."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from django.db import connection
from shapely.geometry import Polygon, box

from tests.apps.riconoscere.conftest import state_with
from tests.apps.riconoscere.small_territory import (
    CAR_PARK_M,
    COLUMNS,
    CORMANO,
    ROWS,
    SOUTH,
    WEST,
    write_areas,
    write_cover,
    write_raster,
)
from trama.apps.riconoscere import actions, queries
from trama.apps.riconoscere.area import from_wkb, in_degrees, read_area, same, to_wkb
from trama.apps.riconoscere.errors import Conflict, NothingToShow
from trama.apps.riconoscere.freshness import differences
from trama.apps.riconoscere.models import Valutazione, ValutazioneVersione
from trama.apps.riconoscere.pinned import current_pins
from trama.apps.riconoscere.state import State, validated
from trama.kernel.errors import NotFound
from trama.lake import Lake

pytestmark = pytest.mark.django_db

ANSWERS = {
    "B1": {"valore": "depavimentazione", "motivo": ""},
    "C3": {"valore": {"infiltrazione": 100}, "motivo": ""},
    "C5": {"valore": [], "motivo": ""},
    "C6": {"valore": "piano", "motivo": ""},
}


def state(area: Any = CAR_PARK_M, **changes: Any) -> State:
    return validated(state_with(area, **changes), State)


def problems(row: Valutazione) -> dict[str, str]:
    return {problem["campo"]: problem["testo"] for problem in row.problems}


def criterion(row: Valutazione, key: str) -> dict[str, Any]:
    assert row.result is not None
    return row.result["parti"][key[0]]["criteri"][key]


def test_a_new_evaluation_knows_its_place(lake: Lake) -> None:
    """Hand-computed: the square is all sealed (1111, a tenth drains), in UPA 3a of class 4, group B, TUC."""
    row = actions.begin("drenaggio", state())
    assert row.result is not None
    assert row.area_m2 == pytest.approx(9000, abs=0.01)
    assert [(one["istat"], one["quota"]) for one in row.result["comuni"]] == [("015086", 1.0)]
    assert criterion(row, "A1")["valore"] == 4.0
    assert criterion(row, "A2")["valore"] == pytest.approx(0.1)
    facts = {one["chiave"]: one["valore"] for one in row.result["luogo"]}
    assert facts["soggiacenza"] == 6.0
    assert facts["gruppo_idrologico"] == "B 100 %"
    assert facts["tessuto_urbano_consolidato"] == 100.0
    assert (row.west, row.south, row.east, row.north) == pytest.approx(CAR_PARK_M.bounds, abs=0.001)


def test_an_evaluation_without_an_area_is_kept_and_says_what_to_do(lake: Lake) -> None:
    row = actions.begin("drenaggio", state(None, nome="Prima idea"))
    assert row.result is None
    assert "Disegnare l'area" in problems(row)["geometria"]
    assert queries.evaluation(row.pk).nome == "Prima idea"


def test_an_unknown_sheet_is_refused_and_nothing_is_written(lake: Lake) -> None:
    with pytest.raises(NotFound):
        actions.begin("scheda_che_non_esiste", state())
    assert not Valutazione.objects.exists()


def test_a_saved_evaluation_reads_back_whole(lake: Lake) -> None:
    given = state(
        tipologie=[{"id": "rain_garden", "area_m2": 400.0}, {"id": "permeable_paving", "area_m2": None}],
        stato_attuale={"impermeabile": 9000.0},
        progetto={"impermeabile": 5000.0, "verde_profondo": 4000.0},
        risposte=ANSWERS,
    )
    row = actions.begin("drenaggio", given)
    again = queries.checked_state(queries.evaluation(row.pk))
    assert again.model_dump(exclude={"geometria"}) == given.model_dump(exclude={"geometria"})
    assert same(read_area(again.geometria or {}), CAR_PARK_M)


def test_each_save_grows_the_revision_and_is_kept(lake: Lake) -> None:
    row = actions.begin("drenaggio", state())
    row = actions.save(row, 1, state(nome="Piazzale"))
    row = actions.save(row, 2, state(nome="Piazzale", risposte=ANSWERS))
    assert row.revision == 3
    kept = list(queries.history(row).order_by("revision").values_list("revision", "what"))
    assert kept == [(1, "inizio"), (2, "nome"), (3, "B1, C3, C5, C6")]


def test_saving_the_same_state_again_changes_nothing(lake: Lake) -> None:
    row = actions.begin("drenaggio", state())
    again = actions.save(row, 1, validated(queries.state_of(row), State))
    assert again.revision == 1
    assert queries.history(row).count() == 1


def test_a_request_repeated_because_its_answer_was_lost_is_no_conflict(lake: Lake) -> None:
    row = actions.begin("drenaggio", state())
    actions.save(row, 1, state(nome="Piazzale"))
    assert actions.save(queries.evaluation(row.pk), 1, state(nome="Piazzale")).revision == 2


def test_two_saves_over_one_revision_conflict_and_both_are_kept(lake: Lake) -> None:
    row = actions.begin("drenaggio", state())
    actions.save(queries.evaluation(row.pk), 1, state(nome="Prima finestra"))
    with pytest.raises(Conflict, match="Nulla è perso"):
        actions.save(queries.evaluation(row.pk), 1, state(nome="Seconda finestra"))
    row = queries.evaluation(row.pk)
    assert (row.nome, row.revision) == ("Prima finestra", 2)
    lost = ValutazioneVersione.objects.get(valutazione=row, kind="conflitto")
    assert lost.nome == "Seconda finestra"
    row = actions.recover(row, 2, lost, queries.checked_state(lost))
    assert (row.nome, row.revision) == ("Seconda finestra", 3)


@pytest.mark.django_db(transaction=True)
def test_writers_racing_on_one_revision_leave_one_winner_and_no_loss(lake: Lake) -> None:
    row = actions.begin("drenaggio", state())
    outcomes: list[str] = []

    def write(name: str) -> None:
        try:
            actions.save(Valutazione.objects.get(pk=row.pk), 1, state(nome=name))
            outcomes.append("saved")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    names = [f"Finestra {number}" for number in range(4)]
    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "conflict", "conflict", "saved"]
    kept = set(queries.history(row).exclude(revision=1, what="inizio").values_list("nome", flat=True))
    assert kept == set(names)


def test_an_override_wants_a_reason_and_keeps_the_original(lake: Lake) -> None:
    row = actions.begin("drenaggio", state(risposte={"A2": {"valore": 0.6, "motivo": ""}}))
    assert "serve il motivo" in problems(row)["A2"]
    assert criterion(row, "A2")["valore"] == pytest.approx(0.1)
    because = {"A2": {"valore": 0.6, "motivo": "Rilievo del 12 marzo."}}
    row = actions.save(row, 1, state(risposte=because))
    assert not row.problems
    assert criterion(row, "A2")["valore"] == 0.6
    assert criterion(row, "A2")["forzato"]
    assert criterion(row, "A2")["originale"] == pytest.approx(0.1)
    assert criterion(row, "A2")["motivo"] == "Rilievo del 12 marzo."


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"risposte": {"B1": {"valore": "inventata", "motivo": ""}}}, "B1", "scegliere tra"),
        ({"risposte": {"C2": {"valore": "molto", "motivo": "x"}}}, "C2", "deve essere un numero"),
        ({"risposte": {"Z9": {"valore": 1.0, "motivo": ""}}}, "Z9", "non è prevista"),
        ({"risposte": {"C3": {"valore": {"riuso": 30}, "motivo": ""}}}, "C3", "sommano a 30"),
        ({"stato_attuale": {"impermeabile": 5000.0}}, "stato_attuale", "il poligono misura 9.000"),
        ({"progetto": {"marmo": 9000.0}}, "progetto", "marmo"),
        ({"tipologie": [{"id": "fontana", "area_m2": 5.0}]}, "tipologie", "non è nel catalogo"),
        ({"tipologie": [{"id": "rain_garden", "area_m2": None}]}, "tipologie.rain_garden", "quantità"),
    ],
)
def test_what_cannot_be_used_is_named_beside_its_field_and_the_rest_is_evaluated(
    lake: Lake, changes: dict[str, Any], field: str, words: str
) -> None:
    row = actions.begin("drenaggio", state(**changes))
    assert words in problems(row)[field]
    assert row.result is not None
    assert criterion(row, "A1")["valore"] == 4.0


def test_many_bad_answers_at_once_are_all_named(lake: Lake) -> None:
    bad = {key: {"valore": "?", "motivo": "perché sì"} for key in ("A1", "A2", "B1", "C1", "C2", "C6")}
    row = actions.begin("drenaggio", state(risposte=bad))
    assert set(problems(row)) == set(bad)
    assert row.result is not None


def test_an_area_outside_the_territory_is_kept_and_said(lake: Lake) -> None:
    row = actions.begin("drenaggio", state(shapely.affinity.translate(CAR_PARK_M, 30_000, 0)))
    assert "fuori dal territorio" in problems(row)["geometria"]
    assert row.result is None
    assert row.geometry is not None


def test_a_crossing_outline_is_refused_and_the_last_good_one_stays(lake: Lake) -> None:
    row = actions.begin("drenaggio", state())
    west, south, east, north = CAR_PARK_M.bounds
    bow = Polygon([(west, south), (east, north), (east, south), (west, north)])
    crossed = state(None).model_copy(update={"geometria": _raw_degrees(bow)})
    row = actions.save(row, 1, crossed)
    assert "si incrocia" in problems(row)["geometria"]
    assert same(from_wkb(row.geometry), CAR_PARK_M)


def test_a_day_before_the_norms_is_said_beside_the_day(lake: Lake) -> None:
    row = actions.begin("drenaggio", state(giorno="1999-01-01"))
    assert "non è in vigore il 1999-01-01" in problems(row)["giorno"]
    assert row.result is None


def test_an_area_across_two_comuni_shows_their_shares(lake: Lake) -> None:
    across = box(WEST + 2900, SOUTH + 1000, WEST + 3300, SOUTH + 1100)
    row = actions.begin("drenaggio", state(across))
    assert row.result is not None
    assert {one["nome"]: one["quota"] for one in row.result["comuni"]} == {"Bresso": 0.75, "Cormano": 0.25}


def test_going_to_degrees_and_back_does_not_move_an_area(lake: Lake) -> None:
    row = actions.begin("drenaggio", state())
    first = bytes(row.geometry or b"")
    for revision in range(1, 4):
        given = validated({**queries.state_of(row), "nome": f"Giro {revision}"}, State)
        row = actions.save(row, revision, given)
    assert bytes(queries.evaluation(row.pk).geometry or b"") == first == to_wkb(from_wkb(first))


def test_trying_out_writes_nothing(lake: Lake) -> None:
    tried = actions.try_out("drenaggio", state())
    assert set(tried.answers) == {"scheda_drenaggio", "scheda_isola_calore"}
    assert not Valutazione.objects.exists()
    assert not lake.traces.root.exists()


def test_an_evaluation_stays_on_its_layer_versions_until_asked(lake: Lake) -> None:
    """Journey J2: the land cover is replaced; the square becomes arable, which drains whole."""
    row = actions.begin("drenaggio", state(risposte=ANSWERS))
    write_cover(lake, sealed_columns=0, synthetic=False)
    fresh = queries.fresh(row)
    assert [(one.layer, one.before, one.now) for one in fresh.layers] == [("uso_suolo", "v0001", "v0002")]
    assert (fresh.layers[0].synthetic_before, fresh.layers[0].synthetic_now) == (True, False)
    row = actions.save(row, 1, state(nome="Altro nome", risposte=ANSWERS))
    assert criterion(row, "A2")["valore"] == pytest.approx(0.1), (
        "editing does not change the data under the sheet"
    )

    pins = current_pins(lake)
    again = actions.try_out("drenaggio", queries.checked_state(row), pins).answers["scheda_drenaggio"]
    assert row.result is not None
    sheet = actions.find_sheet(actions.open_installation().book, row.sheet)
    changed = {one.what: (one.before, one.after) for one in differences(sheet, row.result, again)}
    assert changed["A2, Indice di superficie drenante del luogo (I-dren)"] == (
        "0,10, 5,00 punti",
        "1,00, 1,00 punti",
    )
    assert changed["Suolo interessato"] == ("sigillato", "libero")

    row = actions.renew(row, 2, queries.checked_state(row), pins)
    assert criterion(row, "A2")["valore"] == pytest.approx(1.0)
    assert not queries.fresh(row).stale
    assert queries.history(row).filter(revision=2).get().pins["uso_suolo"] == "v0001"


def test_data_put_back_as_they_were_are_not_newer(lake: Lake) -> None:
    row = actions.begin("drenaggio", state())
    with rasterio.open(lake.version("soggiacenza").raster) as opened:
        as_was = opened.read(1)
    write_raster(lake, "soggiacenza", np.full((ROWS, COLUMNS), 2.0, "float32"), np.nan)
    assert [one.layer for one in queries.fresh(row).layers] == ["soggiacenza"]
    write_raster(lake, "soggiacenza", as_was, np.nan)
    assert lake.version("soggiacenza").id != row.pins["soggiacenza"]
    assert not queries.fresh(row).stale


def test_a_layer_that_comes_later_is_offered_not_taken(lake: Lake) -> None:
    import shutil

    shutil.rmtree(lake.root / "soggiacenza")
    row = actions.begin("drenaggio", state())
    write_raster(lake, "soggiacenza", np.full((ROWS, COLUMNS), 2.0, "float32"), np.nan)
    assert [(one.layer, one.before) for one in queries.fresh(row).layers] == [("soggiacenza", "")]
    row = actions.save(row, 1, state(nome="Altro nome"))
    assert row.result is not None
    assert {one["chiave"]: one["valore"] for one in row.result["luogo"]}["soggiacenza"] is None


def test_a_layer_the_sheet_does_not_read_does_not_make_it_stale(lake: Lake) -> None:
    row = actions.begin("drenaggio", state())
    write_areas(lake, "ferrovie", {"f1": CORMANO})
    assert not queries.fresh(row).stale


def test_documents_come_from_the_same_numbers_or_not_at_all(lake: Lake) -> None:
    row = actions.begin("drenaggio", state(risposte=ANSWERS))
    _lake, result, area = queries.result_again(row)
    assert result.trace.id == row.outcomes["scheda_drenaggio"]["trace"]
    assert same(area, CAR_PARK_M)
    row.results["scheda_drenaggio"]["area_m2"] = 1.0
    with pytest.raises(NothingToShow, match="rivalutazione"):
        queries.result_again(row)
    with pytest.raises(NothingToShow):
        queries.result_again(actions.begin("drenaggio", state(None)))


def test_the_feature_handed_over_is_read_back_by_the_reader_of_interventions(lake: Lake) -> None:
    from trama.sources.interventions import Intervention

    row = actions.begin("drenaggio", state(tipologie=[{"id": "rain_garden", "area_m2": 400.0}]))
    feature = queries.as_feature(row)
    again = Intervention.from_geojson(feature)
    assert same(again.geometry, CAR_PARK_M)
    assert (again.nome, again.tipologie[0].id) == ("Parcheggio di via Gramsci", "rain_garden")
    outcomes = feature["properties"]["esiti"]
    assert outcomes["scheda_drenaggio"]["etichetta"] == "valore non ufficiale"


def _raw_degrees(shape: Polygon) -> dict[str, Any]:
    """Degrees of a shape that is not valid, corner by corner."""
    corners = [in_degrees(box(x, y, x + 1, y + 1))["coordinates"][0] for x, y in shape.exterior.coords]
    ring = [min(corner, key=lambda point: (point[1], point[0])) for corner in corners]
    return {"type": "Polygon", "coordinates": [[*ring[:-1], ring[0]]]}
