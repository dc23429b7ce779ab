"""`trama layers` keeps its contract: one document on stdout, messages on stderr, exit codes 0, 1, 2."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import geopandas
import pytest
from click.testing import CliRunner
from shapely.geometry import Polygon, box
from tests.fixtures_territory import EAST, NORTH, small_lake

from trama.cli.main import main

SOUTH = NORTH - 40
ENVELOPE = {"versione", "giorno", "dati", "valori_non_ufficiali", "trace"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    small_lake(tmp_path)
    return tmp_path


def run(*words):
    return CliRunner().invoke(main, ["layers", *map(str, words)])


def document(result):
    found = json.loads(result.stdout)
    assert set(found) >= ENVELOPE
    return found


def cover(path, *, broken=0, code="511"):
    """A DUSAF-like delivery of three strips, with as many crossing polygons as asked."""
    shapes = [box(EAST + 20 * n, SOUTH, EAST + 20 * n + 20, NORTH) for n in range(3)]
    for n in range(broken):
        x = EAST + 20 * n
        shapes.append(Polygon([(x, SOUTH), (x + 10, SOUTH + 10), (x + 10, SOUTH), (x, SOUTH + 10)]))
    codes = ["1111", "2111", code, *["1411"] * broken]
    geopandas.GeoDataFrame({"COD_TEMA": codes}, geometry=shapes, crs=32632).to_file(path)
    return path


def test_the_list_holds_every_described_layer_with_its_current_version(home):
    found = document(run("list", "--json"))
    rows = {row["id"]: row for row in found["livelli"]}
    assert rows["uso_suolo"]["versione"] == "v0001"
    assert rows["uso_suolo"]["sintetico"] is True
    assert rows["strade"]["versione"] is None, "described by the norms, not loaded yet"
    read = {row["livello"]: (row["versione"], row["sintetico"]) for row in found["dati"]}
    assert read["comuni"] == ("v0001", True)
    text = run("list").stdout
    assert "dati sintetici" in text
    assert "non ancora caricato" in text


def test_show_says_where_a_layer_comes_from_and_can_verify_it(home):
    found = document(run("show", "uso_suolo", "--verify", "--json"))
    assert found["versione_livello"]["fatta_da"] == "prova"
    assert found["impronte_verificate"] is True
    assert document(run("show", "strade", "--json"))["versione_livello"] is None
    assert "non è ancora caricato" in run("show", "strade").stdout
    assert "Fatta da prova" in run("show", "uso_suolo").stdout


def test_show_verify_notices_an_altered_file(home):
    data = home / "lake" / "uso_suolo" / "v0001" / "data.tif"
    data.write_bytes(data.read_bytes() + b"\0")
    result = run("show", "uso_suolo", "--verify", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "alterata" in result.stderr


def test_an_original_supersedes_the_synthetic_layer_and_history_and_diff_tell_it(home, tmp_path):
    said = ("--licence", "CC BY 4.0", "--date", "2021", "--json")
    added = run("add", cover(tmp_path / "dusaf.shp"), "--as", "uso_suolo", *said)
    assert added.exit_code == 0, added.stderr
    found = document(added)
    assert found["accettato"] is True
    assert found["versione_livello"]["id"] == "v0002"
    assert [(row["livello"], row["versione"], row["sintetico"]) for row in found["dati"]] == [
        ("uso_suolo", "v0002", False)
    ]
    told = document(run("history", "uso_suolo", "--json"))
    assert [(each["id"], each["sintetico"]) for each in told["versioni"]] == [
        ("v0001", True),
        ("v0002", False),
    ]
    assert told["versioni"][1]["licenza"] == "CC BY 4.0"
    assert "v0001" in run("history", "uso_suolo").stdout
    change = document(run("diff", "uso_suolo", "v0001", "v0002", "--json"))["differenza"]
    assert change["passaggi"][0] == {"da": 1121, "a": 511, "celle": 4, "area_m2": 400.0}
    assert "1121 → 511" in run("diff", "uso_suolo", "v0001", "v0002").stdout


def test_three_broken_features_leave_with_1_the_whole_report_and_nothing_written(home, tmp_path):
    result = run("add", cover(tmp_path / "d.gpkg", broken=3), "--as", "uso_suolo", "--json")
    assert result.exit_code == 1
    found = document(result)
    check = next(each for each in found["controlli"] if each["controllo"] == "valid_geometry")
    assert (check["esito"], check["numero"], len(check["dove"])) == ("da riparare", 3, 3)
    assert check["dove"][0]["at"] == [EAST + 5, SOUTH + 5]
    assert found["versione_livello"] is None
    assert len(document(run("history", "uso_suolo", "--json"))["versioni"]) == 1
    text = run("add", tmp_path / "d.gpkg", "--as", "uso_suolo").stdout
    assert "--repair" in text
    assert "Nulla è stato scritto" in text
    repaired = run("add", tmp_path / "d.gpkg", "--as", "uso_suolo", "--repair", "--json")
    assert (repaired.exit_code, document(repaired)["versione_livello"]["id"]) == (0, "v0002")


def test_an_unknown_class_is_named_and_leaves_with_1(home, tmp_path):
    result = run("add", cover(tmp_path / "d.gpkg", code="9876"), "--as", "uso_suolo", "--json")
    check = next(each for each in document(result)["controlli"] if each["controllo"] == "known_classes")
    assert result.exit_code == 1
    assert (check["dove"][0]["id"], check["dove"][0]["area_m2"]) == ("9876", 800.0)
    (tmp_path / "c.csv").write_text("valore,codice\n9876,511\n1111,1111\n2111,2111\n", encoding="utf-8")
    args = ("--as", "uso_suolo", "--classes", tmp_path / "c.csv", "--json")
    assert run("add", tmp_path / "d.gpkg", *args).exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "pippo"), "Nessuna scheda descrive"),
        (("show", "uso_suolo", "--version", "v0009"), "non ha la versione"),
        (("history", "strade"), "non c'è nella base di conoscenza"),
        (("diff", "uso_suolo", "v0001", "v0002"), "non ha la versione"),
        (("add", "manca.gpkg", "--as", "uso_suolo"), "non esiste"),
        (("add", "x.gpkg", "--as", "pippo"), "Nessuna scheda descrive"),
        (("add", "x.gpkg", "--as", "upa", "--map", "boh"), "campo=COLONNA"),
        (("fetch", "strade"), "trama layers add"),
        (("show", "../../etc"), "Nessuna scheda descrive"),
    ],
)
def test_a_mistake_is_one_sentence_on_stderr_and_2(home, words, says):
    result = run(*words, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_the_command_line_itself_prints_one_document(home):
    line = [sys.executable, "-m", "trama.cli.main", "layers", "list", "--json"]
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=os.environ)
    assert {"livelli"} | ENVELOPE == set(json.loads(done.stdout))


def test_a_code_that_is_no_reference_system_is_refused_even_if_the_file_declares_its_own(home, tmp_path):
    result = run("add", cover(tmp_path / "d.gpkg"), "--as", "uso_suolo", "--crs", "999999", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "EPSG:999999 non è un sistema di riferimento" in result.stderr


def test_a_reference_system_that_the_file_makes_useless_is_told(home, tmp_path):
    result = run("add", cover(tmp_path / "d.gpkg"), "--as", "uso_suolo", "--crs", "3003", "--json")
    notes = document(result)["note"]
    assert any("WGS 84 / UTM zone 32N: EPSG:3003 non si usa" in note for note in notes)
    same = run("add", tmp_path / "d.gpkg", "--as", "uso_suolo", "--crs", "32632", "--json")
    assert not any("non si usa" in note for note in document(same)["note"])


def test_history_is_in_the_civil_time_of_rome_and_says_so(home):
    record = home / "lake" / "uso_suolo" / "v0001" / "version.json"
    found = json.loads(record.read_text(encoding="utf-8"))
    found["created"] = "2026-07-31T22:30:05+00:00"
    record.write_text(json.dumps(found), encoding="utf-8")
    assert "v0001 del 01.08.2026, 00:30 (ora di Roma)" in run("history", "uso_suolo").stdout
    assert "v0001 del 01.08.2026" in run("list").stdout
    told = document(run("history", "uso_suolo", "--json"))["versioni"][0]
    assert told["creata"] == "2026-07-31T22:30:05+00:00", "programs read the instant as it is"


def test_an_unusual_map_wants_a_confirmation_with_its_reason(home, tmp_path):
    import numpy as np
    import rasterio
    from affine import Affine

    options = {"height": 2, "width": 3, "crs": 32632, "transform": Affine(20, 0, EAST, 0, -20, NORTH)}
    with rasterio.open(tmp_path / "n.tif", "w", "GTiff", count=1, dtype="float32", **options) as out:
        out.write(np.zeros((2, 3), "float32"), 1)
    words = ("add", tmp_path / "n.tif", "--as", "temperatura_notte_osservata")
    plain = run(*words)
    assert plain.exit_code == 1
    assert "--confirm" in plain.stdout
    assert not (home / "lake" / "temperatura_notte_osservata").exists()
    empty = run(*words, "--confirm", " ")
    assert (empty.exit_code, "vuole il motivo" in empty.stderr) == (2, True)
    endless = run(*words, "--confirm", "a" * 301)
    assert (endless.exit_code, "non più di 300 caratteri" in endless.stderr) == (2, True)
    given = run(*words, "--confirm", "prova di taratura", "--json")
    assert given.exit_code == 0
    body = document(given)
    assert body["versione_livello"]["richiesta"]["confirm"] == "prova di taratura"
    states = {one["controllo"]: one["esito"] for one in body["controlli"]}
    assert states["usual_values"] == states["varied_values"] == "confermato"
    assert [one["parametro"] for one in body["valori_non_ufficiali"]] == [
        "sttm1/warm/temperatura_notte_plausibile"
    ]
