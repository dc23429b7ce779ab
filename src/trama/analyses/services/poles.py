"""The third scale: poles and vocations. The rule proposes with its reasons, the office decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.services.catchments import Catchments, inflow
from trama.analyses.services.inventory import Inventory
from trama.analyses.services.nodes import nodes
from trama.engines import poles as engine
from trama.engines.priority import ranks, under_other_weights, weighted

Floats = npt.NDArray[np.float64]
METROPOLITAN, WIDE, LOCAL = "metropolitana", "sovracomunale", "locale"
MEASURES = ("davies", "complessita", "attrazione", "metropolitani")
REASONS_SHOWN = 4


@dataclass(frozen=True)
class Pole:
    """A comune as a pole.

    Attributes
    ----------
    proposed, decided
        Standing by the rule, and by the office where it decided (with its motive).
    reasons
        Why the rule says so, in Italian.
    measures
        Of `MEASURES`; None where it cannot be computed.
    quotients
        Vocation → location quotient; None where the place has too few services.
    """

    row: int
    key: str
    name: str
    services: int
    metropolitan: int
    proposed: str
    reasons: tuple[str, ...]
    decided: dict[str, Any] | None
    measures: dict[str, float | None]
    quotients: dict[str, float | None]
    entropy: float | None
    krugman: float | None
    hhi: float | None
    told: int
    score: float | None
    rank: int
    rank_low: int
    rank_high: int
    clusters: int

    @property
    def standing(self) -> str:
        """What holds: the decision where there is one, else the proposal."""
        return str(self.decided["livello"]) if self.decided else self.proposed

    def vocations(self, least: float) -> list[str]:
        """Return the vocations whose quotient reaches `least`, the strongest first."""
        strong = [
            (value, name) for name, value in self.quotients.items() if value is not None and value >= least
        ]
        return [name for _, name in sorted(strong, key=lambda one: (-one[0], one[1]))]


@dataclass(frozen=True)
class Cluster:
    """Where wide services thicken inside a comune."""

    row: int
    services: npt.NDArray[np.int64]
    shape: shapely.Geometry


@dataclass(frozen=True)
class Poles:
    """Every comune as a pole, in their order; clusters; what one service of each wide voice is worth."""

    places: list[Pole]
    clusters: list[Cluster]
    worth: dict[str, float]
    vocation_counts: Floats
    vocation_names: list[str]


def find_poles(inventory: Inventory, found: Catchments) -> Poles:
    """Measure every comune, apply the rule, rank with the interval that the weights allow."""
    rules = inventory.rules
    names = list(rules.voices)
    wide = [number for number, name in enumerate(names) if not rules.voices[name].local]
    counts = np.zeros((len(inventory.comuni), len(names)))
    chosen = inventory.services.iloc[found.services]
    np.add.at(counts, (chosen["row"].to_numpy(), chosen["column"].to_numpy()), 1.0)
    central, worth = engine.davies(counts)
    complete, told = engine.complexity(counts[:, wide], inventory.count.told[:, wide])
    metropolitan = np.bincount(
        chosen["row"].to_numpy()[(chosen["livello"] == "metropolitano").to_numpy()],
        minlength=len(inventory.comuni),
    ).astype(float)
    table = np.stack([central, complete, inflow(inventory, found), metropolitan], axis=1)
    score, ranked, low, high = _ranked(inventory, table)
    vocations, by_vocation = _by_vocation(inventory, counts, names)
    quotient = engine.location_quotient(by_vocation)
    clusters = _clusters(inventory, found)
    mixes = (
        engine.entropy(by_vocation),
        engine.krugman(by_vocation),
        engine.herfindahl(by_vocation, normalised=True),
    )
    verdicts = _verdicts(inventory, found)
    places = [
        Pole(
            row=row,
            key=str(key),
            name=str(name),
            services=int(counts[row].sum()),
            metropolitan=int(metropolitan[row]),
            proposed=verdicts[row][0],
            reasons=tuple(verdicts[row][1]),
            decided=rules.decisions.value.get(str(key)),
            measures={one: _known(table[row, k]) for k, one in enumerate(MEASURES)},
            quotients=_quotients(rules.thresholds.value, vocations, quotient[row], counts[row].sum()),
            entropy=_known(mixes[0][row]),
            krugman=_known(mixes[1][row]),
            hhi=_known(mixes[2][row]),
            told=int(told[row]),
            score=_known(score[row]),
            rank=int(ranked[row]),
            rank_low=int(low[row]),
            rank_high=int(high[row]),
            clusters=sum(one.row == row for one in clusters),
        )
        for row, (key, name) in enumerate(zip(inventory.comuni["key"], inventory.comuni["nome"], strict=True))
    ]
    value = {name: float(worth[number]) for number, name in enumerate(names) if number in set(wide)}
    return Poles(places, clusters, value, by_vocation, vocations)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _quotients(
    thresholds: dict[str, Any], names: list[str], row: Floats, services: float
) -> dict[str, float | None]:
    enough = services >= float(thresholds["lq_servizi"])
    return {name: _known(value) if enough else None for name, value in zip(names, row, strict=True)}


def _ranked(inventory: Inventory, table: Floats) -> tuple[Floats, Any, Any, Any]:
    """Return score, rank, and the best and worst rank that other weights give; see `engines.priority`."""
    top = np.nanmax(np.where(np.isfinite(table), table, 0.0), axis=0)
    scores = table / np.where(top > 0, top, 1.0)
    weights = np.array([float(inventory.rules.weights.value[one]) for one in MEASURES])
    draws = inventory.rules.draws.value
    spread = under_other_weights(
        scores, weights, float(draws["variazione"]), int(draws["estrazioni"]), int(draws["seme"])
    )
    score = weighted(scores, weights)
    return score, ranks(score), spread.low, spread.high


def _by_vocation(inventory: Inventory, counts: Floats, names: list[str]) -> tuple[list[str], Floats]:
    """Return the vocations that services can tell, and how many services of each, by comune."""
    rules = inventory.rules
    of = [rules.vocation_of(name) for name in names]
    vocations = [name for name in rules.vocations.value if name in of]
    return vocations, np.stack(
        [
            counts[:, [number for number, one in enumerate(of) if one == name]].sum(axis=1)
            for name in vocations
        ],
        axis=1,
    )


def _verdicts(inventory: Inventory, found: Catchments) -> list[tuple[str, list[str]]]:
    """Apply the rule to every comune: (standing, reasons)."""
    at_node = nodes(inventory)
    table = inventory.services
    home = table["row"].to_numpy()[found.services]
    neighbours = _neighbours(inventory)
    beyond, covers = _reach(inventory, found, neighbours)
    essential = inventory.rules.essential.value
    limits = inventory.rules.thresholds.value
    needed = int(limits["servizi_sovracomunali"])
    elsewhere = f"almeno {int(limits['zone_esterne'])} zone omogenee oltre alla propria"
    verdicts = []
    for row, reasons in enumerate(at_node):
        mine = np.flatnonzero(home == row)
        told = list(reasons)
        told += [
            f"{table['nome'].iloc[found.services[one]]}: dichiarato essenziale"
            for one in mine
            if str(table["id"].iloc[found.services[one]]) in essential
        ]
        far, near = mine[beyond[mine]], mine[covers[mine]]
        if len(far):
            told.append(_some(inventory, found, far, ("riguarda", "riguardano"), elsewhere))
        if told:
            verdicts.append((METROPOLITAN, told))
        elif len(near) >= needed:
            what = "tutti i comuni vicini, in una sola zona omogenea"
            verdicts.append((WIDE, [_some(inventory, found, near, ("copre", "coprono"), what)]))
        else:
            have = "nessuno" if not len(near) else f"soltanto {len(near)}"
            verdicts.append(
                (
                    LOCAL,
                    [f"servono {needed} servizi che coprano tutti i comuni vicini in una sola zona: {have}"],
                )
            )
    return verdicts


def _some(
    inventory: Inventory, found: Catchments, rows: npt.NDArray[np.int64], does: tuple[str, str], what: str
) -> str:
    """Return a sentence that counts services, says what they do, and names the first."""
    table = inventory.services
    names = [str(table["nome"].iloc[found.services[one]]) for one in rows[:REASONS_SHOWN]]
    rest = len(rows) - len(names)
    more = f" e {'un altro' if rest == 1 else f'altri {rest}'}" if rest else ""
    who = f"1 servizio {does[0]}" if len(rows) == 1 else f"{len(rows)} servizi {does[1]}"
    return f"{who} {what}: {', '.join(names)}{more}"


def _neighbours(inventory: Inventory) -> list[npt.NDArray[np.int64]]:
    shapes = inventory.comuni.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=1.0)
    return [second[(first == row) & (second != row)] for row in range(len(shapes))]


def _reach(
    inventory: Inventory, found: Catchments, neighbours: list[npt.NDArray[np.int64]]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which services concern enough other zones, and which cover every neighbour in one zone."""
    limits = inventory.rules.thresholds.value
    served = found.people(inventory.people)
    total = np.maximum(served.sum(axis=1, keepdims=True), 1.0)
    zones = np.stack([served[:, rows].sum(axis=1) for rows in inventory.zones.values()], axis=1) / total
    concerned = zones >= float(limits["quota_zona"])
    home = inventory.services["row"].to_numpy()[found.services]
    own = inventory.zone_of[home]
    outside = concerned.sum(axis=1) - concerned[np.arange(len(home)), own]
    holds = served / total >= float(limits["quota_comune"])
    covers = np.array([bool(holds[one, neighbours[row]].all()) for one, row in enumerate(home)], bool)
    return outside >= int(limits["zone_esterne"]), covers & (concerned.sum(axis=1) == 1)


def _clusters(inventory: Inventory, found: Catchments) -> list[Cluster]:
    """Return where wide services thicken, comune by comune: the hull of each cluster, a little widened."""
    limits = inventory.rules.clusters.value
    reach = float(limits["raggio_m"])
    home = inventory.services["row"].to_numpy()[found.services]
    xy = shapely.get_coordinates(inventory.services.geometry.to_numpy()[found.services])
    made = []
    for row in np.unique(home):
        own = np.flatnonzero(home == row)
        label = engine.dbscan(xy[own], reach, int(limits["minimo"]))
        for number in range(int(label.max(initial=-1)) + 1):
            members = own[label == number]
            hull = shapely.buffer(
                shapely.convex_hull(shapely.multipoints(xy[members])), reach / 3, quad_segs=4
            )
            made.append(Cluster(int(row), found.services[members], hull))
    return made
