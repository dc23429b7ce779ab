"""Rank intervals of an index: 133 comuni, 15 indicators, 1,000 draws; against the same in plain pandas."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from benchmarks.report import Measure, Work
from trama.engines.composites import Composite, Draws, Plan, Scales, draw, intervals
from trama.engines.composites.aggregation import RULES
from trama.engines.composites.normalisation import METHODS
from trama.engines.composites.uncertainty import drawn_ranks

UNITS, PILLARS = 133, np.repeat([0, 1, 2], 5)
PLAN = Plan(draws=1000, seed=20240228, spread=0.25)
ROUNDS = 5


def run() -> Work:
    """Draw, rank and summarise with both; the ranks must be equal one by one."""
    values = np.random.default_rng(1).gamma(2.0, 1.5, size=(UNITS, len(PILLARS)))
    scales = Scales(np.zeros(15), np.full(15, 8.0), np.arange(15) % 3 > 0)
    composite = Composite(PILLARS)
    draws = draw(composite, PLAN, np.ones(15), np.ones(3))
    ours, found = [], np.zeros(0)
    for _ in range(ROUNDS):
        start = time.perf_counter()
        again = draw(composite, PLAN, np.ones(15), np.ones(3))
        found = drawn_ranks(composite, scales.all_methods(values), again)
        intervals(found, found[0], PLAN)
        ours.append(time.perf_counter() - start)
    start = time.perf_counter()
    expected = _plain(values, scales, draws)
    theirs = time.perf_counter() - start
    different = int((found != expected).sum())
    assert different == 0, f"{different} ranks differ"
    return Work(
        "Composite indices: rank intervals",
        "the same draws in a loop over pandas frames",
        [
            Measure("kernel, 133 places x 1,000 draws", min(ours), theirs, "s", gate=20, goal=50),
            Measure("kernel, absolute", min(ours), None, "s", gate=1.0, goal=0.1),
        ],
        [f"All {found.size:,} ranks equal. Best of {ROUNDS} for ours, one run of the loop."],
    )


def _plain(values: np.ndarray, scales: Scales, draws: Draws) -> np.ndarray:
    """Return the ranks of every draw, draw after draw: how one writes it the first time."""
    table = pd.DataFrame(values)
    found = []
    for at in range(len(draws.method)):
        shares = _normalised(table, scales, METHODS[draws.method[at]])
        weights = pd.Series(draws.weights[at])
        scores = pd.DataFrame(
            {
                pillar: (shares.loc[:, pillar == PILLARS] * weights[pillar == PILLARS]).sum(axis=1)
                / weights[pillar == PILLARS].sum()
                for pillar in range(3)
            }
        )
        share = draws.pillar_weights[at] / draws.pillar_weights[at].sum()
        if RULES[draws.rule[at]] == "geometrica":
            index = np.exp((np.log(scores.clip(lower=0.01)) * share).sum(axis=1))
        else:
            index = (scores * share).sum(axis=1)
        found.append(index.round(9).rank(ascending=False, method="min").to_numpy())
    return np.array(found)


def _normalised(table: pd.DataFrame, scales: Scales, method: str) -> pd.DataFrame:
    if method == "minmax":
        shares = ((table - scales.low) / (scales.high - scales.low)).clip(0, 1)
    elif method == "zscore":
        shares = (0.5 + (table - table.mean()) / table.std() / (2 * scales.z_reach)).clip(0, 1)
    else:
        shares = (table.rank() - 0.5) / len(table)
    return shares.where(np.broadcast_to(scales.rising, shares.shape), 1 - shares)
