"""Enhanced two-step floating catchment: supply shared among those who reach it, access summed over supplies.

    step 1   R_j = S_j / Σ_i P_i W(d_ij)      over the nodes i within the cut-off of service j
    step 2   A_i = Σ_j R_j W(d_ij)            over the services j within the cut-off of node i

Luo and Qi, Health & Place 15 (2009). The ratio of a service needs its own ball alone, so one search per node
with services does both steps. Σ A_i P_i = Σ S_j over the services that somebody can reach: the tests hold it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.network.balls import checked_cutoff, checked_nodes, new_queue, spread_wide
from trama.engines.network.compiled import kernel
from trama.engines.network.decay import Decay, weight_of
from trama.engines.network.graph import UNREACHED, Graph
from trama.engines.network.queue import Array, bucket_bits
from trama.engines.network.threads import shared_out

Floats = npt.NDArray[np.float64]

PARTS = 4
"""Partial sums, always as many: the same result to the bit however many threads there are."""


def catchment(
    graph: Graph,
    at: npt.NDArray[np.integer],
    supply: Floats,
    demand: Floats,
    weights: Decay,
    cutoff_mm: int,
    threads: int = 1,
) -> tuple[Floats, Floats]:
    """Return the access of every node and the supply per person of every service.

    Parameters
    ----------
    at
        Node of each service; negative: nowhere.
    supply
        Capacity of each service (S); shape (services,), not negative.
    demand
        People at each node (P); shape (nodes,), not negative.
    weights
        W, of the distance.
    cutoff_mm
        Inclusive.

    Returns
    -------
    Access, shape (nodes,), in supply per person; 0 where no service is within reach, or none that anybody can
    use. Ratio, shape (services,); NaN for a service that nobody can reach.

    Raises
    ------
    ValueError
        Arrays of the wrong length, or with negative or missing values.
    """
    limit = checked_cutoff(cutoff_mm)
    nodes = checked_nodes(graph, at)
    offered, people = np.asarray(supply, np.float64), np.asarray(demand, np.float64)
    if offered.shape != nodes.shape or people.shape != (graph.nodes,):
        raise ValueError("one supply per service and one demand per node")
    for values in (offered, people):
        if values.size and not (values.min() >= 0 and np.isfinite(values).all()):
            raise ValueError("supply and demand are neither negative nor missing")
    places, which = np.unique(nodes, return_inverse=True)
    here = np.bincount(which, offered, len(places))
    bits = bucket_bits(graph.mean_mm, limit)
    shape = (weights.kind, weights.numbers, weights.weights)
    access, reach = np.zeros(graph.nodes), np.zeros(len(places))
    for some, part in shared_out(
        lambda rows: (
            _floated(graph.start, graph.arcs, places[rows], here[rows], people, limit, bits, *shape),
            rows,
        ),
        len(places),
        PARTS,
        threads,
    ):
        access += some[0]
        reach[part] = some[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(reach[which] > 0, offered / reach[which], np.nan)
    return access, ratio


@kernel
def _floated(  # noqa: PLR0913, PLR0917 - what lies in the registers of a kernel
    start: Array,
    arcs: Array,
    places: Array,
    supply: Array,
    demand: Array,
    cutoff: int,
    bits: int,
    kind: int,
    numbers: Array,
    weights: Array,
) -> tuple[Array, Array]:
    """Return the access due to some places, and the weighed demand of each."""
    distance = np.full(len(start) - 1, UNREACHED, np.int32)
    touched = np.empty_like(distance)
    first, pool = new_queue(cutoff, bits)
    access, reach = np.zeros(len(distance)), np.zeros(len(places))
    for row in range(len(places)):
        seeds = places[row : row + 1]
        found, pool = spread_wide(start, arcs, seeds, cutoff, bits, distance, touched, first, pool)
        for i in range(found):
            node = touched[i]
            reach[row] += demand[node] * weight_of(distance[node], kind, numbers, weights)
        for i in range(found):
            node = touched[i]
            if reach[row] > 0:
                weight = weight_of(distance[node], kind, numbers, weights)
                access[node] += supply[row] / reach[row] * weight
            distance[node] = UNREACHED
    return access, reach
