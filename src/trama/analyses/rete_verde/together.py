"""Projects looked at together: given twice, of one name, on the same ground, serving the same ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from trama.analyses.rete_verde.rules import Rules
from trama.analyses.rete_verde.served import sealed_ground_m2
from trama.analyses.scheda.run import Subject
from trama.analyses.scheda.surfaces import Solution
from trama.kernel.units import format_number
from trama.lake import Lake

NAMELESS = "progetto senza nome"
NEGLIGIBLE_M2 = 1.0
MOST_SAID = 20
"""Pairs told one by one; how many more there are is said."""
MOST_WEIGHED = 200
"""Pairs of neighbours whose surroundings are read."""


@dataclass(frozen=True)
class Told:
    """A project under a name that no other of the list has."""

    geometry: shapely.Geometry
    nome: str
    tipologie: Sequence[Solution]
    stato_attuale: Mapping[str, float] | None
    progetto: Mapping[str, float] | None


def told_apart(subjects: Sequence[Subject]) -> tuple[list[Subject], list[str]]:
    """Return each project once, each under a name of its own, and what there is to say of it."""
    kept: list[Subject] = []
    said: list[str] = []
    for place, one in enumerate(subjects):
        name = one.nome or NAMELESS
        if any((other.nome or NAMELESS) == name and _same(one, other) for other in subjects[:place]):
            said.append(f"«{name}» è dato più volte, identico: è contato una volta sola.")
            continue
        free = _free(name, {other.nome for other in kept})
        if free != name:
            said.append(f"Più progetti si chiamano «{name}»: uno è detto «{free}».")
        kept.append(Told(one.geometry, free, one.tipologie, one.stato_attuale, one.progetto))
    return kept, list(dict.fromkeys(said))


def _same(one: Subject, other: Subject) -> bool:
    return (
        shapely.equals(one.geometry, other.geometry)
        and [(each.id, each.area_m2) for each in one.tipologie]
        == [(each.id, each.area_m2) for each in other.tipologie]
        and one.stato_attuale == other.stato_attuale
        and one.progetto == other.progetto
    )


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def on_shared_ground(
    lake: Lake, rules: Rules, subjects: Sequence[Subject], served_m2: Mapping[str, float]
) -> list[str]:
    """Return the pairs that overlap, and the neighbours that count the same sealed surroundings.

    Parameters
    ----------
    served_m2
        Sealed ground each project is counted to serve, by name.
    """
    said = [*_overlaps(subjects), *_neighbours(lake, rules, subjects, served_m2)]
    more = len(said) - MOST_SAID
    return (
        said if more <= 0 else [*said[:MOST_SAID], f"Altre {more} coppie di progetti sono nello stesso caso."]
    )


def _overlaps(subjects: Sequence[Subject]) -> Iterator[str]:
    for one, other in _pairs(subjects, 0.0):
        common_m2 = float(shapely.intersection(one.geometry, other.geometry).area)
        if common_m2 > NEGLIGIBLE_M2:
            least_m2, most_m2 = sorted((one.geometry.area, other.geometry.area))
            part = format_number(100 * min(1.0, common_m2 / least_m2), "%", 0)
            how = f"si sovrappongono per {format_number(common_m2, 'm2', 0)} ({part} del più piccolo)"
            if most_m2 - common_m2 <= NEGLIGIBLE_M2:
                how = "hanno lo stesso perimetro"
            yield f"«{one.nome}» e «{other.nome}» {how}: sullo stesso suolo i loro guadagni non si sommano."


def _neighbours(
    lake: Lake, rules: Rules, subjects: Sequence[Subject], served_m2: Mapping[str, float]
) -> Iterator[str]:
    """Yield the pairs whose surroundings meet and hold less sealed ground than both are counted to serve."""
    reach = float(rules.collecting.value)
    for weighed, (one, other) in enumerate(_pairs(subjects, 2 * reach)):
        if shapely.intersection(one.geometry, other.geometry).area > NEGLIGIBLE_M2:
            continue
        if weighed >= MOST_WEIGHED:
            yield "I progetti vicini sono molti: oltre i primi non si è guardato se servono lo stesso suolo."
            return
        wanted_m2 = served_m2.get(one.nome, 0.0) + served_m2.get(other.nome, 0.0)
        both = shapely.union(one.geometry, other.geometry)
        there_m2 = sealed_ground_m2(lake, rules, shapely.buffer(both, reach))
        if there_m2 is not None and wanted_m2 > there_m2 + NEGLIGIBLE_M2:
            wanted, there = (format_number(area, "m2", 0) for area in (wanted_m2, there_m2))
            yield (
                f"«{one.nome}» e «{other.nome}» sono vicini e contano in parte le stesse superfici "
                f"impermeabili: {wanted} servite in due, {there} in tutto. Insieme il guadagno è minore."
            )


def _pairs(subjects: Sequence[Subject], distance_m: float) -> Iterator[tuple[Subject, Subject]]:
    """Yield the pairs of projects nearer than a distance, in the order given."""
    shapes = np.array([one.geometry for one in subjects], dtype=object)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=distance_m)
    for one, other in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if one < other:
            yield subjects[one], subjects[other]
