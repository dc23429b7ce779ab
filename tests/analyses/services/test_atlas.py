"""The atlas on four comuni counted by hand: standards, missing data, zones, the rule of poles."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas
import pandas as pd
import pytest
from shapely.geometry import box

from tests.fixtures_services import BOOK, CHIEF, EAST, MADE_UP, SMALL, WEST, services_lake
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
    # the hospital serves 123,000 people: 81 % the chief town, 16 % the western zone, 2 % its own
    assert poles[EAST]["rilevanza"] == "metropolitana"
    assert "1 servizio riguarda almeno 2 zone omogenee oltre alla propria: Ospedale" in poles[EAST]["motivi"]


def test_measures_of_a_pole_by_hand(reading: Reading):
    west = reading.rows("servizi_poli", istat=WEST)[0]
    assert west["davies"] == pytest.approx(200.0)  # the only school and the only clinic
    assert west["complessita"] == pytest.approx(2 / 4)  # of school, clinic, hospital, theatre
    assert west["attrazione"] == pytest.approx((5_000 + 5_000) / 3 / 20_000, abs=1e-4)  # three voices exist
    assert west["posto_5"] <= west["posto"] <= west["posto_95"]


def test_who_serves_whom(reading: Reading):
    links = {(row["da"], row["a"]): row["persone"] for row in reading.rows("servizi_legami")}
    west = next(row for row in reading.rows("servizi_zone") if row["popolazione"] == 25_000)["zona"]
    east = next(row for row in reading.rows("servizi_zone") if row["popolazione"] == 3_000)["zona"]
    assert links[west, west] == 2 * 25_000
    assert links[east, west] == 20_000
    assert links[east, "capoluogo"] == 100_000
    assert links[west, east] == 0


def test_services_of_one_zone_are_as_gathered_as_that_zone_alone(reading: Reading):
    school = reading.rows("servizi_diffusione", voce="IST.SE2")[0]
    people = (25_000**2 + 3_000**2 + 100_000**2) / 128_000**2
    assert school["hhi_servizi"] == 1.0
    assert school["rapporto"] == pytest.approx(1 / people, abs=1e-3)
    assert reading.rows("servizi_diffusione", voce="CUL.TEA")[0]["rapporto"] is None


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


def test_a_plan_s_areas_count_before_capacities(tmp_path: Path):
    """Two hectares of nurseries in Ponente: 1 m2 for each of its 20,000 residents."""
    lake = services_lake(tmp_path)
    manifest = BOOK.manifests["previsioni_piano"]
    rows = [("a", "servizio_esistente", "IST.NID", 20_000.0), ("b", "servizio_previsto", "IST.NID", 90_000.0)]
    table = pd.DataFrame(rows, columns=["id", "genere", "voce", "area_m2"]).assign(istat=WEST)
    names = [spec.name for spec in manifest.fields]
    with lake.draft(manifest, MADE_UP) as draft:
        shapes = [box(20_000, 0, 20_100, 200), box(20_200, 0, 20_300, 900)]
        draft.write_table(geopandas.GeoDataFrame(table.reindex(columns=names), geometry=shapes, crs=32632))
    atlas = draw_atlas_whole(lake, BOOK, day=DAY)
    here = figure(atlas, WEST, "DM1444.A")
    assert here.value == pytest.approx(1.0)
    assert (here.bound, here.outcome) == (True, UNSURE)  # nobody tells of the other schools
