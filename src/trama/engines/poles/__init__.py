"""Where functions gather: centrality, specialisation, mix, clusters; arrays in, arrays out."""

from trama.engines.poles.clusters import dbscan
from trama.engines.poles.measures import (
    complexity,
    davies,
    entropy,
    herfindahl,
    krugman,
    location_quotient,
    symmetric,
)

__all__ = [
    "complexity",
    "davies",
    "dbscan",
    "entropy",
    "herfindahl",
    "krugman",
    "location_quotient",
    "symmetric",
]
