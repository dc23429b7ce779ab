"""Composite indices after the OECD/JRC Handbook: treatment, normalisation, weights, aggregation, uncertainty.

Arrays in, arrays out. Units are rows, indicators columns; every normalised value is in 0-1 and *oriented*:
1 is what raises the index. Pillars are numbered from 0 by an integer per indicator.
"""

from trama.engines.composites.aggregation import ARITHMETIC, GEOMETRIC, Composite, ranks
from trama.engines.composites.coherence import Coherence, coherence
from trama.engines.composites.normalisation import MIN_MAX, RANKS, Z_SCORES, Scales, outside_band
from trama.engines.composites.sensitivity import Removal, factor_shares, leave_one_out
from trama.engines.composites.treatment import fill_by_group, kurtosis, skewness, winsorise
from trama.engines.composites.uncertainty import Draws, Plan, RankIntervals, draw, intervals, uniforms

__all__ = [
    "ARITHMETIC",
    "GEOMETRIC",
    "MIN_MAX",
    "RANKS",
    "Z_SCORES",
    "Coherence",
    "Composite",
    "Draws",
    "Plan",
    "RankIntervals",
    "Removal",
    "Scales",
    "coherence",
    "draw",
    "factor_shares",
    "fill_by_group",
    "intervals",
    "kurtosis",
    "leave_one_out",
    "outside_band",
    "ranks",
    "skewness",
    "uniforms",
    "winsorise",
]
