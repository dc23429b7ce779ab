"""`trama invarianza pratica` keeps its contract: one document on stdout, files moved whole, exit codes."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from click.testing import CliRunner, Result

from trama.cli.main import main

GOLDEN = Path(__file__).with_name("golden") / "invarianza_pratica.json"
ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "invarianza.yaml"
SCHEMA = ROOT / "docs" / "invarianza-pratica.schema.json"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path / "casa"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["invarianza", "pratica", *map(str, arguments), "--day", "2026-01-15"])


def _close(expected: Any) -> Any:
    if isinstance(expected, bool) or not isinstance(expected, float | dict | list):
        return expected
    if isinstance(expected, dict):
        return {key: _close(value) for key, value in expected.items()}
    if isinstance(expected, list):
        return [_close(value) for value in expected]
    return pytest.approx(expected, rel=1e-6, abs=1e-6)


def without_series(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "versione": "*", "trace": "*", "idrogramma": "*"}


def test_the_json_answer_is_the_golden_one() -> None:
    result = run(EXAMPLE, "--json")
    assert result.exit_code == 0
    found, golden = without_series(json.loads(result.stdout)), json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert list(found) == list(golden)
    for key, expected in golden.items():
        assert found[key] == _close(expected), key


def test_pdf_data_and_geopackage_are_written_whole_and_agree(tmp_path: Path) -> None:
    pdf, out, gpkg = (tmp_path / name for name in ("p.pdf", "p.json", "p.gpkg"))
    result = run(EXAMPLE, "--pdf", pdf, "--out", out, "--gpkg", gpkg, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert json.loads(out.read_text(encoding="utf-8")) == document
    assert pdf.read_bytes().startswith(b"%PDF-")
    row = pyogrio.read_dataframe(gpkg).iloc[0]
    assert row["volume_dovuto_m3"] == pytest.approx(document["dovuto"]["volume_da_realizzare_m3"])
    assert row["esito"] == "conforme"
    assert (row.geometry.x, row.geometry.y) == (517200, 5036800)


def test_the_trace_it_names_is_kept() -> None:
    from trama.lake import open_lake

    document = json.loads(run(EXAMPLE, "--json").stdout)
    assert open_lake().traces.load(document["trace"]).root.value == "conforme"


def test_a_file_that_does_not_conform_leaves_with_one_and_is_written_all_the_same(tmp_path: Path) -> None:
    small = tmp_path / "piccola.yaml"
    small.write_text(EXAMPLE.read_text(encoding="utf-8").replace("lunghezza_m: 64", "lunghezza_m: 30"))
    result = run(small, "--out", tmp_path / "p.json", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["esito"]["classe"] == "non_conforme"
    assert (tmp_path / "p.json").is_file()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "opere: [{tipo: vasca, altezza_m: alta}]",
            "riga 1: il campo «opere.1.altezza_m» deve essere un numero",
        ),
        ("intervento: {comune: 015146}", "Indicare la superficie totale"),
        ("intervento: {comune: 015146, superficie_m2: 10, superfici_m2: {impermeabile: 9}}", "sommano 9"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(tmp_path: Path, text: str, words: str) -> None:
    bad = tmp_path / "p.yaml"
    bad.write_text(text)
    result = run(bad, "--pdf", tmp_path / "p.pdf", "--out", tmp_path / "p.json")
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["p.yaml"]


def test_a_geopackage_without_coordinates_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    plain = tmp_path / "p.yaml"
    plain.write_text(EXAMPLE.read_text(encoding="utf-8").replace("  est_m: 517200\n  nord_m: 5036800\n", ""))
    result = run(plain, "--pdf", tmp_path / "p.pdf", "--gpkg", tmp_path / "p.gpkg")
    assert result.exit_code == 2
    assert "Est e Nord" in result.stderr
    assert not (tmp_path / "p.pdf").exists()


def test_a_person_reads_the_first_page_and_each_check() -> None:
    result = run(EXAMPLE)
    assert "Volume dovuto               2.982,6 m³" in result.stdout
    assert "Ordine di smaltimento: rispettata." in result.stdout
    assert "R.R. 3/2025" in result.stderr
    assert "ripetere il calcolo" not in result.stderr


def test_the_schema_names_every_key_of_the_data_file() -> None:
    document = json.loads(run(EXAMPLE, "--json").stdout)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert set(document) == set(schema["properties"]) == set(schema["required"])
    assert _unlike(document, schema, "$", schema) == []


def _unlike(value: Any, schema: dict[str, Any], place: str, root: dict[str, Any]) -> list[str]:
    """A small reader of the part of JSON Schema that the page uses: types, properties, items, enum."""
    if "$ref" in schema:
        return _unlike(value, root["$defs"][schema["$ref"].rpartition("/")[2]], place, root)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and _kind(value) not in kinds and not (_kind(value) == "integer" and "number" in kinds):
        return [f"{place}: {_kind(value)} is not {kinds}"]
    wrong = [f"{place}: {value} not in enum"] if "enum" in schema and value not in schema["enum"] else []
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        wrong += [f"{place}.{key}: not in the schema" for key in value if key not in known]
        for key, inner in value.items():
            wrong += _unlike(inner, known.get(key, {}), f"{place}.{key}", root)
    if isinstance(value, list) and "items" in schema:
        for number, inner in enumerate(value):
            wrong += _unlike(inner, schema["items"], f"{place}[{number}]", root)
    return wrong


def _kind(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object", list: "array"}
    return kinds.get(type(value), "null")


def test_the_schema_is_the_one_that_the_script_writes() -> None:
    spec = importlib.util.spec_from_file_location("pratica_schema", ROOT / "scripts" / "pratica_schema.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert SCHEMA.read_text(encoding="utf-8") == script.schema()
