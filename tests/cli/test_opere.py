"""`trama opere`: the contract of its answers, from a list to its totals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.fixtures_place import place_lake, square

from trama.cli.main import main

GOLDEN = Path(__file__).with_name("golden") / "opere_riepilogo.json"
DAY = ("--day", "2026-01-15")


LINES = (
    "id;nome;fondo;soluzione;quantita;unita;importo;stato;comune;wkt",
    f"a;Piazza;Progetto Spugna;rain_garden;;;100.000,01;in corso;;{square(500, 500, 30).wkt}",
    "b;Viale;Forestami;tree_row;40;n;38.000;conclusa;Cormano;",
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with the list added."""
    place_lake(tmp_path / "casa", storm=False)
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path / "casa"))
    path = tmp_path / "opere.csv"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    added = run("layers", "add", str(path), "--as", "opere_finanziate", "--licence", "CC BY 4.0")
    assert added.exit_code == 0, added.stderr
    return path


def run(*typed: str):
    return CliRunner().invoke(main, list(typed))


@pytest.mark.usefixtures("desk")
def test_a_list_is_added_estimated_and_summed_as_in_the_golden_file() -> None:
    """Golden: money by hand (138.000,01 euro); the water is that of the what-if, tested beside it."""
    done = json.loads(run("opere", "stima", *DAY, "--json").stdout)
    assert (done["opere"], done["stimate"]) == (2, 1)
    assert done["non_stimate"] == [{"id": "b", "motivo": "non è sulla mappa: il suolo del luogo non è noto"}]
    result = run("opere", "riepilogo", *DAY, "--json")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["totale"]["importo"] == 138000.01
    assert answer["trace"]
    assert answer["valori_non_ufficiali"]
    body = {
        name: answer[name]
        for name in answer
        if name not in ("versione", "trace", "dati", "valori_non_ufficiali")
    }
    body["effetti"] = {**body["effetti"], "trace": "*"}
    assert body == json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert run("explain", answer["trace"]).exit_code == 0


@pytest.mark.usefixtures("desk")
def test_a_person_reads_totals_and_what_is_missing(tmp_path: Path) -> None:
    result = run("opere", "riepilogo", "--fondo", "forestami", *DAY)
    assert "1 opera, 38.000,00 €" in result.stdout
    assert "dato mancante" in result.stdout
    out = tmp_path / "fuori.gpkg"
    assert run("opere", "esporta", str(out), *DAY).exit_code == 0
    assert out.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.usefixtures("desk")
def test_what_cannot_be_answered_says_what_to_do(tmp_path: Path, monkeypatch) -> None:
    refused = run("opere", "riepilogo", "--fondo", "boh", *DAY)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Ci sono: forestami, spugna" in refused.stderr
    wrong = run("opere", "esporta", str(tmp_path / "opere.xls"), *DAY)
    assert wrong.exit_code == 2
    assert not (tmp_path / "opere.xls").exists()
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path / "vuota"))
    empty = run("opere", "stima", *DAY)
    assert empty.exit_code == 2
    assert "Il registro delle opere finanziate è vuoto" in empty.stderr
    assert len(empty.stderr.strip().splitlines()) == 1
