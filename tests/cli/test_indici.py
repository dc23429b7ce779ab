"""`trama indici` keeps its contract: one document on stdout, messages on stderr, refusals in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.fixtures_indices import index_lake

from trama import __version__
from trama.cli.main import main
from trama.lake import Lake
from trama.norms import load_book

GOLDEN = Path(__file__).with_name("golden") / "indici_run.json"
DAY = "--day 2026-01-15"
PRESSURES = load_book().indices["vulnerabilita"].pillars["pressioni"].indicators


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return index_lake(tmp_path)


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


def _steady(value: Any) -> Any:
    """Leave out what depends on the release or on the libraries' bytes; round what they may round."""
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, dict):
        hidden = {"sha256": "*", "trace": "*", "versione": "*"} if "sha256" in value else {}
        return {key: hidden.get(key, _steady(inner)) for key, inner in value.items()}
    return [_steady(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.usefixtures("lake")
def test_indici_run_answers_as_in_its_golden_file() -> None:
    """Golden: the small territory, whose measures test_indices_measures counts by hand."""
    result = run(f"indici run vulnerabilita --json {DAY}")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document.pop("versione") == __version__
    assert document["valori_non_ufficiali"]
    assert len(document.pop("trace")) == 20
    body = _steady({"giorno": document["giorno"], "indici": document["indici"]})
    assert body == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("lake")
def test_indici_show_ranks_again_with_the_weights_of_a_file(tmp_path: Path) -> None:
    assert run(f"indici run {DAY}").exit_code == 0
    norms = json.loads(run("indici show vulnerabilita --json").stdout)
    assert norms["delle_norme"] is True
    table = tmp_path / "pesi.csv"
    table.write_text("voce;peso\nsuolo_impermeabile;0\ndensita;0\nimpatto;2,5\naggregazione;aritmetica\n")
    other = json.loads(run(f"indici show vulnerabilita --weights {table} --json").stdout)
    assert other["delle_norme"] is False
    assert other["scelta"]["pesi_pilastri"]["impatto"] == 2.5
    assert [row["indice"] for row in other["luoghi"]] != [row["indice"] for row in norms["luoghi"]]
    saved = tmp_path / "pagina.json"
    saved.write_text(json.dumps({"indice": "vulnerabilita", **other["scelta"]}))
    again = json.loads(run(f"indici show vulnerabilita --weights {saved} --json").stdout)
    assert again["luoghi"] == other["luoghi"]


@pytest.mark.usefixtures("lake")
def test_a_person_reads_the_ranking_what_is_missing_and_what_moves_it() -> None:
    result = run(f"indici run vulnerabilita {DAY}")
    assert "8 indicatori su 24 hanno dati" in result.stdout
    assert "nel 90 % delle estrazioni" in result.stdout
    assert "i posti cambierebbero in media" in result.stdout
    assert "Dato mancante, non zero:" in result.stderr
    assert "Dati sintetici" in result.stderr
    shown = run("indici show vulnerabilita --per upa")
    assert "Dati sintetici" in shown.stderr
    assert "Valore non ufficiale" in shown.stderr
    assert "UPA 2a" in shown.stdout


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("indici run bellezza", "Indici dichiarati nelle norme: qualita, vulnerabilita"),
        ("indici show bellezza", "Indici dichiarati nelle norme"),
        ("indici show vulnerabilita", "trama indici run"),
        ("indici show vulnerabilita --per zone", "scegliere comuni o upa"),
        ("indici run --day 2023-01-01", "vale dal 2024-02-28"),
    ],
)
def test_what_cannot_be_used_is_said_with_code_2(line: str, sentence: str) -> None:
    result = run(line)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("voce;valore\ndensita;1\n", "servono le colonne «voce» e «peso»"),
        ("voce;peso\ndensita;1\ndensita;2\n", "«densita» c'è già"),
        ("voce;peso\ndensitaa;1\n", "Forse «densita»?"),
        ("voce;peso\ndensita;tanto\n", "da 0 a 100"),
        ('{"pesi": {"densita": ', "non è un JSON valido"),
        ('{"pesi": {"densita": 1, "densita": 2}}', "«densita» è ripetuta"),
        ('{"nome": {"a": 1}}', "«nome» deve essere un testo"),
        ("voce;peso\n", "non dà nessun peso né regola"),
        ('{"nome": "mio", "pesi": {}}', "non dà nessun peso né regola"),
        ("voce;peso\npressioni;0\nimpatto;0\nadattamento;0\n", "tutti zero"),
        ("voce;peso\nimpatto;0\n", "vuole tutti i suoi pilastri"),
        ("voce;peso\n" + "".join(f"{name};0\n" for name in PRESSURES), "«Pressioni"),
        ('{"pesi": {"densita": "' + "9" * 401 + '"}}', "9…»"),
        ('{"pesi": {"densita": 1e999}}', "numero troppo grande"),
    ],
)
def test_a_file_of_weights_that_means_nothing_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    run(f"indici run vulnerabilita {DAY}")
    path = tmp_path / "pesi"
    path.write_text(text)
    result = run(f"indici show vulnerabilita --weights {path}")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr
    assert result.stderr.strip().count("\n") == 0


