"""What a person names to be written never takes the place of what is read, and comes whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trama.cli.main import main

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "invarianza.yaml"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path / "casa"))
    desk = tmp_path / "tavolo"
    desk.mkdir()
    monkeypatch.chdir(desk)
    shutil.copy(EXAMPLE, desk / "x.yaml")
    (desk / "simbolico.yaml").symlink_to("x.yaml")
    os.link(desk / "x.yaml", desk / "duro.yaml")
    return desk


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split(" "))


@pytest.mark.parametrize(
    "line",
    [
        "invarianza pratica x.yaml --out x.yaml",
        "invarianza pratica x.yaml --pdf ./simbolico.yaml",
        "invarianza pratica x.yaml --gpkg duro.yaml",
        "invarianza pratica simbolico.yaml --out x.yaml",
        "invarianza pratica x.yaml --pdf nuovo --out nuovo",
        "scheda drenaggio x.yaml --pdf x.yaml",
        "scheda drenaggio manca.geojson --answers x.yaml --pdf x.yaml",
    ],
)
def test_an_output_is_neither_an_input_nor_another_output(desk: Path, line: str) -> None:
    before = {path.name: path.read_bytes() for path in desk.iterdir()}
    result = run(line)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert "un altro nome" in result.stderr or "un nome suo" in result.stderr
    assert {path.name: path.read_bytes() for path in desk.iterdir()} == before


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        ("invarianza pratica x.yaml --pdf x.txt", ".pdf"),
        ("invarianza pratica x.yaml --gpkg pratica.pdf", ".gpkg"),
        ("scheda drenaggio manca.geojson --pdf scheda", ".pdf"),
    ],
)
def test_a_name_of_another_form_is_refused_before_anything_is_computed(
    desk: Path, line: str, ends: str
) -> None:
    before = sorted(desk.iterdir())
    result = run(line)
    assert result.exit_code == 2
    assert f"un nome che finisce in {ends}" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert sorted(desk.iterdir()) == before


@pytest.mark.parametrize("bad", ["manca/x.gpkg", "."])
def test_when_one_output_cannot_be_written_none_is_left(desk: Path, bad: str) -> None:
    before = sorted(desk.iterdir())
    result = run(f"invarianza pratica x.yaml --out zz.json --gpkg {bad}")
    assert result.exit_code == 2
    assert sorted(desk.iterdir()) == before


@pytest.mark.parametrize(
    "line",
    ["invarianza pratica x.yaml --out ", "norms status --write ", "rete-verde priorita --out "],
)
def test_an_empty_name_is_refused(desk: Path, line: str) -> None:
    result = run(line)
    assert result.exit_code == 2
    assert "il nome è vuoto" in result.stderr


@pytest.mark.parametrize("line", ["whatif x.yaml --event-mm abc", "suoli consumo x.yaml --impermeabile nan"])
def test_what_is_no_number_is_said_in_italian(desk: Path, line: str) -> None:
    assert "non è un numero" in run(line).stderr


def test_an_italian_comma_is_a_number(desk: Path) -> None:
    for line in ("whatif manca.geojson --event-mm 10,5", "suoli consumo manca.geojson --impermeabile 50,5"):
        assert "manca.geojson" in run(line).stderr


def test_a_key_twice_in_the_json_of_a_request_is_named(desk: Path) -> None:
    (desk / "due.json").write_text('{"intervento": {}, "intervento": {}}', encoding="utf-8")
    result = run("invarianza pratica due.json")
    assert result.exit_code == 2
    assert "«intervento» è ripetuta" in result.stderr
