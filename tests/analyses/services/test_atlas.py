"""The atlas on four comuni counted by hand: standards, missing data, zones, the rule of poles."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from tests.fixtures_services import BOOK, CHIEF, COMUNI, EAST, MADE_UP, PLACES, SMALL, WEST, services_lake
from trama.analyses.freshness import superseded
from trama.analyses.services import Atlas, draw_atlas_whole
from trama.analyses.services.document import comune_pdf, pole_pdf
from trama.analyses.services.errors import MissingLayers, NoAtlas, UnknownPlace
from trama.analyses.services.local import ABSENT, MET, MISSING, PRESENT, UNDUE, UNMET, UNSURE
from trama.analyses.services.reading import Reading, read_atlas
from trama.analyses.services.rules import read_rules
from trama.analyses.services.sheet import comune_sheet, pole_sheet
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
RULES = read_rules(BOOK, DAY)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return services_lake(tmp_path_factory.mktemp("servizi"))


@pytest.fixture(scope="module")
def atlas(lake: Lake) -> Atlas:
    return draw_atlas_whole(lake, BOOK, day=DAY)


@pytest.fixture(scope="module")
def reading(lake: Lake, atlas: Atlas) -> Reading:
    return read_atlas(lake)


def figure(atlas: Atlas, istat: str, standard: str):
    return atlas.figures[atlas.inventory.comuni["key"].tolist().index(istat)][standard]


def test_places_in_nurseries_for_a_hundred_children(atlas: Atlas):
    here = figure(atlas, WEST, "NIDO.33")  # 138 places, 600 children under 3
    assert here.value == pytest.approx(23.0)
    assert (here.outcome, here.bound, here.people) == (UNMET, False, 600.0)


def test_a_nursery_of_unknown_size_is_missing_and_none_in_a_whole_list_is_zero(atlas: Atlas):
    assert (figure(atlas, EAST, "NIDO.33").value, figure(atlas, EAST, "NIDO.33").outcome) == (None, MISSING)
    none = figure(atlas, CHIEF, "NIDO.33")
    assert (none.value, none.outcome) == (0.0, UNMET)


def test_another_pharmacy_is_owed_only_past_half_the_figure(atlas: Atlas):
    """20,000 residents: six of 3,300 and 200 over, less than half; l. 475/1968 art. 1."""
    here = figure(atlas, WEST, "FARM.3300")
    assert here.value == pytest.approx(20_000 / 6)
    assert here.outcome == MET
    assert figure(atlas, SMALL, "FARM.3300").outcome == UNMET  # 5,000 residents, none
    assert figure(atlas, EAST, "FARM.3300").outcome == UNDUE  # 3,000, fewer than one asks for


def test_a_partial_source_gives_a_bound_that_cannot_fail_a_place(atlas: Atlas):
    green = figure(atlas, WEST, "DM1444.C")  # 100,000 m2 for 20,000 residents, from a partial list
    assert green.value == pytest.approx(5.0)
    assert (green.bound, green.outcome) == (True, UNSURE)
    assert figure(atlas, CHIEF, "DM1444.C").outcome == MISSING


def test_a_library_that_no_source_covers_is_missing_even_where_one_stands(reading: Reading):
    row = reading.rows("servizi_voci", istat=SMALL, voce="CUL.BIB")[0]
    assert (row["numero"], row["copertura"], row["stato"]) == (None, None, MISSING)
    assert reading.rows("servizi_voci", istat=WEST, voce="SAN.FAR")[0]["stato"] == PRESENT
    assert reading.rows("servizi_voci", istat=SMALL, voce="SAN.FAR")[0]["stato"] == ABSENT


def test_endowment_counts_the_voices_expected_of_which_a_source_speaks(reading: Reading):
    """Of the local voices only nurseries and pharmacies are told everywhere."""
    west, small = (reading.comune(code) for code in (WEST, SMALL))
    assert (west["voci_presenti"], west["voci_assenti"]) == (3, 0)  # with the park of the partial list
    assert (small["voci_presenti"], small["voci_assenti"], small["dotazione"]) == (0, 2, 0.0)
    assert small["assenti"] == "IST.NID SAN.FAR"
    assert small["voci_senza_dato"] == small["voci_attese"] - 2


def test_a_closed_theatre_is_no_service(atlas: Atlas, reading: Reading):
    assert reading.rows("servizi_voci", istat=CHIEF, voce="CUL.TEA")[0]["stato"] == ABSENT
    assert "x1" not in set(atlas.inventory.services["id"])


def test_the_rule_proposes_with_its_reasons(reading: Reading):
    poles = {row["istat"]: row for row in reading.rows("servizi_poli")}
    assert poles[CHIEF]["rilevanza"] == "metropolitana"
    assert "cambio di linea" in poles[CHIEF]["motivi"]
    assert poles[WEST]["rilevanza"] == "sovracomunale"  # two services for it and its only neighbour, one zone
    assert poles[SMALL]["rilevanza"] == "locale"
    # the hospital serves 123,000 people: 81 % in the chief town, no zone, 16 % in the western zone
    assert poles[EAST]["rilevanza"] == "locale"
    assert "una sola zona: soltanto 1" in poles[EAST]["motivi"]


def test_measures_of_a_pole_by_hand(reading: Reading):
    west = reading.rows("servizi_poli", istat=WEST)[0]
    assert west["davies"] == pytest.approx(200.0)  # the only school and the only clinic
    assert west["complessita"] == pytest.approx(2 / 4)  # of school, clinic, hospital, theatre
    assert west["attrazione"] == pytest.approx((5_000 + 5_000) / 3 / 20_000, abs=1e-4)  # three voices exist
    assert west["posto_5"] <= west["posto"] <= west["posto_95"]


UNSURVEYED = "015012"
"""A comune of the zone of Ponente that no list covers, where nothing was ever listed."""


@pytest.fixture(scope="module")
def partly(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """The four comuni and one that was never surveyed, of 12,000 residents."""
    root = tmp_path_factory.mktemp("senza_dati")
    people = {**COMUNI, UNSURVEYED: ("Ignoto", 80, 12_000)}
    lake = services_lake(root, comuni=people, covered=tuple(COMUNI))
    draw_atlas_whole(lake, BOOK, day=DAY)
    return read_atlas(lake)


def test_a_comune_without_data_is_not_ranked_and_has_no_standing(partly: Reading):
    unknown = partly.rows("servizi_poli", istat=UNSURVEYED)[0]
    assert (unknown["posto"], unknown["posto_5"], unknown["indice"]) == (None, None, None)
    assert (unknown["rilevanza"], unknown["proposta"]) == (None, None)
    assert (unknown["davies"], unknown["attrazione"], unknown["metropolitani"]) == (None, None, None)
    assert (unknown["servizi"], unknown["servizi_noti"]) == (None, MISSING)
    ranked = sorted(row["posto"] for row in partly.rows("servizi_poli") if row["posto"])
    assert len(ranked) == 4
    vocations = partly.rows("servizi_vocazioni", istat=UNSURVEYED)
    assert {(row["servizi"], row["lq"]) for row in vocations} == {(None, None)}
    step = partly.lake.traces.load(partly.trace).root.find(f"poli/{UNSURVEYED}/posto/davies")
    assert (step.value, step.note) == (None, "nessuna fonte rileva i servizi sovralocali")


def test_a_comune_without_data_has_no_count_of_services(partly: Reading):
    assert (partly.comune(UNSURVEYED)["servizi"], partly.comune(UNSURVEYED)["servizi_noti"]) == (
        None,
        MISSING,
    )
    assert (partly.comune(WEST)["servizi"], partly.comune(WEST)["servizi_noti"]) == (11, "almeno")
    sheet = comune_sheet(partly, RULES, UNSURVEYED)
    assert {one["servizi_detti"] for one in sheet["categorie"]} == {MISSING}
    assert pole_sheet(partly, RULES, UNSURVEYED)["livello"] is None


def test_a_comune_that_too_few_voices_are_known_of_is_measured_and_not_ranked(tmp_path: Path):
    """Of the four wide voices known somewhere one alone is known there: a quarter, less than half."""
    people = {**COMUNI, UNSURVEYED: ("Ignoto", 80, 12_000)}
    more = [(UNSURVEYED, "IST.SE2", "parziale")]
    lake = services_lake(tmp_path, comuni=people, covered=tuple(COMUNI), more=more)
    draw_atlas_whole(lake, BOOK, day=DAY)
    pole = read_atlas(lake).rows("servizi_poli", istat=UNSURVEYED)[0]
    assert (pole["posto"], pole["davies"], pole["limite"]) == (None, 0.0, "sì")
    assert pole["rilevanza"] == "locale"
    assert "fra quelli rilevati; le fonti sono parziali" in pole["motivi"]
    assert (pole["servizi"], pole["servizi_noti"]) == (None, "non rilevato")


def test_services_are_gathered_among_the_comuni_that_are_known(partly: Reading):
    """The unsurveyed comune is in the zone of Ponente and Borgo: it is in neither index."""
    zone = next(row for row in partly.rows("servizi_zone") if row["popolazione"] == 37_000)
    assert (zone["comuni"], zone["comuni_noti"]) == (3, 2)
    assert zone["hhi_persone"] == pytest.approx((20_000**2 + 5_000**2) / 25_000**2, abs=1e-4)
    assert zone["hhi_servizi"] == 1.0


def test_who_serves_whom(reading: Reading):
    links = {(row["da"], row["a"]): row["persone"] for row in reading.rows("servizi_legami")}
    west = next(row for row in reading.rows("servizi_zone") if row["popolazione"] == 25_000)["zona"]
    east = next(row for row in reading.rows("servizi_zone") if row["popolazione"] == 3_000)["zona"]
    assert links[west, west] == 2 * 25_000
    assert links[east, west] == 20_000
    assert links[east, "capoluogo"] == 100_000
    assert links[west, east] == 0


def test_services_of_one_zone_are_as_gathered_as_that_zone_alone(reading: Reading):
    """Two zones, of 25,000 and 3,000: the chief town is beside them and its people are not in the index."""
    school = reading.rows("servizi_diffusione", voce="IST.SE2")[0]
    people = (25_000**2 + 3_000**2) / 28_000**2
    assert school["hhi_servizi"] == 1.0
    assert school["rapporto"] == pytest.approx(1 / people, abs=1e-3)
    assert (school["numero"], school["fuori_zona"], school["zone_note"]) == (1, 0, 2)
    assert reading.rows("servizi_diffusione", voce="CUL.TEA")[0]["rapporto"] is None


def test_the_chief_town_stands_beside_the_zones_and_is_not_one(lake: Lake, atlas: Atlas, reading: Reading):
    kinds = {row["zona"]: row["tipo"] for row in reading.rows("servizi_zone")}
    assert kinds["capoluogo"] == "capoluogo"
    assert sorted(kinds.values()) == ["capoluogo", "zona", "zona"]
    chief = reading.rows("servizi_zone", zona="capoluogo")[0]
    assert (chief["hhi_servizi"], chief["rapporto"]) == (None, None)
    root = lake.traces.load(atlas.trace.id).root
    assert root.find("zone").value == 2
    assert root.find("fuori_zona/capoluogo/concentrazione").value is None


def test_a_service_of_the_chief_town_that_concerns_two_zones_makes_it_metropolitan(tmp_path: Path):
    """36,000 served from the chief town's fair: 20,000 and 16,000 live in two zones, none is its own."""
    people = {**COMUNI, CHIEF: ("Capoluogo", 0, 1_000), EAST: ("Levante", 50, 16_000)}
    fair = ("z1", "Fiera", "CUL.TEA", "metropolitano", np.nan, None, f"{WEST} {EAST}", CHIEF)
    lake = services_lake(tmp_path, comuni=people, places=[*PLACES, fair])
    draw_atlas_whole(lake, BOOK, day=DAY)
    chief = read_atlas(lake).rows("servizi_poli", istat=CHIEF)[0]
    assert "1 servizio riguarda almeno 2 zone omogenee oltre alla propria: Fiera" in chief["motivi"]


