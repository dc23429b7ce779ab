"""`trama invarianza` keeps its contract: one document on stdout, messages on stderr, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from trama import __version__
from trama.cli.main import main

GOLDEN = Path(__file__).with_name("golden")
EXAMPLE = (
    "invarianza --area A --superficie-m2 9000 --impermeabile-m2 6000 --semipermeabile-m2 1000 "
    "--permeabile-m2 2000 --a 30 --n 0.3 --day 2026-01-15"
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


def without_release(document: dict[str, Any]) -> dict[str, Any]:
    assert document["versione"] == __version__
    return {**document, "versione": "*", "trace": "*"}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("invarianza_minimo", EXAMPLE),
        (
            "invarianza_dettagliata",
            "invarianza --comune 015146 --superficie-m2 40000 --impermeabile-m2 30000 --permeabile-m2 10000 "
            "--day 2026-01-15",
        ),
    ],
)
def test_the_json_answer_is_the_golden_one(name: str, line: str) -> None:
    result = run(f"{line} --json")
    assert result.exit_code == 0
    golden = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    found = without_release(json.loads(result.stdout))
    assert list(found) == list(golden)
    for key, expected in golden.items():
        assert found[key] == _close(expected), key


def _close(expected: Any) -> Any:
    if isinstance(expected, bool) or not isinstance(expected, float | dict | list):
        return expected
    if isinstance(expected, dict):
        return {key: _close(value) for key, value in expected.items()}
    if isinstance(expected, list):
        return [_close(value) for value in expected]
    return pytest.approx(expected, rel=1e-9)


def test_the_trace_it_names_is_kept_and_explains_the_volume(tmp_path: Path) -> None:
    from trama.lake import open_lake

    document = json.loads(run(f"{EXAMPLE} --json").stdout)
    trace = open_lake().traces.load(document["trace"])
    assert trace.root.value == document["volume_m3"]
    assert {use.path for use in trace.unofficial()} == {
        row["parametro"] for row in document["valori_non_ufficiali"]
    }


def test_a_person_reads_italian_numbers_and_the_way_to_the_reasons() -> None:
    result = run(EXAMPLE)
    assert result.exit_code == 0
    assert "Volume da realizzare              584,0 m³" in result.stdout
    assert "trama explain" in result.stderr
    assert "Valore non ufficiale" in result.stderr


def test_a_number_may_be_written_with_the_italian_comma() -> None:
    comma = run(f"{EXAMPLE.replace('0.3', '0,3')} --json")
    assert json.loads(comma.stdout) == json.loads(run(f"{EXAMPLE} --json").stdout)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (EXAMPLE.replace("9000", "9500"), "Correggere una delle superfici o il totale"),
        (EXAMPLE.replace("--a 30 --n 0.3", ""), "indicare --a e --n"),
        (EXAMPLE.replace("--area A", ""), "Manca l'area di criticità"),
        (EXAMPLE.replace("--superficie-m2 9000", ""), "--superficie-m2"),
        (EXAMPLE.replace("2026-01-15", "2001-01-01"), "non è in vigore"),
        (EXAMPLE.replace("0.3", "zero"), "non è un numero"),
        (f"{EXAMPLE} --comune 15146", "sei cifre"),
    ],
)
def test_what_cannot_be_computed_leaves_with_2_one_sentence_and_nothing_written(
    line: str, sentence: str, tmp_path: Path
) -> None:
    result = run(f"{line} --json")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""
    assert not list(tmp_path.rglob("*.json"))


def test_messages_are_said_in_english_when_asked() -> None:
    result = run(f"--lang en {EXAMPLE.replace('9000', '9500')}")
    assert "Correct a surface or the total" in result.stderr
