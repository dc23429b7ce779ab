"""`trama servizi`: the atlas and the sheets, on the four comuni of tests/fixtures_services.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.fixtures_services import WEST, services_lake

from trama.cli.main import main

GOLDEN = Path(__file__).parent / "golden" / "servizi_atlante.json"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casa")
    services_lake(folder)
    return folder


def servizi(*words: str) -> Result:
    return CliRunner().invoke(main, ["servizi", *words, "--day", "2026-01-15"])


def shape(value: object) -> object:
    """Return the form of an answer: keys, and of a list its first row."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__ if not isinstance(value, bool) else "bool"


def test_the_atlas_answers_as_promised(desk: Path) -> None:
    result = servizi("atlante", "--json")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert shape(answer) == json.loads(GOLDEN.read_text(encoding="utf-8"))
    west = next(row for row in answer["comuni"] if row["istat"] == WEST)
    assert (west["voci_presenti"], west["dotazione"]) == (3, 1.0)
    assert answer["bacini"] == {"dichiarato": 3}
    assert any(row["sintetico"] for row in answer["dati"])
    told = servizi("atlante")
    assert "La regola propone; l'ufficio decide" in told.stdout
    assert "Dati sintetici" in told.stderr


def test_a_sheet_by_name_or_code_and_as_pdf(desk: Path) -> None:
    servizi("atlante")
    by_code = servizi("scheda", WEST)
    assert by_code.exit_code == 0, by_code.stderr
    assert by_code.stdout == servizi("scheda", "Ponente").stdout
    assert "23,0 posti ogni 100" in by_code.stdout
    assert "Valore non ufficiale" in by_code.stderr
    made = servizi("scheda", WEST, "--polo", "--pdf", "polo.pdf")
    assert made.stdout == servizi("scheda", WEST, "--polo").stdout
    assert made.exit_code == 0, made.stderr
    assert (desk / "polo.pdf").read_bytes().startswith(b"%PDF")
    answer = json.loads(servizi("scheda", WEST, "--polo", "--json").stdout)
    assert answer["polo"]["rilevanza"] == "sovracomunale"
    step = CliRunner().invoke(main, ["explain", answer["trace"], "--passo", f"poli/{WEST}/rilevanza"])
    assert step.exit_code == 0, step.stderr


def test_what_cannot_be_answered_is_said_and_nothing_is_written(desk: Path, tmp_path: Path) -> None:
    servizi("atlante")
    unknown = servizi("scheda", "Atlantide", "--pdf", "x.pdf")
    assert unknown.exit_code == 2
    assert "«Atlantide» non è un comune" in unknown.stderr
    assert not (desk / "x.pdf").exists()
    wrong = servizi("scheda", WEST, "--pdf", "x.txt")
    assert wrong.exit_code == 2
    assert ".pdf" in wrong.stderr


def test_without_services_it_says_what_to_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    result = servizi("atlante")
    assert result.exit_code == 2
    assert "trama layers add" in result.stderr
    assert "trama servizi atlante" in servizi("scheda", WEST).stderr
