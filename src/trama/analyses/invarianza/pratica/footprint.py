"""Whether the works are as large, as many, as deep as the ground can hold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trama.analyses.invarianza.pratica.built import Item
from trama.analyses.invarianza.pratica.law import Practice
from trama.analyses.invarianza.pratica.verdict import FAILS, HOLDS, OPEN, Check
from trama.kernel.trace import Node
from trama.kernel.units import format_number

_SAME = 1e-9
_WELL = "pozzo"


@dataclass(frozen=True, slots=True)
class Room:
    """A place that works share: what they take of it in plan, and what there is.

    Attributes
    ----------
    name
        The place in words, to follow "stanno".
    taken_m2, free_m2
        Footprint of the works, and the declared surfaces that may hold them [m2].
    """

    id: str
    name: str
    taken_m2: float
    free_m2: float
    node: Node

    @property
    def over_m2(self) -> float:
        """Return by how much the works exceed the place [m2]; zero where they fit."""
        over = self.taken_m2 - self.free_m2
        return over if over > _SAME * self.taken_m2 else 0.0


def rooms(practice: Practice, surfaces_m2: Mapping[str, float], works: Sequence[Item]) -> list[Room]:
    """Return the places where some work stands, as ``posto_opere`` shares them."""
    table = practice("posto_opere")
    found = []
    for key, row in table.value.items():
        kinds, hosts = _names(row["opere"]), _names(row["superfici"])
        here = [item for item in works if item.placed is not None and item.declared.tipo in kinds]
        if not here:
            continue
        taken = tuple(_plan(number, item) for number, item in enumerate(here, 1))
        taken_m2 = math.fsum(float(step.value or 0) for step in taken)
        free_m2 = math.fsum(surfaces_m2.get(kind, 0.0) for kind in hosts)
        free = Node("disponibile", f"Superficie {row['nome']}", free_m2, "m2", source="dichiarato")
        label = f"Ingombro delle opere {row['nome']}"
        use = table.use(only=key)
        node = Node(
            f"ingombro_{key}", label, taken_m2, "m2", "somma", inputs=(*taken, free), parameters=(use,)
        )
        found.append(Room(key, str(row["nome"]), taken_m2, free_m2, node))
    return found


def _names(listed: object) -> list[str]:
    return [name.strip() for name in str(listed).split(",")]


def _plan(number: int, item: Item) -> Node:
    value = item.placed.plan_m2 if item.placed else None
    return Node(f"opera_{number}", item.name, value, "m2", "numero · ingombro in pianta al bordo")


def footprint_check(practice: Practice, found: Sequence[Room], works: Sequence[Item]) -> Check:
    """Return the check that the works fit: by how much they do not, place by place."""
    label = "Ingombro delle opere"
    if not found:
        sentence = "Si valuta quando ci sono opere con le misure che servono."
        return Check("ingombro", label, None, "m2", "", OPEN, sentence, step=4)
    tightest = max(found, key=lambda room: room.taken_m2 - room.free_m2)
    limit = f"al massimo {format_number(tightest.free_m2, 'm2')}"
    problems = [*_too_large(found), *_too_tall(practice, works)]
    state = FAILS if problems else HOLDS
    sentence = " ".join(problems) or "Le opere stanno nel lotto."
    return Check("ingombro", label, tightest.taken_m2, "m2", limit, state, sentence, step=4)


def _too_large(found: Sequence[Room]) -> Iterator[str]:
    for room in found:
        if room.over_m2:
            over = format_number(room.over_m2, "m2", 0 if room.over_m2 >= 1 else 2)
            yield (
                f"Le opere non stanno {room.name}: prendono {format_number(room.taken_m2, 'm2')}, ce ne sono "
                f"{format_number(room.free_m2, 'm2')}, {over} di troppo. "
                "Ridurre le opere o il loro numero, o correggere le superfici dichiarate."
            )


def _too_tall(practice: Practice, works: Sequence[Item]) -> Iterator[str]:
    most_m = practice.number("altezza_massima_opere")
    for item in works:
        if item.placed is not None and item.placed.work.depth_m > most_m:
            yield (
                f"{item.name}: {format_number(item.placed.work.depth_m, 'm')} di altezza, oltre "
                f"{format_number(most_m, 'm')}: le misure si scrivono in metri."
            )


def crowded_wells(practice: Practice, total_m2: float, works: Sequence[Item]) -> str:
    """Return the caution of soakaways nearer than they should be; empty where there is none.

    Each well wants a square as wide as the distance between axes. A row along a border wants less: hence a
    caution, not a refusal.
    """
    apart = practice.number("interasse_pozzi_diametri")
    wells = [item for item in works if item.declared.tipo == _WELL and item.placed is not None]
    if sum(item.declared.numero for item in wells) < 2:
        return ""
    wanted_m2 = math.fsum(
        item.declared.numero * (apart * (item.declared.diametro_m or 0.0)) ** 2 for item in wells
    )
    if wanted_m2 <= total_m2:
        return ""
    return (
        f"i pozzi, a {apart:g} diametri l'uno dall'altro, vorrebbero {format_number(wanted_m2, 'm2')} "
        f"e il lotto ne ha {format_number(total_m2, 'm2')}: verificare quanto si disturbano"
    )
