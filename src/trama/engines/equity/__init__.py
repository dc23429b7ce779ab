"""Inequality of what places give to people: access (more is better) and burdens such as minutes.

Arrays in, numbers out. `values` has shape ``(places,)``, `people` the same: how many live with each value.
People are counted, never places. Values must be finite: what is missing is dealt with first, by `complete`,
in the open. Nobody at all gives NaN, never zero.
"""

from trama.engines.equity.burden import kolm_pollak, kolm_pollak_kappa, sufficiency_gap
from trama.engines.equity.concentration import concentration_index
from trama.engines.equity.entropy import Parts, atkinson, theil, theil_parts
from trama.engines.equity.lorenz import Lorenz, gini, lorenz, palma, quantiles
from trama.engines.equity.missing import DROP, FLOOR, Complete, complete

__all__ = [
    "DROP",
    "FLOOR",
    "Complete",
    "Lorenz",
    "Parts",
    "atkinson",
    "complete",
    "concentration_index",
    "gini",
    "kolm_pollak",
    "kolm_pollak_kappa",
    "lorenz",
    "palma",
    "quantiles",
    "sufficiency_gap",
    "theil",
    "theil_parts",
]
