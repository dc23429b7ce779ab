"""What must never be committed is found by the tree check."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("check_tree", ROOT / "scripts" / "check_tree.py")
check_tree = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check_tree)


def test_the_tree_is_clean() -> None:
    assert check_tree.problems(check_tree.tracked()) == []


def test_a_lock_with_an_address_a_heavy_file_and_a_long_module_are_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(check_tree, "ROOT", tmp_path)
    lock, heavy, long = tmp_path / "a.lock", tmp_path / "b.bin", tmp_path / "c.py"
    lock.write_text("x==1 --hash=sha256:0 # https://somewhere\n")
    heavy.write_bytes(b"0" * 1_000_001)
    long.write_text("x = 1\n" * 401)
    assert [line.split(":")[0] for line in check_tree.problems([lock, heavy, long])] == [
        "a.lock",
        "b.bin",
        "c.py",
    ]
