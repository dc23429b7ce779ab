"""The best places for the next services of a kind, and what given places would bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.memory import Memory, last_run
from trama.analyses.siting.candidates import Candidates, Grain, Perimeters, candidates, read_perimeters
from trama.analyses.siting.demand import Demand, demand_of, question_of
from trama.analyses.siting.errors import NobodyLacking, NoCandidate, OffTheNetwork, TooManySites
from trama.analyses.siting.wanted import COVER, MOST_SITES, ONLY, PREFERRED, WALK, Wanted
from trama.analyses.walking import Network, network_of
from trama.engines.location import Question, Siting, maximal_cover, p_centre, p_median
from trama.engines.location.sets import gains_of_walking, gains_within
from trama.engines.network import gathered
from trama.kernel.units import format_given
from trama.lake import Lake
from trama.norms import InForce, NormBook

FOLDER = "sttm2/localizzazione"
RIDDEN = "candidati_massimi_mezzi"
NAMES = (
    *("passo_candidati_m", "passo_candidati_lum_m", "candidati_massimi", RIDDEN),
    *("preferenza_lum", "fattore_oltre", "secondi_ricerca"),
)
HUNDREDTHS = 100
THREADS = 2
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """Places and what they bring.

    Attributes
    ----------
    node, lum
        Of each place: node of the network, row of the LUM it is in (-1 outside).
    siting
        What they bring together; its `sites` are the rows of `node` where the places were given.
    offered
        The candidates they were chosen from; None where the places were given.
    """

    memory: Memory
    wanted: Wanted
    norms: dict[str, InForce]
    network: Network
    perimeters: Perimeters
    demand: Demand
    node: Ints
    lum: Ints
    siting: Siting
    offered: Candidates | None

    @property
    def question(self) -> Question:
        """Who could walk where."""
        return self.siting.question

    @property
    def gained(self) -> float:
        """People who come within the threshold."""
        return self.siting.gained(self.demand.reach_mm)

    def number(self, name: str) -> float:
        """Return a norm of the search."""
        return float(self.norms[name].value)

    def served_by(self) -> Ints:
        """Return which place, by its row, each cell comes to walk to; -1 where it goes on as today."""
        asked = self.question
        best, which = asked.today_mm.copy(), np.full(len(asked.people), -1, np.int32)
        for row, site in enumerate(self.siting.sites):
            walks = asked.site == site
            cells, mm = asked.place[walks], asked.distance_mm[walks]
            closer = mm < best[cells]
            best[cells[closer]], which[cells[closer]] = mm[closer], row
        return which

    def each(self) -> list[tuple[float, float]]:
        """Return, place by place, the people it brings within the threshold, and those it is closest to."""
        asked, which = self.question, self.served_by()
        new = (asked.today_mm > self.demand.reach_mm) & (self.siting.after_mm <= self.demand.reach_mm)
        return [
            (float(asked.people[(which == row) & new].sum()), float(asked.people[which == row].sum()))
            for row in range(len(self.node))
        ]


def best_sites(lake: Lake, book: NormBook, wanted: Wanted) -> Found:
    """Find the best places for the next services.

    Raises
    ------
    TooManySites, UnknownArea, UnknownTarget, UnknownGroup, BadMinutes, NotForThem, NobodyLacking, NoCandidate
        What was asked cannot be answered; the sentence says what to do.
    """
    if not 1 <= wanted.count <= MOST_SITES:
        raise TooManySites(given=format_given(wanted.count), most=MOST_SITES)
    memory, norms, network, perimeters, demand = _opened(lake, book, wanted)
    if not demand.lacking:
        why = f": di {demand.unknown:.0f} il dato manca" if demand.unknown else ""
        raise NobodyLacking(area=demand.area.name, what=demand.category.name_it, why=why)
    offered = _offered(memory, network, perimeters, demand, norms, wanted)
    question = question_of(memory, network, demand, offered.node)
    if wanted.lum == PREFERRED:
        question = _preferring(question, offered.lum, demand, wanted, float(norms["preferenza_lum"].value))
    siting = _solved(question, demand, wanted, float(norms["secondi_ricerca"].value))
    chosen = np.array(siting.sites, int)
    parts = (offered.node[chosen], offered.lum[chosen])
    return Found(memory, wanted, norms, network, perimeters, demand, *parts, siting, offered)


def sites_given(lake: Lake, book: NormBook, wanted: Wanted, points: Floats) -> Found:
    """Say what services at given points would bring: as `best_sites` says of its own.

    Parameters
    ----------
    points
        Metres, EPSG:32632; shape ``(places, 2)``.

    Raises
    ------
    OffTheNetwork
        A point is not near a street. The others, as `best_sites`.
    """
    memory, norms, network, perimeters, demand = _opened(lake, book, wanted)
    limit = memory.rules.snap_m
    if not 1 <= len(points) <= MOST_SITES:
        raise TooManySites(given=len(points), most=MOST_SITES)
    finite = np.isfinite(points).all(axis=1)
    node = np.full(len(points), -1, np.int32)
    node[finite] = network.snapped(points[finite], limit)[0]
    if (node < 0).any():
        raise OffTheNetwork(given=int((node < 0).argmax()) + 1, limit=int(limit))
    question = question_of(memory, network, demand, node)
    siting = Siting(question, tuple(range(len(node))), *_worth(question, demand, wanted))
    lum = perimeters.holding(points)
    return Found(memory, wanted, norms, network, perimeters, demand, node, lum, siting, None)


def _opened(
    lake: Lake, book: NormBook, wanted: Wanted
) -> tuple[Memory, dict[str, InForce], Network, Perimeters, Demand]:
    memory = last_run(lake, book)
    norms = {name: book.value(f"{FOLDER}/{name}", memory.rules.day) for name in NAMES}
    demand = demand_of(memory, wanted, float(norms["fattore_oltre"].value))
    return memory, norms, network_of(memory.shelf), read_perimeters(lake), demand


def _offered(
    memory: Memory,
    network: Network,
    perimeters: Perimeters,
    demand: Demand,
    norms: dict[str, InForce],
    wanted: Wanted,
) -> Candidates:
    node = memory.cells.node[demand.rows]
    lived, which = np.unique(node, return_inverse=True)
    alone = None
    if wanted.goal == COVER and not demand.rides:
        alone = _alone(network, demand, node)[lived]
    found = candidates(
        network.xy,
        lived.astype(np.intp),
        np.asarray(np.bincount(which, weights=demand.people), np.float64),
        perimeters,
        Grain(
            float(norms["passo_candidati_m"].value),
            float(norms["passo_candidati_lum_m"].value),
            int(norms[RIDDEN].value[wanted.goal] if demand.rides else norms["candidati_massimi"].value),
        ),
        only_lum=wanted.lum == ONLY,
        alone=alone,
    )
    if not len(found.node):
        only = wanted.lum == ONLY
        why = " dentro un LUM" if only else ""
        raise NoCandidate(area=demand.area.name, why=why, or_else=" o togliere il vincolo" if only else "")
    return found


def _alone(network: Network, demand: Demand, node: Ints) -> Floats:
    """Return how many of the people beyond the threshold today a place at each node would bring within it.

    Counted in hundredths of a person.
    """
    graph = network.graph if demand.target.stairs else network.without_stairs
    lacking = demand.before_mm > demand.reach_mm
    hundredths = np.round(HUNDREDTHS * demand.people[lacking]).astype(np.int64)
    found = gathered(graph, node[lacking], hundredths, demand.reach_mm, THREADS)
    return np.asarray(found / HUNDREDTHS, np.float64)


def _preferring(question: Question, lum: Ints, demand: Demand, wanted: Wanted, share: float) -> Question:
    """Give sites in a LUM a share of what the best site alone would bring."""
    from dataclasses import replace

    gains = gains_within(question, demand.reach_mm) if wanted.goal == COVER else gains_of_walking(question)
    alone = float((gains.members.T @ gains.worth).max(initial=0.0))
    return replace(question, preference=np.where(lum >= 0, share * alone, 0.0))


def _solved(question: Question, demand: Demand, wanted: Wanted, seconds: float) -> Siting:
    if wanted.goal == COVER:
        return maximal_cover(question, wanted.count, demand.reach_mm, seconds)
    if wanted.goal == WALK:
        return p_median(question, wanted.count, seconds)
    return p_centre(question, wanted.count, seconds)


def _worth(question: Question, demand: Demand, wanted: Wanted) -> tuple[float, float, bool]:
    """Return value and bound of all the places of a question, and whether less is better."""
    every: Any = np.arange(question.sites)
    if wanted.goal == COVER:
        value = gains_within(question, demand.reach_mm).of(every)
    elif wanted.goal == WALK:
        value = gains_of_walking(question).of(every)
    else:
        value = float(question.after_mm(every).max(initial=0))
        return value, value, True
    return value, value, False
