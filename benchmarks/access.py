"""Walking access on Rome: nearest k, cumulative, catchments, against pandana, networkit, scipy, access."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.access_inputs import rome
from benchmarks.access_peers import Limits, measure
from benchmarks.report import Work

PEERS = "pandana 0.8, networkit 11.2, scipy, pysal access 1.1"


def run() -> Work:
    """Measure on the streets of Rome."""
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
        folder = Path(name)
        work = Work("Walking access: Rome, 234,496 nodes, 10 categories of 50 to 5,000, 1,200 m", PEERS)
        return measure(work, folder, rome(folder / "inputs"), Limits(10, None))
