"""What WARM says of a comune: the figures of the night, and people by age and band of anomaly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_noop

from trama.apps.conoscere import tables
from trama.apps.conoscere.comune import Fact, facts_of
from trama.apps.conoscere.queries import in_force, step_of, superseded
from trama.kernel.trace import Node
from trama.lake import Lake, Version

LAYER = "warm_comuni"
NAMES = (
    *("t_notte", "anomalia", "anomalia_abitata", "classe", "sensibili", "sensibili_oltre_2"),
    *("raffrescamento", "offerta_microclima"),
)
PALETTE = ("#fef0d9", "#fdcc8a", "#fc8d59", "#e34a33", "#b30000")
"""ColorBrewer OrRd: lightness always falling, so that bands keep their order in grey."""
WIDTH = 1000.0


@dataclass(frozen=True, slots=True)
class Piece:
    """People of an age in a band of anomaly, as a part of a bar.

    Attributes
    ----------
    start, width
        Place on a bar of `WIDTH`.
    step
        Path of its step in the trace.
    """

    label: str
    people: float
    colour: str
    start: float
    width: float
    step: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An age band: its people by band of anomaly, from none to the strongest."""

    label: str
    people: float
    pieces: tuple[Piece, ...]
    step: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """People of a comune by age and band of anomaly; `step` explains them."""

    bars: tuple[Bar, ...]
    bands: tuple[tuple[str, str], ...]
    trace: str
    step: str


def heat_facts(lake: Lake, istat: str) -> list[Fact]:
    """Return what the last run of WARM says of the comune, each figure with the step that explains it."""
    facts = facts_of(lake, LAYER, NAMES, istat)
    return [
        replace(fact, note="; ".join(filter(None, (gettext(_CELL_BY_CELL), fact.note))))
        if fact.name == "anomalia"
        else fact
        for fact in facts
    ]


_CELL_BY_CELL = gettext_noop(
    "media delle celle, mai sotto zero e zero nei parchi: non è la differenza tra la temperatura media e "
    "il riferimento"
)


def exposure(lake: Lake, istat: str) -> Exposure | None:
    """Return people by age and band of anomaly; None where they could not be placed."""
    if not lake.has(LAYER):
        return None
    version = lake.version(LAYER)
    path = f"comuni/{istat}/esposti"
    node = step_of(lake, version, path)
    row = tables.row(version, istat) or {}
    if node is None or row.get("residenti") is None:
        return None
    ages = [child for child in node.inputs if child.inputs]
    if not ages:
        return None
    names = [band.label.removeprefix("anomalia ") for band in ages[0].inputs]
    bands = tuple(zip(names, PALETTE, strict=False))
    return Exposure(
        tuple(_bar(age, f"{path}/{age.key}") for age in ages), bands, version.provenance.trace, path
    )


def _bar(age: Node, path: str) -> Bar:
    total = float(age.value or 0)
    pieces, start = [], 0.0
    for band, colour in zip(age.inputs, PALETTE, strict=False):
        people = float(band.value or 0)
        width = WIDTH * people / total if total else 0.0
        step = f"{path}/{band.key}"
        pieces.append(Piece(band.label, people, colour, round(start, 1), round(width, 1), step))
        start += width
    return Bar(age.label.removeprefix("Residenti ").capitalize(), total, tuple(pieces), path)


def threshold(version: Version) -> float | None:
    """Return the anomaly above which sensitive people were counted [°C]."""
    day = version.provenance.day
    found = in_force("sttm1/warm/soglia_sensibili", date.fromisoformat(day)) if day else None
    return float(found.value) if found else None


def section(lake: Lake, istat: str) -> dict[str, Any]:
    """Return what the comune's page shows of the heat; nothing where WARM has not run."""
    if not lake.has(LAYER):
        return {}
    version = lake.version(LAYER)
    row = tables.row(version, istat) or {}
    return {
        "heat": heat_facts(lake, istat),
        "heat_version": version,
        "heat_stale": superseded(lake, version),
        "heat_source": row.get("fonte_temperatura"),
        "heat_reference": row.get("temperatura_riferimento"),
        "heat_threshold": threshold(version),
        "exposure": exposure(lake, istat),
    }
