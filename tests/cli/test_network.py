"""`trama network build`: its files and its answer."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from tests.sources.osm.small import as_pbf, extract, way

from trama.cli.main import main

GOLDEN = Path(__file__).with_name("golden") / "network_build.json"


def run(*typed: str):
    return CliRunner().invoke(main, list(typed))


@pytest.fixture
def city(tmp_path: Path) -> Path:
    street, stair = way(1, [1, 2, 3], highway="residential", name="Via Roma"), way(2, [2, 4], highway="steps")
    return as_pbf(extract(tmp_path / "a.osm", street, stair), tmp_path / "city.osm.pbf")


def test_network_build_answers_as_in_its_golden_file(city: Path, tmp_path: Path) -> None:
    """Golden: lengths by hand (see `tests.sources.osm.small`), 78.8 + 78.8 + 111.1 m."""
    out = tmp_path / "rete" / "nuova"
    result = run("network", "build", str(city), "--out", str(out), "--day", "2026-01-15", "--json")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert {one["parametro"] for one in answer.pop("valori_non_ufficiali")} >= {"sttm2/rete/percorribilita"}
    assert answer.pop("versione")
    answer["scritti"] = [Path(path).name for path in answer["scritti"]]
    assert answer == json.loads(GOLDEN.read_text(encoding="utf-8"))
    nodes, edges = pd.read_parquet(out / "nodes.parquet"), pd.read_parquet(out / "edges.parquet")
    assert list(nodes) == ["x", "y", "osm_id"]
    assert list(edges) == ["u", "v", "length_m", "classe", "scale", "nome"]
    assert edges[["u", "v"]].to_numpy().max() == len(nodes) - 1
    assert pq.read_schema(out / "nodes.parquet").metadata[b"crs"] == b"EPSG:32632"


def test_a_bad_extract_writes_nothing(city: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(city.read_bytes()[:-5])
    result = run("network", "build", str(cut), "--out", str(tmp_path / "fuori"))
    assert result.exit_code == 2
    assert "tagliato a metà" in result.stderr
    assert not (tmp_path / "fuori").exists()


def test_a_file_in_the_place_of_the_folder_is_told(city: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mio")
    for out in (tmp_path / "file", tmp_path / "file" / "dentro"):
        result = run("network", "build", str(city), "--out", str(out))
        assert result.exit_code == 2
        assert "serve una cartella" in result.stderr
    assert (tmp_path / "file").read_text() == "mio"


def test_a_person_reads_what_was_left_out(tmp_path: Path) -> None:
    path = extract(tmp_path / "a.osm", way(1, [1, 2], highway="gondola"), way(2, [2, 3], highway="path"))
    result = run("network", "build", str(path), "--out", str(tmp_path / "rete"))
    assert result.exit_code == 0, result.stderr
    assert "gondola (1)" in result.stdout
