"""p-median: the sites that spare most walking, over all the people.

Source: S. L. Hakimi, "Optimum locations of switching centers and the absolute centers and medians of a
graph", Operations Research 12 (1964), 450-459; by sets of sites within a radius: G. Cornuejols, G. L.
Nemhauser, L. A. Wolsey, "A canonical representation of simple plant location problems and its applications",
SIAM Journal on Algebraic and Discrete Methods 1 (1980), 261-272.
"""

from __future__ import annotations

from trama.engines.location.covering import best_cover
from trama.engines.location.programme import SECONDS
from trama.engines.location.question import Question
from trama.engines.location.sets import gains_of_walking
from trama.engines.location.siting import Siting


def p_median(question: Question, count: int, seconds: float = SECONDS) -> Siting:
    """Choose `count` sites so that people walk as little as possible to the closest service.

    minimise Σ people_i × min(distance to an existing service, to a chosen site, `beyond_mm`) - preferences.

    Returns
    -------
    `value` and `bound` in people × mm spared, preferences included.
    """
    many = question.choosable(count)
    if not many:
        return Siting(question, (), 0.0, 0.0)
    found = best_cover(gains_of_walking(question), question.liking, many, seconds)
    return Siting(question, found.sites, found.value, found.bound)
