"""Walking on a network: nearest services, opportunities, catchments. Arrays in, arrays out.

Lengths are rounded once to whole millimetres (`to_mm`) and added as integers: the answer does not depend on
the order of a sum, and a cut-off, always inclusive, is met to the millimetre. `UNREACHED` is what a distance
says of a node out of reach.

Memory, beside the graph (8 bytes a node, 16 an edge): 8 bytes a node for each k of `nearest`, 8 to 16 bytes a
node for each thread of the others.
"""

from trama.engines.network.balls import cumulative, distances, gathered, reached
from trama.engines.network.catchment import catchment
from trama.engines.network.decay import Decay
from trama.engines.network.graph import LONGEST_MM, UNREACHED, Graph, components, to_mm
from trama.engines.network.nearest import nearest
from trama.engines.network.snap import snap

__all__ = [
    "LONGEST_MM",
    "UNREACHED",
    "Decay",
    "Graph",
    "catchment",
    "components",
    "cumulative",
    "distances",
    "gathered",
    "nearest",
    "reached",
    "snap",
    "to_mm",
]