@pytest.mark.usefixtures("lake")
def test_weights_equal_to_the_norms_are_said_so_and_quality_needs_no_pillar(tmp_path: Path) -> None:
    run(f"indici run {DAY}")
    same, other = tmp_path / "uguali.csv", tmp_path / "altri.csv"
    same.write_text("voce;peso\ndensita;1\n")
    other.write_text("voce;peso\nmicroclima;0\n")
    told = run(f"indici show vulnerabilita --weights {same}")
    assert told.stdout.startswith("Con i pesi di uguali.csv, uguali a quelli delle norme.")
    assert json.loads(run(f"indici show vulnerabilita --weights {same} --json").stdout)["delle_norme"] is True
    assert run(f"indici show qualita --weights {other}").stdout.startswith(
        "Con i pesi di altri.csv, non delle norme."
    )


@pytest.mark.usefixtures("lake")
def test_an_institution_loads_its_values_with_italian_decimals(tmp_path: Path) -> None:
    values = tmp_path / "valori.csv"
    values.write_text(  # as a spreadsheet's «Unicode text»
        "istat;nome;pm25;reddito;anomalia_notte;kdren\n015146;A;21,5;31.250,75;-0,5;0.123\n"
        "015002;B;18,0;-\n015009;C;17;24000\n".replace(";", "\t"),
        encoding="utf-16",
    )
    added = run(f"layers add {values} --as indicatori_comuni --licence CC0 --source ARPA --json")
    assert added.exit_code == 0, added.stderr
    document = json.loads(added.stdout)
    assert document["versione_livello"]["righe"] == 7
    assert document["versione_livello"]["sintetico"] is False
    shown = json.loads(run(f"indici run vulnerabilita --json {DAY}").stdout)["indici"][0]["comuni"]
    assert {"pm25", "reddito"} <= set(shown["indicatori_usati"])
    chief = next(row for row in shown["luoghi"] if row["codice"] == "015146")
    assert (chief["pm25"], chief["reddito"]) == (21.5, 31250.75)
    assert (chief["anomalia_notte"], chief["kdren"]) == (-0.5, 0.123)


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("comune;pm25\n015146;1\n", "serve la colonna «istat»"),
        ("istat;pm26\n015146;1\n", "Forse «pm25»?"),
        ("istat;pm25\n015999;1\n", "alla riga 2 «015999» non è un codice del territorio"),
        ("istat;pm25\n015146;alto\n", "alla riga 2 «alto» non è un numero"),
        ("istat;indicatore;valore\n015146;pm25;1\n015146;pm25;2\n", "alla riga 3 il valore di pm25"),
        ("istat;pm25\n015146;\n", "non contiene alcun valore"),
        ("istat;densita\n015146;1.234\n", "«1.234» può valere mille volte tanto"),
        ("istat;densita\n015146;-5\n", "densita vale «-5», e non è mai meno di 0 ab/km²"),
        ("istat;alberi\n015146;101\n", "va da 0 % a 100 %"),
        ("istat;kdren\n015146;1,01\n", "va da 0 a 1"),
        ("istat;anomalia_notte\n015146;301,2\n", "va da -20 °C a 20 °C"),
        ("istat;pm25\n015146;1,2,3\n", "non è un numero"),
    ],
)
def test_values_that_cannot_be_placed_are_refused_and_nothing_is_written(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "valori.csv"
    path.write_text(text)
    result = run(f"layers add {path} --as indicatori_comuni")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not Lake(tmp_path / "lake").has("indicatori_comuni")


@pytest.mark.usefixtures("lake")
def test_weights_that_leave_nothing_with_data_give_no_ranking(tmp_path: Path) -> None:
    assert run(f"indici run {DAY}").exit_code == 0
    used = json.loads(run("indici show vulnerabilita --json").stdout)["indicatori_usati"]
    path = tmp_path / "zero.json"
    path.write_text(json.dumps({"pesi": dict.fromkeys(used, 0)}), encoding="utf-8")
    result = run(f"indici show vulnerabilita --weights {path} --json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "nessun indicatore con dati ha un peso" in result.stderr
