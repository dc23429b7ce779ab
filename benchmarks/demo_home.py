"""The demonstration territory, built once for all the benchmarks of a run that need it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from trama.analyses.access import run_access
from trama.analyses.demo import build
from trama.analyses.lum.run import run_atlas
from trama.analyses.services import draw_atlas
from trama.analyses.storm import run_storm
from trama.analyses.warm import run_warm
from trama.lake import Lake
from trama.norms import load_book
from trama.sources.boundaries import load_boundaries

DAY = date(2026, 1, 15)


@cache
def demo_home() -> Path:
    """Return an installation's folder with the demonstration in it; it goes away at the end of the run."""
    home = Path(tempfile.mkdtemp(prefix="trama-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    lake, book = Lake(home / "lake"), load_book()
    load_boundaries(lake, book, day=DAY)
    build(lake, book, day=DAY)
    run_storm(lake, book, day=DAY, event_mm=61.4)
    run_warm(lake, book, day=DAY)
    return home


@cache
def whole_home() -> Path:
    """Return it with services, walking access and mobility places too; TRAMA_BENCH_HOME names one built."""
    if given := os.environ.get("TRAMA_BENCH_HOME"):
        return Path(given)
    home = demo_home()
    lake, book = Lake(home / "lake"), load_book()
    for run in (draw_atlas, run_access, run_atlas):
        run(lake, book, day=DAY)
    return home
