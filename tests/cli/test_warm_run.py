"""`trama warm run` keeps its contract: one document on stdout, messages on stderr."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.fixtures_heat import put_observed, warm_lake

from trama import __version__
from trama.cli.main import main
from trama.lake import Lake

GOLDEN = Path(__file__).with_name("golden") / "warm_run.json"
DAY = "--day 2026-01-15"


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    return warm_lake(tmp_path)


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


def without_release(document: dict[str, Any]) -> Any:
    """Leave out what depends on the release or on the libraries' bytes; round what they may round."""
    assert document["versione"] == __version__
    layers = [{**layer, "sha256": "*", "trace": "*"} for layer in document["livelli"]]
    return _rounded({**document, "versione": "*", "trace": "*", "livelli": layers})


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


def test_warm_run_answers_as_in_its_golden_file(lake: Lake) -> None:
    """Golden: the small territory with an observed night, whose figures test_warm_run computes by hand."""
    put_observed(lake)
    result = run(f"warm run --json {DAY}")
    assert result.exit_code == 0, result.stderr
    document = without_release(json.loads(result.stdout))
    assert document == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("lake")
def test_a_person_reads_figures_versions_standing_and_what_the_model_is_not() -> None:
    result = run(f"warm run --t-ref 20,5 --uhi-max 3 {DAY}")
    assert result.exit_code == 0, result.stderr
    assert "calcolata dal modello, riferimento 20,50 °C" in result.stdout
    assert "warm_comuni v0001" in result.stdout
    assert "non è confrontabile con i 24-33 °C" in result.stderr
    assert "Dati sintetici" in result.stderr
    assert "Valore non ufficiale" in result.stderr


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("asked", ["--t-ref=295", "--uhi-max=0", "--fonte osservata", "--t-ref=caldo"])
def test_what_cannot_be_used_gets_one_sentence_and_code_2(asked: str) -> None:
    result = run(f"warm run --json {asked}")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1


def test_explain_follows_a_figure_to_its_norms(lake: Lake) -> None:
    put_observed(lake)
    trace = json.loads(run(f"warm run --json {DAY}").stdout)["trace"]
    told = run(f"explain {trace} --passo comuni/015146/sensibili_oltre_2")
    assert told.exit_code == 0
    assert "65 abitanti" in told.stdout
    assert "sttm1/warm/soglia_sensibili" in told.stdout
