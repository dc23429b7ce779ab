"""Run every benchmark, print ratios with gates and goals, and write docs/benchmarks.md.

    python -m benchmarks                 # all of them
    python -m benchmarks storm_invest    # one, printed only
    python -m benchmarks storm_invest --write   # one, its section of the page replaced

A benchmark is a module of this package with `run() -> Work`. It raises `PeerMissing` where its peer is not
built (`make bench-peers`): that is said, and the others go on.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import sys
from datetime import date

import benchmarks
from benchmarks import page
from benchmarks.peers import PeerMissing
from benchmarks.report import Work


def modules() -> list[str]:
    """Return the names of the modules that hold a benchmark."""
    names = sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__) if not found.ispkg)
    here = [name for name in names if not name.startswith("__")]
    return [name for name in here if hasattr(importlib.import_module(f"benchmarks.{name}"), "run")]


def measure(names: list[str]) -> list[Work]:
    """Run the benchmarks one after the other, printing each as it ends."""
    done = []
    for name in names:
        print(f"... {name}", file=sys.stderr, flush=True)
        try:
            work: Work = importlib.import_module(f"benchmarks.{name}").run()
        except PeerMissing as missing:
            work = Work(name, None, notes=[f"not measured: {missing}"])
        print(work.markdown(), flush=True)
        done.append(work)
    return done


def main(asked: list[str]) -> int:
    """Measure what is asked; exit 1 if a gate does not hold."""
    known, names = modules(), [name for name in asked if name != "--write"]
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    works = measure(names or known)
    if not names or len(names) < len(asked):
        system = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
        page.write(works, f"Measured on {date.today():%d.%m.%Y}: {system}.", keep=bool(names))  # noqa: DTZ011
    return 0 if all(work.gates_held for work in works) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
