"""Maximal covering: the sites that bring a service within reach of most people who lack it.

Source: R. Church, C. ReVelle, "The maximal covering location problem", Papers of the Regional Science
Association 32 (1974), 101-118.
"""

from __future__ import annotations

from trama.engines.location.covering import best_cover
from trama.engines.location.programme import SECONDS
from trama.engines.location.question import Question
from trama.engines.location.sets import gains_within
from trama.engines.location.siting import Siting


def maximal_cover(question: Question, count: int, within_mm: int, seconds: float = SECONDS) -> Siting:
    """Choose `count` sites so that as many people as possible come to be within a distance of a service.

    maximise Σ people_i y_i + Σ preference_j x_j, with y_i ≤ Σ x_j over the sites j within reach of i and
    Σ x_j = count. Places already within reach are left out.

    Parameters
    ----------
    within_mm
        Reach, inclusive.
    seconds
        Time HiGHS has; a greedy choice with exchanges stands where it finds nothing better.

    Returns
    -------
    `value` and `bound` in people, preferences included.
    """
    many = question.choosable(count)
    if not many:
        return Siting(question, (), 0.0, 0.0)
    found = best_cover(gains_within(question, within_mm), question.liking, many, seconds)
    return Siting(question, found.sites, found.value, found.bound)
