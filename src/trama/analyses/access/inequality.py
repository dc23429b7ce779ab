"""Inequality of access between people, zones, comuni and groups of walkers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.figures import Fifteen
from trama.analyses.access.rules import Rules
from trama.engines.equity import (
    DROP,
    Lorenz,
    atkinson,
    complete,
    gini,
    kolm_pollak,
    kolm_pollak_kappa,
    lorenz,
    palma,
    quantiles,
    sufficiency_gap,
    theil_parts,
)

Floats = NDArray[np.float64]
DRAWN = 100
"""Points of a Lorenz curve as it is kept and drawn."""
TERRITORY, ZONE, COMUNE = "territorio", "zona", "comune"


@dataclass(frozen=True)
class Inequality:
    """Measures of one place for one group; None where nobody is measured.

    Attributes
    ----------
    theil_between
        Part of Theil between the smaller places: zones for the territory, comuni for a zone.
    kolm_pollak_min
        Proximity time that, if everyone had it, would be as bad as people's own.
    gap_min
        Minutes of proximity time above the threshold, per person.
    missing
        Residents without any datum, left out.
    """

    people: float
    missing: float
    access: float | None
    gini: float | None
    palma: float | None
    theil: float | None
    theil_between: float | None
    theil_within: float | None
    between_share: float | None
    atkinson_1: float | None
    atkinson_2: float | None
    kolm_pollak_min: float | None
    gap_min: float | None
    p10_min: float | None
    p50_min: float | None
    p90_min: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the columns of the table."""
        names = {
            "people": "residenti",
            "missing": "residenti_senza_dato",
            "access": "accesso_medio",
            "theil_between": "theil_tra",
            "theil_within": "theil_entro",
            "between_share": "quota_tra",
            "gap_min": "scarto_min",
        }
        return {names.get(key, key): value for key, value in asdict(self).items()}


def access_of(found: Fifteen, rules: Rules) -> Floats:
    """Return the access of each cell, 0 to 1: mean of the decayed minutes of the categories with data."""
    total, count = np.zeros(len(found.pt)), np.zeros(len(found.pt))
    for walk in found.walks:
        there = np.isfinite(walk.minutes)
        total[there] += decayed(walk.minutes[there], *rules.access_decay(), found.group.mm_per_minute)
        count += there
    mean = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return np.asarray(mean, dtype=np.float64)


def decayed(minutes: Floats, name: str, numbers: dict[str, float], mm_per_minute: float) -> Floats:
    """Return the access, 0 to 1, of some minutes; the numbers of Walk Score are metres.

    >>> decayed(np.array([0.0, 7.5]), "esponenziale", {"lambda": 0.0924}, 75_000).round(3).tolist()
    [1.0, 0.5]
    >>> decayed(np.array([4, 20, 40]), "walkscore", {"piena_m": 400, "nulla_m": 2400}, 75_000).tolist()
    [1.0, 0.45, 0.0]
    """
    metres = np.asarray(minutes) * mm_per_minute / 1000
    functions: dict[str, Callable[[Floats], Any]] = {
        "gradino": lambda t: (t <= numbers["soglia"]).astype(float),
        "lineare": lambda t: np.maximum(0.0, 1.0 - t / numbers["soglia"]),
        "esponenziale": lambda t: np.exp(-numbers["lambda"] * t),
        "gaussiana": lambda t: np.exp(-(t**2) / numbers["beta"]),
        "logistica": lambda t: 1.0 / (1.0 + np.exp(numbers["k"] * (t - numbers["t0"]))),
        "potenza": lambda t: np.maximum(t, 1.0) ** -numbers["alfa"],
        "walkscore": lambda _t: np.clip(
            (numbers["nulla_m"] - metres) / (numbers["nulla_m"] - numbers["piena_m"]), 0.0, 1.0
        ),
    }
    return np.asarray(functions[name](minutes), dtype=np.float64)


def inequality(
    found: Fifteen,
    access: Floats,
    people: Floats,
    rules: Rules,
    rows: NDArray[np.intp],
    group: NDArray[np.intp],
) -> Inequality:
    """Measure the inequality of a place; people without data are left out and counted.

    Parameters
    ----------
    people
        Residents of the group in every cell; NaN where not known.
    rows
        Cells of the place.
    group
        Number, from 0, of the smaller place each cell is in.
    """
    lived = rows[np.nan_to_num(people[rows]) > 0]
    kept = complete(access[lived], people[lived], DROP)
    left = lived[kept.index]
    if not kept.people.sum() > 0:
        nothing: list[float | None] = [None] * 14
        return Inequality(0.0, kept.missing_people, *nothing)
    t, p, a = found.pt[left], kept.people, kept.values
    aversion = rules.norms["avversione"].value
    of = group[left]
    parts = theil_parts(a, p, of, int(of.max()) + 1) if (a > 0).all() else None
    kappa = kolm_pollak_kappa(t, p, float(aversion["kolm_pollak"]))
    low, middle, high = quantiles(t, p, np.array([0.1, 0.5, 0.9]))
    return Inequality(
        float(p.sum()),
        kept.missing_people,
        float(a @ p / p.sum()),
        gini(a, p),
        _finite(palma(a, p)),
        parts.total if parts else None,
        parts.between if parts else None,
        parts.within if parts else None,
        _finite(parts.share) if parts else None,
        atkinson(a, p, float(aversion["atkinson_1"])) if parts else None,
        atkinson(a, p, float(aversion["atkinson_2"])) if parts else None,
        kolm_pollak(t, p, kappa) if kappa > 0 else float(t.max()),
        sufficiency_gap(t, p, rules.threshold),
        float(low),
        float(middle),
        float(high),
    )


def curve_of(access: Floats, people: Floats) -> Lorenz:
    """Return the Lorenz curve of the people with data, thinned for drawing."""
    kept = complete(access, np.nan_to_num(people), DROP)
    return lorenz(kept.values, kept.people).thinned(DRAWN)


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
