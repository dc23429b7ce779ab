"""The page of the benchmarks: a section for each work as last measured, and the curves in a picture."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks import plot
from benchmarks.report import Work

DOCS = Path(__file__).resolve().parent.parent / "docs"
REPORT = DOCS / "benchmarks.md"
PICTURES = DOCS / "images"
COST = "The cost of a cell"
HEAD = """# Benchmarks

Written by `make bench`; never by hand. Trama and the peer get the same files in the same run, on the same
machine, and write the same results, which are compared. Only ratios mean something. *Kernel*: arrays in
memory. *Engine*: files to files, warm process, uncompressed output. *Command*: cold process, default output.
A gate must hold; a goal is where we are going; both are shown also when missed.
"""

Curves = dict[str, list[tuple[float, float]]]
_POINT = re.compile(r"^\| ([^|]+) \| ([0-9.]+) M \| ([0-9.]+) \|$", re.M)


def write(works: list[Work], machine: str, *, keep: bool) -> None:
    """Write the page; with `keep`, works not measured now stay as the page has them."""
    before = REPORT.read_text(encoding="utf-8") if keep and REPORT.exists() else ""
    sections = _sections(before)
    curves = _curves(sections.pop(COST, ""))
    for work in works:
        sections[work.title] = work.markdown() + f"\n{machine}\n"
        curves |= work.curves
    if curves:
        sections[COST] = _cost(curves)
    REPORT.write_text("\n".join([HEAD, *sections.values()]), encoding="utf-8")


def _sections(page: str) -> dict[str, str]:
    """Return the sections of a page by title."""
    parts = re.split(r"^## ", page, flags=re.M)[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def _curves(section: str) -> Curves:
    """Read back the points of the table, by label."""
    found: Curves = {}
    for label, millions, cost in _POINT.findall(section):
        found.setdefault(label, []).append((float(millions) * 1e6, float(cost)))
    return found


def _cost(curves: Curves) -> str:
    """Draw a picture for each engine, and write the table they are read back from."""
    engines = list(dict.fromkeys(label.partition(",")[0] for label in curves))
    lines = [f"## {COST}", ""]
    for engine in engines:
        picture = PICTURES / f"cost-of-a-cell-{engine.lower()}.svg"
        title = f"{engine}: cost of a cell as the raster grows"
        own = {label: points for label, points in curves.items() if label.partition(",")[0] == engine}
        PICTURES.mkdir(exist_ok=True)
        picture.write_text(plot.svg(title, own), encoding="utf-8")
        lines += [f"![{title}]({picture.relative_to(DOCS)})", ""]
    rows = [
        f"| {label} | {cells / 1e6:.1f} M | {cost:.0f} |"
        for label, points in curves.items()
        for cells, cost in points
    ]
    return "\n".join([*lines, "| what | cells | ns per cell |", "|---|---|---|", *rows, ""])
