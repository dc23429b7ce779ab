"""One drawing, two sheets: each with its answers, outcome and document; what had one sheet still opens."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from tests.apps.riconoscere.conftest import state_with
from tests.apps.riconoscere.small_territory import CAR_PARK_M
from trama.apps.riconoscere import actions, queries
from trama.apps.riconoscere.area import to_wkb
from trama.apps.riconoscere.errors import BadField
from trama.apps.riconoscere.models import Valutazione
from trama.apps.riconoscere.state import State, validated
from trama.kernel.units import format_number, joined
from trama.lake import Lake

WATER, HEAT = "scheda_drenaggio", "scheda_isola_calore"


def state(risposte: dict[str, Any], **changes: Any) -> State:
    return validated({**state_with(CAR_PARK_M, **changes), "risposte": risposte}, State)


def given(value: Any, reason: str = "") -> dict[str, Any]:
    return {"valore": value, "motivo": reason}


@pytest.mark.django_db
def test_the_same_key_is_answered_apart_in_each_sheet(lake: Lake) -> None:
    answers = {
        WATER: {"B1": given("depavimentazione")},
        HEAT: {"B1": given("bosco_parco"), "C5": given(40.0)},
    }
    row = actions.begin("drenaggio", state(answers))
    points = {key: row.results[key]["parti"]["B"]["criteri"]["B1"]["valore"] for key in (WATER, HEAT)}
    assert points == {WATER: "depavimentazione", HEAT: "bosco_parco"}
    assert row.problems == []
    assert set(row.outcomes) == {WATER, HEAT}
    assert row.outcomes[WATER]["trace"] != row.outcomes[HEAT]["trace"]


@pytest.mark.django_db
def test_a_bad_answer_is_named_under_its_own_sheet(lake: Lake, client: Client) -> None:
    row = actions.begin("drenaggio", state({HEAT: {"B1": given("depavimentazione")}}))
    (problem,) = row.problems
    assert (problem["campo"], problem["scheda"]) == ("B1", HEAT)
    page = client.get(f"/riconoscere/valuta/{row.pk}").content.decode()
    assert page.count('id="errore-isola-calore-B1"') == 1
    assert 'id="errore-drenaggio-B1"' not in page


@pytest.mark.django_db
def test_what_is_said_once_is_wrong_once(lake: Lake) -> None:
    row = actions.begin("drenaggio", state({}, stato_attuale={"impermeabile": 5000.0}))
    assert [problem["campo"] for problem in row.problems] == ["stato_attuale"]


@pytest.mark.django_db
def test_answers_to_a_sheet_that_is_not_loaded_are_refused(lake: Lake) -> None:
    with pytest.raises(BadField, match="scheda_altra"):
        actions.begin("drenaggio", state({"scheda_altra": {"B1": given("x")}}))


@pytest.mark.django_db
def test_the_history_says_in_which_sheet_the_answer_changed(lake: Lake) -> None:
    row = actions.begin("drenaggio", state({WATER: {"C6": given("piano")}}))
    both = {WATER: {"C6": given("piano")}, HEAT: {"C6": given("piano"), "C5": given(20.0)}}
    actions.save(row, 1, state(both))
    assert queries.history(row)[0].what == "Scheda Norma 2, isola di calore: C5 C6"


@pytest.mark.django_db
def test_each_sheet_has_its_own_documents(lake: Lake, client: Client) -> None:
    row = actions.begin("drenaggio", state({}, tipologie=[{"id": "urban_wood", "area_m2": 4000.0}]))
    address = f"/riconoscere/valuta/{row.pk}"
    for sheet, title in ((WATER, "Scheda Norma 1, drenaggio"), (HEAT, "Scheda Norma 2, isola di calore")):
        pdf = client.get(f"{address}.pdf?scheda={sheet}")
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
        assert title in text
        assert sheet.replace("_", "-") in pdf["Content-Disposition"]
        assert client.get(f"{address}.json?scheda={sheet}").json()["scheda"]["id"] == sheet
    feature = json.loads(client.get(f"{address}.geojson").content)
    assert set(feature["properties"]["esiti"]) == {WATER, HEAT}


@pytest.mark.django_db
def test_a_draft_made_with_one_sheet_opens_with_both_and_keeps_its_answers(
    lake: Lake, client: Client
) -> None:
    row = actions.begin("drenaggio", state({WATER: {"B1": given("depavimentazione")}}))
    before = row.results[WATER]
    row.results, row.outcomes = {WATER: before}, {WATER: row.outcomes[WATER]}
    row.save()
    page = client.get(f"/riconoscere/valuta/{row.pk}").content.decode()
    assert 'data-show-sheet="scheda_isola_calore"' in page
    assert f"/conoscere/perche/{before['trace']}" in page or before["trace"] in page
    assert client.get(f"/riconoscere/valuta/{row.pk}.pdf").status_code == 200
    assert client.get(f"/riconoscere/valuta/{row.pk}.pdf?scheda={HEAT}").status_code == 409
    saved = actions.save(queries.evaluation(row.pk), 1, queries.checked_state(row))
    assert set(saved.results) == {WATER, HEAT}
    assert queries.figures(saved.results[WATER]) == queries.figures(before)


@pytest.mark.django_db(transaction=True)
def test_the_register_of_one_sheet_is_carried_over() -> None:
    """Rows as they were before: answers flat, one result, one outcome and trace."""
    executor = MigrationExecutor(connection)
    executor.migrate([("riconoscere", "0002_postgis")])
    old = executor.loader.project_state([("riconoscere", "0002_postgis")]).apps
    answers = {"C6": given("piano")}
    kept = {"answers": answers, "day": date(2026, 1, 15), "outcome": "buona", "trace": "ab12"}
    row = old.get_model("riconoscere", "Valutazione").objects.create(
        sheet=WATER, geometry=to_wkb(CAR_PARK_M), result={"esito": {"classe": "buona"}}, **kept
    )
    old.get_model("riconoscere", "ValutazioneVersione").objects.create(valutazione=row, revision=1, **kept)
    empty = old.get_model("riconoscere", "Valutazione").objects.create(sheet=WATER, day=date(2026, 1, 15))
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    now = Valutazione.objects.get(pk=row.pk)
    assert now.answers == {WATER: answers}
    assert now.result == {"esito": {"classe": "buona"}}
    assert now.outcomes == now.versions.get().outcomes == {WATER: {"esito": "buona", "trace": "ab12"}}
    assert now.versions.get().answers == {WATER: answers}
    assert Valutazione.objects.get(pk=empty.pk).results == {}


@pytest.mark.django_db
def test_the_class_of_the_place_says_what_it_is_made_of(lake: Lake, client: Client) -> None:
    row = actions.begin("drenaggio", state({}))
    answer = row.results[WATER]
    page = joined(client.get(f"/riconoscere/valuta/{row.pk}").content.decode())
    assert f"da A1, A2, A3 insieme ({format_number(answer['parti']['A']['punti'], 'point')}" in page
    assert f"chiede almeno {format_number(answer['esito']['richiesto'], 'point')}" in page
    assert joined("su una scala da 0 a 5 punti") in page
    assert lake.traces.load(answer["trace"]).root.find("response_against_required/classe_luogo") is not None
    assert "classe_luogo" in page


@pytest.mark.django_db
def test_a_page_opened_again_says_what_each_solution_stores_and_costs(lake: Lake, client: Client) -> None:
    """Rain garden, catalogue: 0.25 m³ and 120 € a square metre."""
    row = actions.begin("drenaggio", state({}, tipologie=[{"id": "rain_garden", "area_m2": 600.0}]))
    page = joined(client.get(f"/riconoscere/valuta/{row.pk}").content.decode())
    assert joined("trattiene 150,0 m³ · circa 72.000 € (da 48.000 a 120.000)") in page
