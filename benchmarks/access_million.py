"""Walking access on a generated city of a million nodes: the same questions as on Rome."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.access import PEERS
from benchmarks.access_inputs import city
from benchmarks.access_peers import Limits, measure
from benchmarks.report import Work

NODES = 1_000_000


def run() -> Work:
    """Measure on a generated city."""
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
        folder = Path(name)
        work = Work("Walking access: a generated city of a million nodes, the same questions", PEERS)
        return measure(work, folder, city(folder / "inputs", NODES), Limits(None, 20))
