"""What can go wrong when STORM runs."""

from __future__ import annotations

from trama.analyses.territory.errors import (
    MissingLayers,
    MissingManifest,
    NoOverlap,
    UnknownClasses,
    UnknownScheme,
    WrongGrid,
)
from trama.kernel.errors import BadInput

__all__ = [
    "BadLambda",
    "BadRain",
    "MissingLayers",
    "MissingManifest",
    "NoOverlap",
    "UnknownClasses",
    "UnknownProposal",
    "UnknownScheme",
    "WrongGrid",
]


class BadRain(BadInput):
    """The rain depth is not one that can fall."""

    it = (
        "La pioggia «{given}» non è utilizzabile: indicare un'altezza in millimetri tra 0 (escluso) e {most}."
    )
    en = "Rain “{given}” cannot be used: give a depth in millimetres between 0 (excluded) and {most}."


class BadLambda(BadInput):
    """Lambda is not a share."""

    it = "λ vale «{given}»: deve stare tra 0 e 1 (di solito 0,05-0,2)."
    en = "Lambda is “{given}”: it must lie between 0 and 1 (usually 0.05-0.2)."


class UnknownProposal(BadInput):
    """The K-dren weighting asked for does not exist or cannot be computed with the layers there are."""

    it = "La proposta di pesi «{given}» per K-dren non è calcolabile: scegliere k1 o k2.{why}"
    en = "K-dren weighting “{given}” cannot be computed: choose k1 or k2.{why}"