def test_every_figure_has_its_step_in_the_trace(lake: Lake, atlas: Atlas):
    trace = lake.traces.load(atlas.trace.id)
    step = trace.root.find(f"comuni/{WEST}/NIDO.33")
    assert step is not None
    assert step.value == pytest.approx(23.0)
    assert step.parameters[0].citation.act == "l. 234/2021"
    assert step.parameters[0].status.value == "secondario"
    assert trace.root.find(f"poli/{EAST}/rilevanza/motivo_1") is not None
    assert trace.root.find(f"comuni/{SMALL}/dotazione/CUL.BIB").note == MISSING
    assert trace.root.find("diffusione/SAN.OSB") is not None


def test_the_same_data_make_no_new_version(lake: Lake, atlas: Atlas):
    again = draw_atlas_whole(lake, BOOK, day=DAY)
    assert {name: made.id for name, made in again.versions.items()} == {
        name: made.id for name, made in atlas.versions.items()
    }
    assert all(made.synthetic for made in again.versions.values())


def test_sheets_say_what_they_know_in_words(reading: Reading):
    sheet = comune_sheet(reading, RULES, "ponente")
    parks = next(one for one in sheet["categorie"] if one["id"] == "VER")
    park = next(one for one in parks["voci"] if one["voce"] == "VER.PAR")
    assert (park["detto"], park["posti"]) == ("almeno 1", "almeno 100.000 m²")
    assert parks["mancanti"] == len(parks["voci"]) - 1
    pharmacy = next(one for one in sheet["standard"] if one["standard"] == "FARM.3300")
    assert pharmacy["detto"] == "3.333 residenti per sede"
    assert pharmacy["atto"] == "l. 475/1968 (testo dopo l. 27/2012) art. 1 c. 2-3"
    old = next(one for one in sheet["standard"] if one["standard"] == "LR51.265")
    assert old["abrogato"]
    assert pole_sheet(reading, RULES, EAST)["servizi"][0]["nome"] == "Ospedale"
    with pytest.raises(UnknownPlace, match="Atlantide"):
        comune_sheet(reading, RULES, "Atlantide")


