"""Run every benchmark, print ratios with gates and goals, and write docs/benchmarks.md.

    python -m benchmarks                 # all of them
    python -m benchmarks storm_invest    # one, printed only

A benchmark is a module of this package with `run() -> Work`. It raises `PeerMissing` where its peer is not
built (`make bench-peers`): that is said, and the others go on.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import sys
from pathlib import Path

import benchmarks
from benchmarks import plot
from benchmarks.peers import PeerMissing
from benchmarks.report import Work

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "cost-of-a-cell.svg"
REPORT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`; never by hand. Trama and the peer get the same files in the same run, on the same
machine, and write the same results, which are compared. Only ratios mean something. *Kernel*: arrays in
memory. *Engine*: files to files, warm process, uncompressed output. *Command*: cold process, default output.
A gate must hold; a goal is where we are going; both are shown also when missed.
"""


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
    known = modules()
    unknown = [name for name in asked if name not in known]
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    works = measure(asked or known)
    if not asked:
        machine = (
            f"Machine: {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}.\n"
        )
        sections = [HEAD, machine, *(work.markdown() for work in works), _picture(works)]
        REPORT.write_text("\n".join(sections), encoding="utf-8")
    return 0 if all(work.gates_held for work in works) else 1


def _picture(works: list[Work]) -> str:
    """Draw what was measured as the work grows; return the section that shows it, empty where nothing was."""
    curves = {label: points for work in works for label, points in work.curves.items()}
    if not curves:
        return ""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(plot.svg("Cost of a cell as the raster grows", curves), encoding="utf-8")
    rows = [
        f"| {label} | {cells / 1e6:.1f} M | {cost:.0f} |"
        for label, points in curves.items()
        for cells, cost in points
    ]
    table = ["| what | cells | ns per cell |", "|---|---|---|", *rows]
    head = ["## The cost of a cell", "", f"![Cost of a cell]({PICTURE.relative_to(REPORT.parent)})", ""]
    return "\n".join([*head, *table, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
