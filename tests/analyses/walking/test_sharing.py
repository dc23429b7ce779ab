"""A cluster's answer is the same file to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.engines.network.graphs import city_grid
from trama.analyses.walking import sharing
from trama.analyses.walking.reach import Asked, run_cumulative, run_nearest

SIDE = 40


@pytest.fixture
def city(tmp_path: Path) -> dict[str, Path]:
    """A city of 1,600 crossings, three categories; one stands on a single node."""
    nodes, u, v, mm = city_grid(SIDE)
    rows, columns = np.divmod(np.arange(nodes), SIDE)
    rng = np.random.default_rng(5)
    tables = {
        "nodes": pd.DataFrame({"x": columns * 70.0, "y": rows * 70.0}),
        "edges": pd.DataFrame({"u": u, "v": v, "length_m": mm / 1000}),
        "services": pd.DataFrame(
            {"category": np.repeat(["a", "b", "c"], [30, 9, 1]), "node": rng.integers(0, nodes, 40)}
        ),
    }
    for name, table in tables.items():
        table.to_parquet(tmp_path / f"{name}.parquet")
    return {name: tmp_path / f"{name}.parquet" for name in tables}


@pytest.fixture
def address() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    options: dict[str, Any] = {"n_workers": 1, "threads_per_worker": 2, "processes": False}
    with distributed.LocalCluster(**options, protocol="tcp", dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize("on_disk", [False, True])
def test_the_file_is_the_same_to_the_byte(
    city: dict[str, Path], address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_disk: bool
) -> None:
    monkeypatch.setattr(sharing.found_by_parts, "__defaults__", (200,))
    if on_disk:
        monkeypatch.setattr(sharing, "IN_MEMORY_BYTES", 0)
    for run, k in ((run_nearest, 3), (run_cumulative, 0)):
        one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
        here = run(*city.values(), one, Asked(900_000, 200.0, k))
        there = run(*city.values(), other, Asked(900_000, 200.0, k, cluster=address))
        assert one.read_bytes() == other.read_bytes()
        assert here.of_category == there.of_category
    assert not list(tmp_path.glob(".*"))