def test_both_sheets_are_printed(reading: Reading):
    for made in (comune_pdf(reading, RULES, WEST), pole_pdf(reading, RULES, CHIEF)):
        assert made.startswith(b"%PDF-1.7")
        assert b"pdfaid" in made or len(made) > 20_000


def test_without_services_it_says_what_to_do(tmp_path: Path):
    with pytest.raises(MissingLayers, match="servizi_copertura"):
        draw_atlas_whole(Lake(tmp_path / "lake"), BOOK, day=DAY)
    with pytest.raises(NoAtlas, match="trama servizi atlante"):
        read_atlas(Lake(tmp_path / "lake"))


DECIDED = """
decisioni:
  name: {it: Rilevanza decisa, en: Standing decided}
  description: Decisioni dell'ufficio.
  unit: "text"
  kind: table
  values:
    - from: "2025-01-01"
      value: {csv: decisioni.csv}
      status: adottato
      citation: {act: "decreto dirigenziale di prova", place: "tutto", url: null}
"""


def test_the_office_decides_and_the_proposal_is_kept_beside(tmp_path: Path):
    """A row in the institution's own norms prevails; before its day it does not."""
    folder = tmp_path / "norme" / "sttm2" / "poli"
    folder.mkdir(parents=True)
    (folder / "parameters.yaml").write_text(DECIDED, encoding="utf-8")
    row = f"{SMALL},sovracomunale,la biblioteca serve tre comuni,Decreto 7/2025,2025-01-01"
    (folder / "decisioni.csv").write_text(f"istat,livello,motivo,atto,data\n{row}\n", encoding="utf-8")
    book = load_book(overlay=tmp_path / "norme")
    lake = services_lake(tmp_path)
    draw_atlas_whole(lake, book, day=DAY)
    reading = read_atlas(lake)
    pole = reading.rows("servizi_poli", istat=SMALL)[0]
    assert (pole["rilevanza"], pole["proposta"], pole["decisa"]) == ("sovracomunale", "locale", "sì")
    step = lake.traces.load(reading.trace).root.find(f"poli/{SMALL}/rilevanza")
    assert step.source == "dichiarato"
    assert step.replaced.value == "locale"
    assert step.parameters[0].status.value == "adottato"
    sheet = pole_sheet(reading, read_rules(book, DAY), SMALL)
    assert sheet["decisione"]["motivo"] == "la biblioteca serve tre comuni"
    assert pole_pdf(reading, read_rules(book, DAY), SMALL).startswith(b"%PDF")


