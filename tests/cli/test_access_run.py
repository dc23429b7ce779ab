"""`trama access run` and `disuguaglianza` keep their contract on the territory walked by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.analyses.access.small import small_lake
from tests.cli.golden_files import golden

from trama.cli.main import main

DAY = "--day 2026-01-15"
pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casa")
    small_lake(folder)
    return folder


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


def test_a_run_answers_as_in_its_golden_file() -> None:
    """Golden: figures of tests/analyses/access/test_run.py, computed there by hand."""
    result = run(f"access run --json {DAY}")
    assert result.exit_code == 0, result.stderr
    golden("access_run.json", json.loads(result.stdout))


def test_inequality_answers_as_in_its_golden_file() -> None:
    run(f"access run {DAY}")
    result = run("access disuguaglianza --gruppo tutti --json")
    assert result.exit_code == 0, result.stderr
    golden("access_disuguaglianza.json", json.loads(result.stdout))


def test_a_run_tells_a_person_who_walks_what_is_missing_and_where() -> None:
    result = run(f"access run {DAY}")
    assert "1,25 m/s (4,5 km/h)" in result.stdout
    assert "Primaria e secondaria di primo grado" in result.stdout
    assert "dato mancante" in result.stdout
    assert "trama explain" in result.stdout
    assert "Dati sintetici" in result.stderr
    assert "Valore non ufficiale" in result.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("access run --serie enelx", "non sono pubblicati"),
        ("access run --serie boh", "trama12"),
        ("access run --gruppo boh", "bambini"),
        ("access disuguaglianza --gruppo boh", "bambini"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(line: str, said: str) -> None:
    run(f"access run {DAY}")
    result = run(line)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_without_layers_the_command_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    assert "trama demo build" in run("access run").stderr
    result = run("access disuguaglianza")
    assert result.exit_code == 2
    assert "trama access run" in result.stderr
