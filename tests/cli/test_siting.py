"""`trama access dove` and `trama localizza` keep their contract on the territory walked by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result
from tests.analyses.access.small import EAST, NORTH, place, small_lake
from tests.cli.golden_files import golden

from trama.cli.main import main

DOVE = "access dove --che IST.SE1 --gruppo bambini --minuti 5 --lum libero"
SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[EAST + x, NORTH + y] for x, y in ((200, 500), (300, 500), (300, 600), (200, 600), (200, 500))]
    ],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casa")
    small_lake(folder)
    return folder


@pytest.fixture(autouse=True)
def _computed(home: Path, desk: Path) -> None:
    if not (home / "lake" / "accesso_celle").exists():
        assert run("access run --day 2026-01-15").exit_code == 0


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


def test_the_best_places_answer_as_in_their_golden_file() -> None:
    """Golden: figures of tests/analyses/siting/test_search.py, counted there by hand."""
    result = run(f"{DOVE} --quanti 2 --json")
    assert result.exit_code == 0, result.stderr
    golden("access_dove.json", json.loads(result.stdout))


def test_a_place_given_is_said_in_words() -> None:
    at = place(50)
    result = run(f"{DOVE} --luogo {at.x},{at.y}")
    assert result.exit_code == 0, result.stderr
    assert "32 abitanti in più" in result.stdout
    assert "Dati sintetici" in result.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{DOVE} --luogo qui", "X,Y in metri"),
        (f"{DOVE} --quanti 0", "--quanti"),
        (f"{DOVE} --area Atlantide", "Atlantide"),
        ("access dove --che ZZZ.ZZZ", "ZZZ.ZZZ"),
        ("localizza --voce SAN.POL", "uno dei due"),
        ("localizza --voce SAN.POL --punto nan,nan", "X,Y in metri"),
        ("localizza --voce SAN.XYZ --punto 500250,5030550", "SAN.XYZ"),
        ("localizza --voce SAN.POL --punto 400000,5000000", "fuori dal territorio"),
        ("localizza manca.geojson --voce SAN.POL", "manca.geojson"),
    ],
)
def test_bad_input_is_one_sentence(line: str, said: str) -> None:
    result = run(line)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_site_answers_as_in_its_golden_file(tmp_path: Path) -> None:
    """Golden: figures of tests/analyses/siting/test_criteria.py, counted there by hand."""
    answers = (
        "A1: 20\nA3: rete\nB1: metropolitano\nB2: dismesso\nC1: 6\naperto_la_sera: 'si'\ntraffico: 'no'\n"
    )
    (tmp_path / "risposte.yaml").write_text(answers, encoding="utf-8")
    site = {
        "type": "Feature",
        "properties": {"nome": "Nuova primaria"},
        "geometry": SQUARE,
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}
    document = {"type": "FeatureCollection", "crs": crs, "features": [site]}
    (tmp_path / "luogo.geojson").write_text(json.dumps(document), encoding="utf-8")
    result = run("localizza luogo.geojson --voce IST.PRI --answers risposte.yaml --day 2026-01-15 --json")
    assert result.exit_code == 0, result.stderr + result.stdout
    golden("localizza.json", json.loads(result.stdout))


def test_a_site_that_cannot_be_judged_yet_exits_one_and_asks() -> None:
    result = run("localizza --punto 500250,5030550 --voce IST.PRI --day 2026-01-15")
    assert result.exit_code == 1
    assert "Manca A1" in result.stdout
    assert "GTFS" in result.stdout


def test_the_judgement_is_printed_with_its_summary_map_and_rules(tmp_path: Path) -> None:
    at = place(52)
    result = run(f"localizza --punto {at.x},{at.y} --voce IST.PRI --nome Scuola --pdf giudizio.pdf")
    assert result.exit_code in {0, 1}, result.stderr
    document = pypdf.PdfReader(tmp_path / "giudizio.pdf")
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    assert "EPSG:32632" in text and "Scala 1:" in text  # noqa: PT018 - one line of the caption
    assert "valore non ufficiale" in text
    assert "Punteggi di A2" in text  # the annex quotes the rule
    assert document.pages[0].extract_text().index("Esito") < text.index("Il luogo proposto")


def test_a_document_of_another_form_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    at = place(52)
    result = run(f"localizza --punto {at.x},{at.y} --voce IST.PRI --pdf giudizio.doc")
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []
