"""Every class, area and boundary against the regulation written out again, plainly, for this test alone."""

from __future__ import annotations

import itertools
import math
from datetime import date

import pytest

from trama.analyses.invarianza import Question, answer, assess
from trama.norms import load_book

DAY = date(2026, 1, 15)
PHI = {
    "impermeabile": 1.0,
    "semipermeabile": 0.7,
    "tetto_verde": 0.7,
    "infiltrazione": 0.7,
    "permeabile": 0.3,
}
SIZES = (120, 300, 300.5, 999, 1000, 1000.5, 9999, 10_000, 10_001, 100_000, 100_001, 250_000)
MIXES = (
    {"impermeabile": 1.0},
    {"permeabile": 1.0},
    {"semipermeabile": 0.25, "permeabile": 0.75},  # φ is 0.4 exactly
    {"semipermeabile": 0.2501, "permeabile": 0.7499},
    {"impermeabile": 0.5, "tetto_verde": 0.2, "infiltrazione": 0.1, "permeabile": 0.2},
    {"impermeabile": 0.05, "permeabile": 0.05, "esclusa": 0.9},
)
CURVES = ((61.43, 0.3006), (30.0, 0.3), (12.0, 0.25))
LIMITS = (None, 0.4, 1e6)


def plain(
    area: str, surfaces: dict[str, float], a: float, n: float, manager: float | None
) -> dict[str, object]:
    """The regulation as `parameters.md` tells it: table, formulas, worked case; nothing of the program."""
    counted = sum(m2 for kind, m2 in surfaces.items() if kind != "esclusa")
    phi = sum(PHI[kind] * m2 for kind, m2 in surfaces.items() if kind != "esclusa") / counted
    low = round(phi, 9) <= 0.4
    if counted <= 300:
        grade = 0
    elif counted <= 1000:
        grade = 1 if low else 2
    elif counted <= 10_000 or (counted <= 100_000 and low):
        grade = 2
    else:
        grade = 3
    if grade == 0:
        method = "minimi_art12c1"
    elif grade == 1 or area == "C":
        method = "minimi_art12c2"
    else:
        method = {2: "sole_piogge", 3: "procedura_dettagliata"}[grade]
    hectares = counted * phi / 10_000
    limit = {"A": 10, "B": 20, "C": 20}[area] * hectares
    limit = limit if manager is None else min(limit, manager)
    least = {"A": 800, "B": 500, "C": 400}["C" if grade == 0 else area] * hectares
    duration = volume = None
    if method in {"sole_piogge", "procedura_dettagliata"}:
        duration = (limit / (2.78 * hectares * a * n)) ** (1 / (n - 1))
        if duration < 1:
            n = 0.5
            duration = (limit / (2.78 * hectares * a * n)) ** (1 / (n - 1))
        volume = 10 * hectares * a * duration**n - 3.6 * limit * duration
    due = max(least, volume or 0.0)
    hours = due / (3.6 * limit)
    return {
        "superficie_m2": counted,
        "classe": grade,
        "metodo": method,
        "coefficiente_deflusso": phi,
        "portata_limite_l_s": limit,
        "durata_critica_h": duration,
        "volume_metodo_m3": volume,
        "volume_minimo_m3": least,
        "volume_m3": due,
        "svuotamento_h": hours,
        "volume_secondo_evento_m3": None if hours <= 48 else 2 * due - 3.6 * limit * 48,
    }


def cases() -> list[tuple[str, dict[str, float], float, float, float | None]]:
    return [
        (area, {kind: size * share for kind, share in mix.items()}, a, n, limit)
        for area, size, mix, (a, n), limit in itertools.product("ABC", SIZES, MIXES, CURVES, LIMITS)
    ]


def _agrees(found: dict[str, object], expected: dict[str, object]) -> bool:
    detailed = expected["metodo"] == "procedura_dettagliata"
    loose = {"durata_critica_h": 5e-3, "volume_metodo_m3": 2e-5, "volume_m3": 2e-5, "svuotamento_h": 2e-5}
    for key, value in expected.items():
        if not isinstance(value, float) or found[key] is None:
            if found[key] != value:
                return False
            continue
        # By routing the two branches of the curve meet at one hour: where the formula repeats with n = 0.5
        # the plain figure is larger, and routing is not compared with it (docs/decisions/0004).
        tolerance = loose.get(key, 4e-5 if key == "volume_secondo_evento_m3" else 1e-9) if detailed else 1e-9
        if not math.isclose(float(found[key]), value, rel_tol=tolerance, abs_tol=1e-9):
            return False
    return True


def _repeats(expected: dict[str, object], a: float, n: float, hectares: float) -> bool:
    limit = float(expected["portata_limite_l_s"])
    return (limit / (2.78 * hectares * a * n)) ** (1 / (n - 1)) < 1


@pytest.mark.parametrize("area", ["A", "B", "C"])
def test_the_program_and_the_plain_regulation_agree_on_every_case(area: str) -> None:
    book, wrong, compared = load_book(), [], 0
    for _, surfaces, a, n, limit in (case for case in cases() if case[0] == area):
        expected = plain(area, surfaces, a, n, limit)
        detailed = expected["metodo"] == "procedura_dettagliata"
        hectares = float(expected["superficie_m2"]) * float(expected["coefficiente_deflusso"]) / 10_000
        if detailed and (_repeats(expected, a, n, hectares) or math.isclose(limit or 1, 0.4)):
            continue
        question = Question(math.fsum(surfaces.values()), surfaces, area=area, a_mm=a, n=n, limit_l_s=limit)
        found = answer.body(assess(book, DAY, question))
        compared += 1
        if not _agrees(found, expected):
            wrong.append((surfaces, a, n, limit, {key: (found[key], expected[key]) for key in expected}))
    assert wrong == []
    assert compared > 400
