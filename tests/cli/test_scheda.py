"""`trama scheda`: the contract of its answer, its exit codes, and that refusals leave nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pyproj
import pytest
import shapely
from click.testing import CliRunner
from tests.fixtures_place import place_lake, square
from tests.fixtures_place_heat import lay_heat

from trama.cli.main import main

ANSWERS = """\
B1: depavimentazione
C3: {infiltrazione: 0.75, riuso: 0.25}
C5: [ombra]
C6: piano
"""
TO_DEGREES = pyproj.Transformer.from_crs(32632, 4326, always_xy=True).transform


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casa")
    lay_heat(place_lake(folder))
    return folder


@pytest.fixture
def desk(desk: Path) -> Path:
    write(desk / "parcheggio.geojson", square(500, 2000, 100, 90))
    (desk / "risposte.yaml").write_text(ANSWERS, encoding="utf-8")
    return desk


def write(path: Path, polygon: shapely.Polygon, **properties: object) -> None:
    solutions = [{"id": "permeable_paving", "area_m2": 5000}, {"id": "rain_garden", "area_m2": 600}]
    feature = {
        "type": "Feature",
        "properties": {"nome": "Parcheggio di prova", "tipologie": solutions, **properties},
        "geometry": shapely.geometry.mapping(shapely.transform(polygon, TO_DEGREES, interleaved=False)),
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")


def run(*typed: str):
    return CliRunner().invoke(main, ["scheda", "drenaggio", *typed, "--day", "2026-01-15"])


def test_the_answer_follows_the_contract(desk: Path) -> None:
    result = run("parcheggio.geojson", "--answers", "risposte.yaml", "--json", "--pdf", "scheda.pdf")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert {"versione", "giorno", "dati", "valori_non_ufficiali", "trace"} <= set(answer)
    assert {"comuni", "parti", "esito", "mancanti", "cosa_migliora", "stabilita"} <= set(answer)
    assert set(answer["parti"]) == {"A", "B", "C"}
    for part in answer["parti"].values():
        for criterion in part["criteri"].values():
            assert {"valore", "unita", "punti", "fonte", "forzato"} <= set(criterion)
    assert answer["giorno"] == "2026-01-15"
    assert answer["comuni"] == [{"istat": "015086", "nome": "Cormano", "quota": 1.0}]
    assert all(row["sintetico"] for row in answer["dati"])
    assert any(row["parametro"].endswith("/pesi") for row in answer["valori_non_ufficiali"])
    assert answer["esito"]["etichetta"] == "valore non ufficiale"
    assert (desk / "scheda.pdf").read_bytes()[:5] == b"%PDF-"
    explained = CliRunner().invoke(main, ["explain", answer["trace"], "--json"])
    assert explained.exit_code == 0
    assert answer["esito"]["classe"] in explained.stdout


def test_the_same_question_gets_the_same_answer(desk: Path) -> None:
    first, second = (
        run("parcheggio.geojson", "--answers", "risposte.yaml", "--json").stdout for _ in range(2)
    )
    assert first == second


def test_an_insufficient_or_unknown_outcome_leaves_with_1_and_still_answers(desk: Path) -> None:
    unanswered = run("parcheggio.geojson", "--json")
    assert unanswered.exit_code == 1
    assert {row["chiave"] for row in json.loads(unanswered.stdout)["mancanti"]} == {"B1", "C3", "C5", "C6"}
    poor = (
        ANSWERS.replace("depavimentazione", "suolo_libero_esterno").replace("0.75", "0").replace("0.25", "1")
    )
    (desk / "risposte.yaml").write_text(poor.replace("riuso", "fognatura"), encoding="utf-8")
    write(
        desk / "capannone.geojson", square(2500, 2000, 100, 90), tipologie=[], progetto={"impermeabile": 9000}
    )
    negative = run("capannone.geojson", "--answers", "risposte.yaml", "--json")
    assert negative.exit_code == 1
    assert json.loads(negative.stdout)["esito"]["classe"] in {"insufficiente", "non_ammissibile"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("risposte.yaml", "B1: depavimentazione\nZ1: 3\n"), "«Z1»"),
        (("risposte.yaml", "B1: depavimentazione\nB1: x\n"), "ripetuta"),
        (("risposte.yaml", "A2: 0.9\n"), "motivo"),
        (("parcheggio.geojson", ""), "vuoto"),
        (("parcheggio.geojson", '{"type": "FeatureCollection", "features": []}'), "parcheggio.geojson"),
    ],
    ids=["unknown key", "repeated key", "override without a reason", "empty file", "no features"],
)
def test_bad_input_gets_one_sentence_and_leaves_nothing(
    desk: Path, home: Path, change: tuple, says: str
) -> None:
    (desk / change[0]).write_text(change[1], encoding="utf-8")
    kept = sorted(home.rglob("*.json"))
    result = run("parcheggio.geojson", "--answers", "risposte.yaml", "--json", "--pdf", "scheda.pdf")
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    assert not (desk / "scheda.pdf").exists()
    assert sorted(home.rglob("*.json")) == kept


def test_a_contour_that_crosses_itself_is_refused_and_mended_on_request(desk: Path) -> None:
    x, y = square(500, 2000, 100).exterior.coords[0]
    bow = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    write(desk / "parcheggio.geojson", bow, tipologie=[])
    refused = run("parcheggio.geojson")
    assert refused.exit_code == 2
    assert "riparazione proposta" in refused.stderr
    assert run("parcheggio.geojson", "--repair").exit_code in {0, 1}


def test_a_day_before_the_norms_says_which_day_to_ask(desk: Path) -> None:
    result = CliRunner().invoke(main, ["scheda", "drenaggio", "parcheggio.geojson", "--day", "2020-01-01"])
    assert result.exit_code == 2
    assert "non è in vigore il 2020-01-01" in result.stderr
    assert "2024-02-28" in result.stderr


def test_a_pdf_that_cannot_be_written_says_so_and_leaves_nothing(desk: Path) -> None:
    result = run("parcheggio.geojson", "--answers", "risposte.yaml", "--pdf", "manca/scheda.pdf")
    assert result.exit_code == 2
    assert "manca una cartella del percorso. Controllare il percorso." in result.stderr
    assert list(desk.glob(".scheda*")) == []


def test_the_institution_s_own_scores_need_no_code(desk: Path, home: Path) -> None:
    before = json.loads(run("parcheggio.geojson", "--answers", "risposte.yaml", "--json").stdout)
    own = home / "norme" / "sttm1" / "scheda_drenaggio"
    own.mkdir(parents=True)
    (own / "parameters.yaml").write_text(
        """\
