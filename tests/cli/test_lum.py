"""`trama lum`: the contract of its answers, its papers, the check of anybody's perimeter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.fixtures_lum import FS, MEZZO, at, lum_lake

from trama.cli.main import main

GOLDEN = Path(__file__).with_name("golden") / "lum_scheda.json"
DAY = ("--day", "2026-01-15")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casa")
    lum_lake(folder)
    done = CliRunner(env={"TRAMA_HOME": str(folder)}).invoke(main, ["lum", "atlante", *DAY, "--json"])
    assert done.exit_code == 0, done.stderr
    return folder


def run(*typed: str) -> Result:
    return CliRunner().invoke(main, ["lum", *typed, *DAY])


def square(desk: Path, west: float, south: float, east: float, north: float, name: str = "p.geojson") -> str:
    one, other = at(west, south), at(east, north)
    ring = [[one.x, one.y], [other.x, one.y], [other.x, other.y], [one.x, other.y], [one.x, one.y]]
    return write(desk, ring, name)


def write(desk: Path, ring: list[list[float]], name: str = "p.geojson") -> str:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}
    shape = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (desk / name).write_text(json.dumps({**shape, "crs": crs}), encoding="utf-8")
    return name


@pytest.mark.usefixtures("desk")
def test_the_atlas_says_what_it_found_and_why() -> None:
    result = run("atlante", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert answer["conti"] == {"lum": 2, "ridisegnati": 0, "livello_M": 1, "livello_S": 1}
    assert [one["codice"] for one in answer["lum"]] == [MEZZO, FS]
    assert answer["avvisi"] == []
    assert {"fermate", "comuni", "servizi"} <= {one["livello"] for one in answer["dati"]}
    assert CliRunner().invoke(main, ["explain", answer["trace"]]).exit_code == 0
    text = run("atlante").stdout
    assert "2 LUM. Fermate lasciate, nel capoluogo o fuori dal territorio: 1." in text


@pytest.mark.usefixtures("desk")
def test_a_sheet_answers_as_in_its_golden_file() -> None:
    """Golden: the functions by hand, from the services and the coverage of tests/fixtures_lum.py."""
    answer = json.loads(run("scheda", MEZZO, "--json").stdout)
    found = {
        "funzioni": [[one["funzione"], one["stato"], one["numero"]] for one in answer["funzioni"]],
        "livelli": [answer["lum"][name] for name in ("livello", "livello_piano", "livello_calcolato")],
        "nodo_luogo": [[one["id"], one["valore"]] for one in answer["nodo_luogo"] if one["lato"] == "nodo"],
        "rilievi": [[one["id"], one["risposta"]] for one in answer["rilievi"]],
    }
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert answer["valori_non_ufficiali"]
    assert answer["trace"] == answer["lum"]["spiegazione"]
    said = run("scheda", FS)
    assert "dato mancante" in said.stdout
    assert "Dati sintetici" in said.stderr
    assert "Valore non ufficiale" in said.stderr


def test_papers_are_written_whole_and_filed(desk: Path) -> None:
    assert run("scheda", MEZZO, "--pdf", "scheda.pdf").exit_code == 0
    assert run("atlante", "--pdf", "atlante.pdf").exit_code == 0
    for name in ("scheda.pdf", "atlante.pdf"):
        body = (desk / name).read_bytes()
        assert body.startswith(b"%PDF-1.7")
        assert b"pdfuaid" in body
    assert run("atlante", "--pdf", "atlante.txt").exit_code == 2


def test_tables_are_written_whole(desk: Path) -> None:
    assert run("scheda", MEZZO, "--csv", "scheda.csv").exit_code == 0
    assert run("atlante", "--csv", "atlante.csv").exit_code == 0
    assert (desk / "atlante.csv").read_text("utf-8-sig").splitlines()[1].startswith(f"{MEZZO};Mezzo Centro;")
    assert "Farmacia Aurora" in (desk / "scheda.csv").read_text("utf-8-sig")
    assert run("scheda", MEZZO, "--csv", "scheda.json").exit_code == 2
    assert "Farmacia Aurora, farmacia e parafarmacia: 50" in run("scheda", MEZZO).stdout


def test_a_perimeter_that_keeps_the_stop_passes(desk: Path) -> None:
    result = run("verifica", square(desk, 1300, 700, 2100, 1040), "--lum", MEZZO, "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["accettabile"]) == (0, True)
    assert len(answer["verifiche"]) == 7


def test_one_that_loses_it_fails_with_the_reason(desk: Path) -> None:
    result = run("verifica", square(desk, 1300, 500, 2100, 990), "--lum", MEZZO)
    assert "Dati sintetici" in result.stderr
    assert "Valore non ufficiale" in result.stderr
    assert result.exit_code == 1
    assert (
        "NO  Contiene gli impianti della fermata: la fermata resta fuori, fino a 10 m"
        in result.stdout.replace("\u00a0", " ")
    )
    assert "non si può inviare" in result.stdout


def test_one_that_crosses_itself_fails_too(desk: Path) -> None:
    corners = [at(1300, 800), at(2100, 1040), at(2100, 800), at(1300, 1040), at(1300, 800)]
    result = run("verifica", write(desk, [[p.x, p.y] for p in corners]), "--lum", MEZZO, "--json")
    assert result.exit_code == 1
    assert [one["id"] for one in json.loads(result.stdout)["verifiche"]] == ["valido"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("scheda", "015002-mezo"), "non esiste"),
        (("verifica", "manca.geojson", "--lum", MEZZO), "manca.geojson"),
        (("verifica", "rotto.geojson", "--lum", MEZZO), "rotto.geojson"),
        (("verifica", "rotto.geojson", "--lum", "nulla"), "«nulla» non esiste"),
        (("verifica", "rotto.geojson"), "--lum"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(desk: Path, typed: tuple[str, ...], words: str) -> None:
    (desk / "rotto.geojson").write_text("{", encoding="utf-8")
    result = run(*typed)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_without_stops_it_says_what_to_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    result = run("atlante")
    assert result.exit_code == 2
    assert "caricare un orario GTFS" in result.stderr
    assert "eseguire «trama lum atlante»" in run("scheda", MEZZO).stderr