PLANNED = [
    ("a", "servizio_esistente", "IST.NID", 20_000.0),
    ("b", "servizio_previsto", "IST.NID", 90_000.0),
    ("c", "servizio_esistente", "SPO.CAM", 30_000.0),
    ("d", "servizio_previsto", "SPO.PIS", 8_000.0),
]
"""Areas of the plan of Ponente: SPO.CAM and SPO.PIS are in no list."""


def with_plan(lake: Lake) -> Lake:
    manifest = BOOK.manifests["previsioni_piano"]
    table = pd.DataFrame(PLANNED, columns=["id", "genere", "voce", "area_m2"]).assign(istat=WEST)
    names = [spec.name for spec in manifest.fields]
    with lake.draft(manifest, MADE_UP) as draft:
        shapes = [
            box(20_000 + 200 * k, 0, 20_100 + 200 * k, area / 100) for k, area in enumerate(table["area_m2"])
        ]
        draft.write_table(geopandas.GeoDataFrame(table.reindex(columns=names), geometry=shapes, crs=32632))
    return lake


def test_a_plan_covers_what_it_draws_and_forecasts_are_never_counted(tmp_path: Path):
    lake = services_lake(tmp_path)
    drawn = draw_atlas_whole(lake, BOOK, day=DAY).versions["servizi_comuni"]
    with_plan(lake)
    assert superseded(lake, drawn) == {"previsioni_piano": ("nessuna", "v0001")}  # it came after: draw again
    draw_atlas_whole(lake, BOOK, day=DAY)
    reading = read_atlas(lake)
    field = reading.rows("servizi_voci", istat=WEST, voce="SPO.CAM")[0]
    assert (field["stato"], field["copertura"], field["numero"]) == (PRESENT, "parziale", None)
    assert field["aree_piano"] == 1
    pool = reading.rows("servizi_voci", istat=WEST, voce="SPO.PIS")[0]
    assert (pool["stato"], pool["numero"]) == (MISSING, None)
    assert (pool["aree_previste"], pool["area_prevista_m2"]) == (1, 8_000.0)
    nursery = reading.rows("servizi_voci", istat=WEST, voce="IST.NID")[0]
    assert (nursery["numero"], nursery["aree_piano"], nursery["aree_previste"]) == (2, 1, 1)
    assert reading.comune(WEST)["aree_previste"] == 2
    assert reading.comune(SMALL)["aree_previste"] is None
    assert reading.rows("servizi_voci", istat=SMALL, voce="SPO.CAM")[0]["stato"] == MISSING
    sport = next(one for one in comune_sheet(reading, RULES, WEST)["categorie"] if one["id"] == "SPO")
    assert next(row for row in sport["voci"] if row["voce"] == "SPO.CAM")["detto"] == "nel piano: 1 area"


def test_a_plan_s_areas_count_before_capacities(tmp_path: Path):
    """Two hectares of nurseries in Ponente: 1 m2 for each of its 20,000 residents."""
    lake = with_plan(services_lake(tmp_path))
    atlas = draw_atlas_whole(lake, BOOK, day=DAY)
    here = figure(atlas, WEST, "DM1444.A")
    assert here.value == pytest.approx(1.0)
    assert (here.bound, here.outcome) == (True, UNSURE)  # nobody tells of the other schools