risposta_minima:
  name: {it: "Risposta minima richiesta", en: "Required response"}
  description: "Adottata."
  unit: "point"
  kind: table
  values:
    - from: "2025-01-01"
      status: adottato
      citation: {act: "Decreto dirigenziale di prova", place: "Allegato A", url: null}
      value: {"1": 4.9, "2": 4.9, "3": 4.9, "4": 4.9, "5": 4.9}
""",
        encoding="utf-8",
    )
    after = json.loads(run("parcheggio.geojson", "--answers", "risposte.yaml", "--json").stdout)
    assert before["esito"]["richiesto"] != 4.9
    assert after["esito"]["richiesto"] == 4.9
    assert after["esito"]["classe"] == "insufficiente"
    unofficial = {row["parametro"] for row in after["valori_non_ufficiali"]}
    assert not any("risposta_minima" in path for path in unofficial)
    (own / "parameters.yaml").unlink()


YARD = {
    "nome": "Cortile della scuola",
    "tipologie": [{"id": "tree_row", "area_m2": 8}],
    "stato_attuale": {"asfalto": 2600, "arbusti": 400},
    "progetto": {"pavimentazione_chiara": 1000, "prato_alberato": 1400, "semipermeabile": 600},
}
HEAT_ANSWERS = """\
B1: depavimentazione_alberata
C4: [suolo_per_albero, irrigazione_non_potabile]
C5: 35
C6: piano
"""


@pytest.fixture
def yard(desk: Path) -> list[str]:
    """What is typed for the heat sheet: a school yard and its answers."""
    write(desk / "cortile.geojson", square(500, 2000, 60, 50), **YARD)
    (desk / "caldo.yaml").write_text(HEAT_ANSWERS, encoding="utf-8")
    return ["scheda", "isola-calore", "cortile.geojson", "--answers", "caldo.yaml", "--day", "2026-01-15"]


def test_the_heat_sheet_answers_as_in_its_golden_file(yard: list[str]) -> None:
    """Golden: the yard that test_scheda_heat computes by hand, with a plan for upkeep."""
    result = CliRunner().invoke(main, [*yard, "--json"])
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    answer |= {"versione": "*", "trace": "*", "dati": sorted(row["livello"] for row in answer["dati"])}
    golden = Path(__file__).with_name("golden") / "scheda_isola_calore.json"
    assert answer == json.loads(golden.read_text(encoding="utf-8"))


def test_the_heat_sheet_says_what_does_not_apply_and_on_which_scale(yard: list[str]) -> None:
    result = CliRunner().invoke(main, [*yard, "--pdf", "caldo.pdf"])
    assert result.exit_code == 0, result.stderr
    assert "Scheda Norma 2, isola di calore: Buona  [valore non ufficiale]" in result.stdout
    assert "C2  Coperture verdi o fresche: non si applica: «Tetti nell'area» no" in result.stdout
    assert Path("caldo.pdf").read_bytes()[:5] == b"%PDF-"
