"""Curves and bars of the page, as numbers for inline SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trama.analyses.access.layers import INEQUALITY, LORENZ
from trama.analyses.access.memory import Memory
from trama.analyses.access.runs import Run
from trama.apps.conoscere import queries

SIDE = 200
"""Side of the drawing of a Lorenz curve, in its own units."""


@dataclass(frozen=True)
class Curve:
    """A Lorenz curve: points of its line, and of the area between it and equality; what is read off it."""

    line: str
    area: str
    poor: float
    rich: float


def curve(run: Run, group: str) -> Curve | None:
    """Return the Lorenz curve of a group in a run; None where there is none."""
    table = run.versions[LORENZ].table()
    rows = table[table["gruppo"] == group]
    if not len(rows):
        return None
    people, access = rows["quota_residenti"].to_numpy(), rows["quota_accesso"].to_numpy()
    points = [f"{SIDE * p:.2f},{SIDE * (1 - a):.2f}" for p, a in zip(people, access, strict=True)]
    at = {round(float(p), 2): float(a) for p, a in zip(people, access, strict=True)}
    line = " ".join(points)
    return Curve(line, f"{line} {SIDE},0 0,{SIDE}", 100 * at.get(0.4, 0), 100 * (1 - at.get(0.9, 1)))


def unequal(memory: Memory) -> dict[str, Any]:
    """Return the measures of every group in the whole, and those of the zones for everyone."""
    version = memory.run.versions[INEQUALITY]
    table = version.table()
    english = queries.name_field() == "name_en"
    names = {key: one.name_en if english else one.name_it for key, one in memory.rules.groups.items()}
    whole = table[table["ambito"] == "territorio"].to_dict("records")
    zones = table[(table["ambito"] == "zona") & (table["gruppo"] == next(iter(names)))].to_dict("records")
    longest = max((row["p90_min"] for row in whole), default=1.0) or 1.0
    for row in whole:
        row["name"] = names.get(row["gruppo"], row["gruppo"])
        row["median_x"] = round(100 * row["p50_min"] / longest, 2)
        row["p10_x"] = round(100 * row["p10_min"] / longest, 2)
        row["spread"] = round(100 * (row["p90_min"] - row["p10_min"]) / longest, 2)
        row["step"] = f"disuguaglianza/{row['gruppo']}/territorio/gini"
    zones.sort(key=lambda row: -row["kolm_pollak_min"])
    return {"groups": whole, "zones": zones, "version": version}
