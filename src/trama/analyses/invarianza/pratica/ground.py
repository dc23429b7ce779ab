"""What the ground takes: tests, the permeability to count on, and when it may be counted at all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trama.analyses.invarianza.pratica.built import Item
from trama.analyses.invarianza.pratica.footprint import crowded_wells
from trama.analyses.invarianza.pratica.law import Practice
from trama.analyses.invarianza.pratica.request import Pratica
from trama.kernel.trace import Node
from trama.kernel.units import format_number

UM = 1e6
_L_PER_M3 = 1000.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What the ground takes.

    Attributes
    ----------
    soaking
        Whether any work lets water into the ground.
    reasons
        Why infiltration does not count, where there are such works; empty where it counts.
    cautions
        What is to be looked at although it counts.
    l_s
        Discharge into the ground [l/s]; 0 where it does not count.
    bonus
        Whether the reduction of the minimum for infiltration alone is granted.
    bonus_reasons
        Why it is not, where it was asked for.
    """

    soaking: bool
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    k_um_s: float | None
    area_m2: float
    l_s: float
    bonus: bool
    bonus_reasons: tuple[str, ...]
    node: Node

    @property
    def counts(self) -> bool:
        """Tell whether infiltration may be counted on."""
        return self.soaking and not self.reasons


def ground(practice: Practice, request: Pratica, works: Sequence[Item], *, only_soil: bool) -> Ground:
    """Return what the ground takes, and why it may not be counted.

    Parameters
    ----------
    only_soil
        Whether nothing goes to a receiver.
    """
    soaking = [item for item in works if item.soaks]
    tests = [test.k_m_s * UM for test in request.terreno.prove if test.k_m_s is not None]
    worst = min(tests) if tests else None
    factor = request.terreno.fattore_sicurezza or practice.number("fattore_sicurezza_permeabilita")
    reasons = tuple(_reasons(practice, request, soaking, tests)) if soaking else ()
    share = practice.number("quota_pareti_infiltranti")
    area_m2 = math.fsum(item.placed.soaking_m2(share) for item in soaking if item.placed)
    counts = bool(soaking) and not reasons
    l_s = _L_PER_M3 * worst / UM / factor * area_m2 if counts and worst is not None else 0.0
    asked = request.terreno.sola_infiltrazione
    denied = tuple(_denied(works, soaking, reasons, only_soil=only_soil)) if asked else ()
    return Ground(
        soaking=bool(soaking),
        reasons=reasons,
        cautions=tuple(_cautions(practice, request, works, worst)) if counts else (),
        k_um_s=worst,
        area_m2=area_m2,
        l_s=l_s,
        bonus=asked and not denied,
        bonus_reasons=denied,
        node=_node(practice, request, (worst, factor), area_m2, l_s, reasons),
    )


def _reasons(
    practice: Practice, request: Pratica, soaking: Sequence[Item], tests: Sequence[float]
) -> Iterator[str]:
    least, enough = practice.number("permeabilita_minima"), int(practice.number("prove_minime"))
    if len(tests) < enough:
        yield f"le prove di permeabilità sono {len(tests)}: ne servono almeno {enough}"
    if tests and min(tests) < least:
        yield (
            f"la prova peggiore dà {permeability(min(tests))}, sotto il minimo di {permeability(least)} "
            "per contare sull'infiltrazione"
        )
    depth, gap = request.terreno.soggiacenza_falda_m, practice.number("distanza_minima_falda")
    if depth is None:
        yield "manca la profondità della falda"
        return
    for item in soaking:
        bottom = item.bottom_m
        if bottom is not None and depth - bottom < gap:
            yield (
                f"il fondo di «{item.name}» dista {format_number(depth - bottom, 'm')} dalla falda: "
                f"serve almeno {format_number(gap, 'm')}"
            )


def _cautions(
    practice: Practice, request: Pratica, works: Sequence[Item], worst: float | None
) -> Iterator[str]:
    if worst is not None and worst > practice.number("permeabilita_massima"):
        yield "il terreno è molto permeabile: discutere la qualità dell'acqua infiltrata"
    if crowded := crowded_wells(practice, request.intervento.superficie_m2 or 0.0, works):
        yield crowded


def _denied(
    works: Sequence[Item], soaking: Sequence[Item], reasons: Sequence[str], *, only_soil: bool
) -> Iterator[str]:
    if not soaking:
        yield "nessuna opera infiltra"
        return
    if len(soaking) < len(works):
        yield "non tutte le opere infiltrano"
    if not only_soil:
        yield "c'è uno scarico in un ricettore"
    yield from reasons


def _node(
    practice: Practice,
    request: Pratica,
    permeability_um_s: tuple[float | None, float],
    area_m2: float,
    l_s: float,
    reasons: tuple[str, ...],
) -> Node:
    worst, factor = permeability_um_s
    tests = tuple(
        Node(
            f"prova_{number}",
            f"Prova {test.sigla or number}",
            None if test.k_m_s is None else test.k_m_s * UM,
            "um/s",
            source="dichiarato",
            note="; ".join(text for text in (test.metodo, "" if test.k_m_s else "manca il valore") if text),
        )
        for number, test in enumerate(request.terreno.prove, 1)
    )
    declared = request.terreno.fattore_sicurezza is not None
    safety = Node(
        "fattore_sicurezza",
        "Fattore di sicurezza",
        factor,
        source="dichiarato" if declared else "tabella",
        parameters=() if declared else (practice("fattore_sicurezza_permeabilita").use(),),
    )
    k = Node("k", "Permeabilità peggiore tra le prove", worst, "um/s", "minimo delle prove", inputs=tests)
    walls = practice("quota_pareti_infiltranti").use()
    area = Node("area", "Area che infiltra", area_m2, "m2", "fondo + quota · pareti", parameters=(walls,))
    uses = ("prove_minime", "permeabilita_minima", "distanza_minima_falda")
    return Node(
        "infiltrazione",
        "Portata infiltrata",
        l_s,
        "l/s",
        "1000 · k / fattore di sicurezza · area",
        note="non si conta: " + "; ".join(reasons) if reasons else "",
        inputs=(k, safety, area),
        parameters=tuple(practice(key).use() for key in uses),
    )


_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def permeability(um_s: float | None) -> str:
    """Write a permeability as engineers do.

    >>> permeability(12.5)
    '1,3·10⁻⁵ m/s'
    >>> permeability(None)
    'dato mancante'
    """
    if um_s is None:
        return format_number(None)
    digits, power = f"{um_s / UM:.2e}".split("e")
    mantissa = format_number(round(float(digits) + 1e-9, 1), "1", 1).removesuffix(",0")
    return f"{mantissa}·10{str(int(power)).translate(_DIGITS)} m/s"
