"""The third scale: poles and vocations. The rule proposes with its reasons, the office decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.services.catchments import Catchments, inflow
from trama.analyses.services.inventory import Inventory
from trama.analyses.services.local import tallied
from trama.analyses.services.standing import verdicts_of
from trama.engines import poles as engine
from trama.engines.priority import ranks, under_other_weights, weighted

Floats = npt.NDArray[np.float64]
METROPOLITAN_LEVEL = "metropolitano"
MEASURES = ("davies", "complessita", "attrazione", "metropolitani")


@dataclass(frozen=True)
class Pole:
    """A comune as a pole.

    Attributes
    ----------
    proposed, decided
        Standing by the rule, None where no source says anything of its services; and by the office where it
        decided (with its motive).
    reasons
        Why the rule says so, in Italian.
    services, known
        Services above the local level, None where nobody can say; and how it is known: see `local.tallied`.
    bound
        Whether sources are partial, or silent on a voice that is known elsewhere: measures are at least so.
    measures
        Of `MEASURES`; None where it cannot be computed.
    rank
        0 for a place that is not ranked, since too little is known of it.
    quotients
        Vocation → location quotient; None where the place has too few services.
    """

    row: int
    key: str
    name: str
    services: int | None
    known: str
    bound: bool
    metropolitan: int | None
    proposed: str | None
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
    def standing(self) -> str | None:
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


@dataclass(frozen=True)
class _Survey:
    """What is counted of every comune, of shape (comuni, ...); voices above the local level alone in `told`.

    Attributes
    ----------
    counts
        Services above the local level by voice of the taxonomy.
    told, whole
        Whether a source, or the plan, says anything of the voice there, and whether wholly.
    enough
        Whether enough of the voices that are known somewhere are known there for it to be ranked.
    bound
        Whether some of those voices are known there in part, or not at all.
    """

    counts: Floats
    metropolitan: Floats
    told: npt.NDArray[np.bool_]
    whole: npt.NDArray[np.bool_]
    enough: npt.NDArray[np.bool_]
    bound: npt.NDArray[np.bool_]

    @property
    def surveyed(self) -> npt.NDArray[np.bool_]:
        """Comuni of which anything is known."""
        return np.asarray(self.told.any(axis=1))


def _survey(inventory: Inventory, found: Catchments, wide: list[int]) -> _Survey:
    counts = np.zeros(inventory.count.number.shape)
    chosen = inventory.services.iloc[found.services]
    home = chosen["row"].to_numpy()
    np.add.at(counts, (home, chosen["column"].to_numpy()), 1.0)
    high = (chosen["livello"] == METROPOLITAN_LEVEL).to_numpy()
    told = inventory.count.told[:, wide] | (counts[:, wide] > 0)
    anywhere = told.any(axis=0)
    share = told[:, anywhere].mean(axis=1) if anywhere.any() else np.zeros(len(told))
    least = float(inventory.rules.thresholds.value.get("quota_voci_note", 0.0))
    return _Survey(
        counts=counts,
        metropolitan=np.bincount(home[high], minlength=len(counts)).astype(float),
        told=told,
        whole=inventory.count.whole[:, wide],
        enough=told.any(axis=1) & (share >= least),
        bound=np.asarray(~inventory.count.whole[:, wide][:, anywhere].all(axis=1)),
    )


def find_poles(inventory: Inventory, found: Catchments) -> Poles:
    """Measure every comune, apply the rule, rank with the interval that the weights allow.

    A comune of which no source says anything has no measure and no standing of its own; one of which too
    little is known is measured and not ranked.
    """
    rules = inventory.rules
    names = list(rules.voices)
    wide = [number for number, name in enumerate(names) if not rules.voices[name].local]
    survey = _survey(inventory, found, wide)
    central, worth = engine.davies(survey.counts)
    present = np.maximum(survey.counts[:, wide], inventory.count.drawn[:, wide] > 0)
    complete, told = engine.complexity(present, survey.told)
    table = np.stack([central, complete, inflow(inventory, found), survey.metropolitan], axis=1)
    table[~survey.surveyed] = np.nan
    ranking = _ranked(inventory, np.where(survey.enough[:, None], table, np.nan))
    vocations, by_vocation = _by_vocation(inventory, survey.counts, names)
    spoken = _spoken(inventory, survey, vocations)
    quotient = _quotients(inventory, survey, by_vocation, spoken)
    clusters = _clusters(inventory, found)
    mixes = np.stack(
        [
            engine.entropy(by_vocation),
            engine.krugman(by_vocation),
            engine.herfindahl(by_vocation, normalised=True),
        ],
        axis=1,
    )
    verdicts = verdicts_of(inventory, found, survey.surveyed, survey.bound)
    places = [
        _pole(inventory, row, survey, table[row], mixes[row], told[row], verdicts[row], ranking)
        for row in range(len(inventory.comuni))
    ]
    per_row = np.bincount([one.row for one in clusters], minlength=len(places)) if clusters else None
    places = [
        replace(
            one,
            quotients=dict(zip(vocations, (_known(value) for value in quotient[one.row]), strict=True)),
            clusters=0 if per_row is None else int(per_row[one.row]),
        )
        for one in places
    ]
    value = {name: float(worth[number]) for number, name in enumerate(names) if number in set(wide)}
    return Poles(places, clusters, value, np.where(spoken, by_vocation, np.nan), vocations)


def _pole(
    inventory: Inventory,
    row: int,
    survey: _Survey,
    measures: Floats,
    mixes: Floats,
    told: float,
    verdict: tuple[str | None, list[str]],
    ranking: tuple[Floats, Any, Any, Any],
) -> Pole:
    key, name = (str(inventory.comuni[one].iloc[row]) for one in ("key", "nome"))
    services, known = tallied(float(survey.counts[row].sum()), survey.told[row], survey.whole[row])
    score, ranked, low, high = ranking
    return Pole(
        row=row,
        key=key,
        name=name,
        services=services,
        known=known,
        bound=bool(survey.bound[row]),
        metropolitan=int(survey.metropolitan[row]) if survey.surveyed[row] else None,
        proposed=verdict[0],
        reasons=tuple(verdict[1]),
        decided=inventory.rules.decisions.value.get(key),
        measures={one: _known(measures[k]) for k, one in enumerate(MEASURES)},
        quotients={},
        entropy=_known(mixes[0]),
        krugman=_known(mixes[1]),
        hhi=_known(mixes[2]),
        told=int(told),
        score=_known(score[row]),
        rank=int(ranked[row]),
        rank_low=int(low[row]),
        rank_high=int(high[row]),
        clusters=0,
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _spoken(inventory: Inventory, survey: _Survey, vocations: list[str]) -> npt.NDArray[np.bool_]:
    """Return of which vocations something is known, in each comune."""
    rules = inventory.rules
    of = np.array([rules.vocation_of(name) for name in rules.wide], dtype=object)
    return np.stack([survey.told[:, of == name].any(axis=1) for name in vocations], axis=1)


def _quotients(
    inventory: Inventory, survey: _Survey, counted: Floats, spoken: npt.NDArray[np.bool_]
) -> Floats:
    """Return the location quotient; NaN where services are too few, or nobody says of those of a vocation."""
    enough = survey.counts.sum(axis=1) >= float(inventory.rules.thresholds.value["lq_servizi"])
    return np.where(enough[:, None] & spoken, engine.location_quotient(counted), np.nan)


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
