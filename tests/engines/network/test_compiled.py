"""Kernels compile also where nothing may be written; machine code that is kept needs nobody to be read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numba.core import caching

from trama.engines.network import Graph, compiled, cumulative, to_mm
from trama.engines.network import nearest as nearest_of
from trama.engines.network.compiled import inlined, kernel, prepared
from trama.engines.network.machine_code import signature_of

TOTAL = "i8(i8[::1])"


def total(values: np.ndarray) -> int:
    found = 0
    for value in values:
        found += value
    return found


@inlined
def twice(value: int) -> int:
    return 2 * value


def doubled(values: np.ndarray, out: np.ndarray) -> None:
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            out[row] += twice(values[row, column])


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """Machine code goes to a folder of this test; gives what is in it."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return lambda: sorted(tmp_path.glob("*.code"))


def test_a_system_that_is_read_only_compiles_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching.CompileResultCacheImpl, "_locator_classes", [])
    assert kernel(total)(np.arange(4)) == 6


def test_prepared_code_that_cannot_be_kept_runs_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert prepared(TOTAL)(total)(np.arange(4)) == 6


@pytest.mark.parametrize(
    "harm", [lambda whole: whole[: len(whole) // 2], lambda whole: whole[:-9] + b"123456789", lambda _: b""]
)
def test_kept_code_that_is_cut_or_changed_is_compiled_anew(
    kept: Callable[[], list[Path]], harm: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(TOTAL)(total)(np.arange(4))
    (file,) = kept()
    file.write_bytes(harm(file.read_bytes()))
    assert prepared(TOTAL)(total)(np.arange(5)) == 10
    monkeypatch.setattr(compiled._Prepared, "_compiled", None)  # now it is read, or nothing
    assert prepared(TOTAL)(total)(np.arange(6)) == 15
    assert kept() == [file]


def test_code_of_other_sources_is_not_taken_and_goes(kept: Callable[[], list[Path]]) -> None:
    prepared("i8(i8[::1])")(total)(np.arange(4))
    (file,) = kept()
    other = file.with_name(f"{file.stem.rpartition('-')[0]}-0123456789abcdef.code")
    file.rename(other)
    prepared("i8(i8[::1])")(total)(np.arange(4))
    assert kept() == [file]


def test_arrays_of_two_axes_and_small_functions_are_prepared_too(kept: Callable[[], list[Path]]) -> None:
    out = np.zeros(2, np.int64)
    assert (
        prepared("void(i4[:,::1], i8[::1])")(doubled)(np.arange(6, dtype=np.int32).reshape(2, 3), out) is None
    )
    assert out.tolist() == [2 * 3, 2 * 12]  # 0 + 1 + 2 and 3 + 4 + 5
    assert len(kept()) == 1


@pytest.mark.parametrize(
    "given",
    [(np.arange(4, dtype=np.int32),), (np.arange(8)[::2],), (np.zeros((2, 2), np.int64),), ([1, 2],), ()],
)
def test_what_a_kernel_was_not_prepared_for_is_refused(given: tuple[object, ...]) -> None:
    with pytest.raises(TypeError):
        prepared(TOTAL)(total)(*given)


@pytest.mark.parametrize("text", ["i8(i8[::2])", "f8(i8)", "i8(u1[::1])", "i8(i8[:])", "i8 i8"])
def test_a_signature_that_cannot_be_prepared_is_said_at_once(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be prepared"):
        signature_of(text)


def test_a_queue_that_outgrows_its_room_gives_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against one search per service, each kept whole: numpy sorts them."""
    module = sys.modules["trama.engines.network.nearest"]
    rng = np.random.default_rng(3)
    u, v = rng.integers(0, 400, 1500), rng.integers(0, 400, 1500)
    graph = Graph.from_edges(400, u, v, to_mm(rng.uniform(1, 90, 1500)))
    at = rng.integers(0, 400, 60)
    roomy = nearest_of(graph, at, 4, 250_000)
    monkeypatch.setattr(module, "FIRST_ENTRIES", 1)
    tight = nearest_of(graph, at, 4, 250_000)
    assert all(np.array_equal(*pair) for pair in zip(roomy, tight, strict=True))
    balls = sys.modules["trama.engines.network.balls"]
    monkeypatch.setattr(balls, "FIRST_ENTRIES", 1)
    few = cumulative(graph, at, 250_000)
    monkeypatch.setattr(balls, "FIRST_ENTRIES", 4096)
    assert np.array_equal(few, cumulative(graph, at, 250_000))
    alone = np.column_stack([nearest_of(graph, at[[row]], 1, 250_000)[0][:, 0] for row in range(60)])
    assert np.array_equal(np.sort(alone, axis=1)[:, :4], tight[0])
    assert np.array_equal((alone <= 250_000).sum(axis=1), few)


@pytest.mark.parametrize("command", ["nearest", "cumulative"])
def test_a_cold_search_loads_neither_numba_nor_pandas(tmp_path: Path, command: str) -> None:
    """The second of two processes: the first may have had to compile."""
    (tmp_path / "nodes.csv").write_text("x,y\n0,0\n100,0\n200,0\n")
    (tmp_path / "edges.csv").write_text("u,v,length_m\n0,1,100\n1,2,100\n")
    (tmp_path / "services.csv").write_text("category,node\nscuola,0\n")
    asked = [f"--{name}={tmp_path / name}.csv" for name in ("nodes", "edges", "services")]
    line = ["access", command, *asked, "--cutoff-m=150", f"--out={tmp_path / 'reach.parquet'}"]
    program = (
        "import sys; from trama.cli.main import main; main(sys.argv[1:], standalone_mode=False);"
        "sys.exit(sum(name in sys.modules for name in ('numba', 'pandas', 'scipy.linalg')))"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program, *line], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "reach.parquet").exists()


def test_processes_that_compile_at_once_keep_one_whole_file(tmp_path: Path) -> None:
    program = (
        "import numpy as np; from trama.engines.network import Graph, components;"
        "line = Graph.from_edges(3, np.array([0]), np.array([1]), np.array([5], np.int32));"
        "assert components(line).tolist() == [0, 0, 1]"
    )
    environment = {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    together = [subprocess.Popen([sys.executable, "-c", program], env=environment) for _ in range(3)]
    assert [process.wait(60) for process in together] == [0, 0, 0]
    assert {file.suffix for file in tmp_path.iterdir()} == {".code"}
    assert len(list(tmp_path.iterdir())) == 2  # the graph's sorting, and the islands
