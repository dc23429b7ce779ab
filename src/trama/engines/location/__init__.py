"""Where the next services should stand: most people served, least walking, the worst served first.

Three classical problems over the same question (`Question`): who could walk to which candidate site, how far,
and how far the closest existing service is. Each answer (`Siting`) carries the bound that no choice can beat,
from HiGHS, and so the gap: an answer that is not proved best says how far from best it may be.
"""

from trama.engines.location.centre import p_centre
from trama.engines.location.cover import maximal_cover
from trama.engines.location.median import p_median
from trama.engines.location.question import Question
from trama.engines.location.siting import Siting

__all__ = ["Question", "Siting", "maximal_cover", "p_centre", "p_median"]
