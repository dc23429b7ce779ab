"""`trama access nearest` and `cumulative` on anybody's files: exact answers, clear refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from trama import __version__
from trama.cli.main import main

GOLDEN = Path(__file__).with_name("golden")

NODES = "x,y\n0,0\n100,0\n200,0\n300,0\n1000,0\n1100,0\n"
EDGES = "u,v,length_m\n0,1,100.0004\n1,2,100.0006\n2,3,0\n2,1,250\n4,5,100\n3,3,7\n"
"""A line 0 - 1 - 2 = 3 and an island 4 - 5; one edge is longer than its twin, one is a loop.

In millimetres: 0-1 100,000, 1-2 100,001 (each rounded once), 2-3 none.
"""
SERVICES = (
    "category,node,x,y\nscuola,0,,\nscuola,,301,0\nfarmacia,5,,\nscuola,3,,\nfarmacia,,600,0\nfarmacia,,,\n"
)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("nodes", NODES), ("edges", EDGES), ("services", SERVICES)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def run(kind: str, *extra: str, cutoff: str = "200.001", **paths: str) -> Result:
    named = {"nodes": "nodes.csv", "edges": "edges.csv", "services": "services.csv", **paths}
    options = [part for name, path in named.items() for part in (f"--{name}", path)]
    line = ["access", kind, *options, "--cutoff-m", cutoff, "--out", "out.parquet", *extra]
    return CliRunner().invoke(main, line)


def rows() -> list[tuple[Any, ...]]:
    return [tuple(row) for row in pd.read_parquet("out.parquet").itertuples(index=False)]


def without_release(text: str) -> dict[str, Any]:
    document = json.loads(text)
    assert document["versione"] == __version__
    return {**document, "versione": "*", "giorno": "*"}


@pytest.mark.usefixtures("files")
def test_nearest_counted_by_hand() -> None:
    """School 0 at node 0, 1 (snapped, 1 m away) and 3 at node 3; the chemist 2 on the island."""
    result = run("nearest", "--k", "2")
    assert result.exit_code == 0, result.stderr
    assert rows() == [
        ("farmacia", 4, 1, 100.0, 2),
        ("farmacia", 5, 1, 0.0, 2),
        ("scuola", 0, 1, 0.0, 0),
        ("scuola", 0, 2, 200.001, 1),
        ("scuola", 1, 1, 100.0, 0),
        ("scuola", 1, 2, 100.001, 1),
        ("scuola", 2, 1, 0.0, 1),
        ("scuola", 2, 2, 0.0, 3),
        ("scuola", 3, 1, 0.0, 1),
        ("scuola", 3, 2, 0.0, 3),
    ]
    assert "Servizi fuori dalla rete" in result.stderr
    assert "Righe: 4, 5" in result.stderr
    assert "2 isole" in result.stderr


@pytest.mark.usefixtures("files")
def test_the_cut_off_is_met_to_the_millimetre() -> None:
    assert run("nearest", "--k", "2", cutoff="200,0").exit_code == 0
    assert ("scuola", 0, 2, 200.001, 1) not in rows()


@pytest.mark.usefixtures("files")
def test_cumulative_counts_every_service_and_says_zero() -> None:
    assert run("cumulative").exit_code == 0
    counts = {(category, node): count for category, node, count in rows()}
    assert [counts["scuola", node] for node in range(6)] == [3, 3, 3, 3, 0, 0]
    assert [counts["farmacia", node] for node in range(6)] == [0, 0, 0, 0, 1, 1]
    assert [row[:2] for row in rows()] == sorted(counts)


@pytest.mark.parametrize("kind", ["nearest", "cumulative"])
def test_json_answers_as_in_its_golden_file(kind: str, files: Path) -> None:
    result = run(kind, "--json")
    assert result.exit_code == 0
    golden = json.loads((GOLDEN / f"access_{kind}.json").read_text(encoding="utf-8"))
    assert without_release(result.stdout) == golden


def test_parquet_and_semicolons_with_decimal_commas_give_the_same(files: Path) -> None:
    assert run("nearest", "--k", "3").exit_code == 0
    first = Path("out.parquet").read_bytes()
    pd.read_csv("nodes.csv").to_parquet("nodes.parquet")
    Path("edges.csv").write_text(EDGES.replace(",", ";").replace(".", ","), encoding="utf-8-sig")
    services = pd.read_csv("services.csv")
    services.to_parquet("services.parquet")
    result = run("nearest", "--k", "3", nodes="nodes.parquet", services="services.parquet")
    assert result.exit_code == 0, result.stderr
    assert Path("out.parquet").read_bytes() == first


def test_windows_letters_and_whole_numbers_are_categories_too(files: Path) -> None:
    (files / "services.csv").write_bytes("category,node\nUniversità,0\n".encode("cp1252"))
    assert run("cumulative").exit_code == 0
    assert rows()[0][0] == "Università"
    pd.DataFrame({"category": [10, 9], "node": [0, 5]}).to_parquet("services.parquet")
    assert run("nearest", services="services.parquet").exit_code == 0
    assert [row[0] for row in rows()] == [9, 9, 10, 10, 10, 10]


REFUSED = {
    "edge beyond the nodes": ("edges", "u,v,length_m\n0,6,1\n", "oltre i nodi, che sono 6"),
    "edge before the nodes": ("edges", "u,v,length_m\n0,-1,1\n", "riga 0 vale -1"),
    "half a node": ("edges", "u,v,length_m\n0,1.5,1\n", "intero da 0; alla riga 0 vale 1.5"),
    "no end": (
        "edges",
        "u,v,length_m\n0,,1\n0,,1\n",
        "riga 0, contando da 0 (e altre 1), ha un arco senza «v»",
    ),
    "negative length": ("edges", "u,v,length_m\n0,1,1\n0,1,-2\n", "riga 1, contando da 0, ha una lunghezza"),
    "length missing": ("edges", "u,v,length_m\n0,1,\n", "mancante"),
    "length not a number": ("edges", "u,v,length_m\n0,1,lungo\n", "«length_m» contiene qualcosa"),
    "length beyond int32": ("edges", "u,v,length_m\n0,1,3e6\n", "oltre 2.147 km"),
    "column missing": (
        "edges",
        "u,v,metri\n0,1,2\n",
        "servono le colonne «u», «v», «length_m»; ci sono: u, v, metri",
    ),
    "empty file": ("nodes", "", "servono le colonne"),
    "only a header": ("nodes", "x,y\n", "non ha righe"),
    "node beyond the Earth": ("nodes", "x,y\n1,2\n1e308,3\n", "riga 1, contando da 0, ha coordinate che non"),
    "node without place": ("nodes", "x,y\n1,2\n3,\n", "riga 1, contando da 0, ha un nodo senza coordinate"),
    "no place column": ("services", "category\nscuola\n", "«category», «node» oppure «category», «x», «y»"),
    "no category": ("services", "category,node\n,1\n", "senza categoria"),
    "service beyond": ("services", "category,node\na,9\n", "oltre quelli della rete, che sono 6"),
    "all far away": ("services", "category,x,y\na,9.1,45.4e6\n", "stesso sistema di riferimento"),
    "binary": ("services", "a\0b", "non si legge come Parquet né come CSV"),
    "torn parquet": ("nodes", "PAR1 tagliato", "tagliato a metà"),
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_cannot_be_used_is_said_in_one_sentence(case: str, files: Path) -> None:
    name, text, said = REFUSED[case]
    (files / f"{name}.csv").write_text(text, encoding="utf-8")
    result = run("nearest")
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (files / "out.parquet").exists()
    assert sorted(path.name for path in files.iterdir()) == ["edges.csv", "nodes.csv", "services.csv"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cutoff-m", "-1"], "non sono negative"),
        (["--snap-m", "-1"], "non sono negative"),
        (["--nodes", "assente.csv"], "non c'è"),
        (["--nodes", "."], "è una cartella"),
        (["--out", "nodes.csv"], "nodes.csv"),
        (["--out", "out.csv"], ".parquet"),
        (["--out", "edges.csv/out.parquet"], "Non si può scrivere"),
        (["--k", "0"], "1"),
        (["--cluster", "tcp://127.0.0.1:1"], "scheduler"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: list[str], said: str, files: Path) -> None:
    result = run("nearest", *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert sorted(path.name for path in files.iterdir()) == ["edges.csv", "nodes.csv", "services.csv"]


def test_a_result_that_was_there_stays_when_the_next_one_is_refused(files: Path) -> None:
    assert run("nearest").exit_code == 0
    before = (files / "out.parquet").read_bytes()
    (files / "services.csv").write_text("category,node\na,99\n", encoding="utf-8")
    assert run("nearest").exit_code == 2
    assert (files / "out.parquet").read_bytes() == before


def test_a_service_may_stand_just_at_the_limit_of_the_snap(files: Path) -> None:
    (files / "services.csv").write_text("category,x,y\na,0,50\nb,0,50.001\n", encoding="utf-8")
    result = run("nearest", "--snap-m", "50", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["non_collocati"] == [{"riga": 1, "categoria": "b", "motivo": "lontano dalla rete"}]
    assert answer["servizi_agganciati"] == 1
    assert np.isin([row[0] for row in rows()], "a").all()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_table_in_utf_16_is_said_with_what_to_do(files: Path, encoding: str) -> None:
    (files / "services.csv").write_bytes("category,node\nscuola,0\n".encode(encoding))
    result = run("nearest")
    assert result.exit_code == 2
    assert "è in UTF-16: salvarlo in UTF-8." in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
