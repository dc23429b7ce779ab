"""The works of the project: each turned into a shape with a volume, or into what it lacks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trama.analyses.invarianza.pratica.law import Practice
from trama.analyses.invarianza.pratica.request import Built
from trama.engines.invariance import Basin, Pipe, Placed, Prism, Work
from trama.kernel.errors import BadInput, TramaError
from trama.kernel.trace import Node

_WORDS = {
    "lunghezza_m": "lunghezza",
    "larghezza_m": "larghezza",
    "area_m2": "area",
    "altezza_m": "altezza",
    "diametro_m": "diametro",
}


class LackingMeasure(BadInput):
    """A work without a measure its kind wants."""

    it = "mancano {missing}: indicare le misure, in metri."
    en = "{missing} missing: give the measures, in metres."


@dataclass(frozen=True, slots=True)
class Item:
    """A work as declared, and what it comes to.

    Attributes
    ----------
    kind
        Row of ``tipi_opera``; None where the kind is not known.
    placed
        Its shape; None where `problem` says what it lacks.
    """

    declared: Built
    name: str
    kind: Mapping[str, Any] | None
    placed: Placed | None
    problem: str = ""

    @property
    def soaks(self) -> bool:
        """Tell whether this kind of work lets water into the ground."""
        return bool(self.kind and self.kind["infiltra"])

    @property
    def bottom_m(self) -> float | None:
        """Return how deep its bottom is below ground [m]; its height where nothing else is said."""
        if self.declared.profondita_fondo_m is not None:
            return self.declared.profondita_fondo_m
        return self.placed.work.depth_m if self.placed else None


def items(practice: Practice, declared: Sequence[Built]) -> list[Item]:
    """Return each work with its shape, or with the sentence that says what it lacks."""
    kinds = practice.kinds()
    found = []
    for number, built in enumerate(declared, 1):
        kind = kinds.get(built.tipo or "")
        name = built.nome or f"Opera {number}"
        if kind is None:
            known = ", ".join(kinds)
            why = "scegliere il tipo" if built.tipo is None else f"il tipo «{built.tipo}» non è previsto"
            found.append(Item(built, name, None, None, f"{name}: {why} tra {known}."))
            continue
        try:
            found.append(Item(built, name, kind, _placed(built, kind)))
        except TramaError as error:
            found.append(Item(built, name, kind, None, f"{name}: {error.text()}"))
    return found


def _placed(built: Built, kind: Mapping[str, Any]) -> Placed:
    work = _SHAPES[str(kind["forma"])](built, kind)
    return Placed(work, built.numero, built.franco_m, bool(kind["infiltra"]))


def _measures(built: Built, *names: str) -> list[float]:
    values = [getattr(built, name) for name in names]
    missing = [_WORDS[name] for name, value in zip(names, values, strict=True) if value is None]
    if missing:
        raise LackingMeasure(missing=" e ".join(missing))
    return [float(value) for value in values]


def _prism(built: Built, kind: Mapping[str, Any]) -> Work:
    voids = built.vuoti if built.vuoti is not None else float(kind["vuoti"])
    if built.area_m2 is not None:
        (height,) = _measures(built, "altezza_m")
        return Prism(built.area_m2, 0.0, height, voids)
    length, width, height = _measures(built, "lunghezza_m", "larghezza_m", "altezza_m")
    return Prism(length * width, 2 * (length + width), height, voids)


def _basin(built: Built, _kind: Mapping[str, Any]) -> Work:
    length, width, height = _measures(built, "lunghezza_m", "larghezza_m", "altezza_m")
    return Basin(length, width, height, built.scarpa or 0.0)


def _well(built: Built, kind: Mapping[str, Any]) -> Work:
    diameter, height = _measures(built, "diametro_m", "altezza_m")
    voids = built.vuoti if built.vuoti is not None else float(kind["vuoti"])
    return Prism(math.pi * diameter**2 / 4, math.pi * diameter, height, voids)


def _pipe(built: Built, _kind: Mapping[str, Any]) -> Work:
    return Pipe(*_measures(built, "diametro_m", "lunghezza_m"))


_SHAPES = {"prisma": _prism, "bacino": _basin, "pozzo": _well, "tubo": _pipe}


def provided(practice: Practice, found: Sequence[Item]) -> Node:
    """Return the step of the volume the works provide below their freeboard [m3]; None without works."""
    table = practice("tipi_opera")
    parts = tuple(
        Node(
            f"opera_{number}",
            item.name,
            item.placed.useful_m3,
            "m3",
            _FORMULAS[str(item.kind["forma"])],
            note=_note(item),
            parameters=(table.use(only=str(item.declared.tipo)),),
        )
        for number, item in enumerate(found, 1)
        if item.placed is not None and item.kind is not None
    )
    volume = math.fsum(float(part.value or 0) for part in parts) if parts else None
    return Node(
        "volume_opere",
        "Volume delle opere, sotto il franco",
        volume,
        "m3",
        "somma dei volumi utili delle opere",
        note="" if parts else "nessuna opera con le misure che servono",
        inputs=parts,
    )


_FORMULAS = {
    "prisma": "numero · area · (altezza − franco) · vuoti",
    "bacino": "numero · [L·W·h + s·(L + W)·h² + 4/3·s²·h³], h = altezza − franco",
    "pozzo": "numero · π·D²/4 · (altezza − franco) · vuoti",
    "tubo": "numero · area del segmento circolare fino al franco · lunghezza",
}


def _note(item: Item) -> str:
    kind = str(item.kind["nome"]) if item.kind else ""
    voids = item.kind is not None and item.declared.vuoti is None and float(item.kind["vuoti"]) < 1
    return f"{kind}; vuoti dalla tabella" if voids else kind
