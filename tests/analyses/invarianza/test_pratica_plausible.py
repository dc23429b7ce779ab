"""Outlets and rains that cannot be are said, and nothing is computed with them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from trama.analyses.invarianza.pratica import Outcome, run, validated
from trama.analyses.invarianza.pratica.reading import BadRequest
from trama.engines.invariance.errors import UnlikelyRain
from trama.norms import load_book

HECTARE = {
    "nome": "Un ettaro a Milano",
    "comune": "015146",
    "superficie_m2": 10_000,
    "superfici_m2": {"impermeabile": 6000, "semipermeabile": 2000, "permeabile": 2000},
}
TANK = {"tipo": "vasca", "lunghezza_m": 20, "larghezza_m": 20, "altezza_m": 2.2, "franco_m": 0.2}


def outcome(**parts: Any) -> Outcome:
    outlet = {"tipo": "costante", "portata_l_s": 8}
    request = validated({"intervento": HECTARE, "scarico": outlet, "opere": [TANK], **parts})
    return run(load_book(), date(2026, 1, 15), request)


@pytest.mark.parametrize(
    ("outlet", "why"),
    [
        ({"diametro_mm": 98_000}, "il diametro si scrive in millimetri"),
        ({"diametro_mm": 98, "quota_m": 50}, "l'acqua non vi arriva"),
    ],
)
def test_an_opening_that_cannot_be_in_the_wall_is_not_computed(outlet: dict[str, Any], why: str) -> None:
    found = outcome(scarico={"tipo": "luce", **outlet})
    rows = {row.id: row for row in found.checks}
    for check in ("portata", "evento_progetto", "evento_verifica"):
        assert rows[check].state == "incompleta"
        assert why in rows[check].sentence


def test_an_opening_as_tall_as_the_works_is_computed() -> None:
    found = outcome(scarico={"tipo": "luce", "diametro_mm": 2200})
    assert found.found.most_l_s is not None
    assert found.found.most_l_s > 0


def test_a_discharge_coefficient_above_one_is_refused() -> None:
    with pytest.raises(BadRequest, match="coefficiente» è troppo grande: al massimo 1"):
        outcome(scarico={"tipo": "luce", "diametro_mm": 98, "coefficiente": 5})
    assert outcome(scarico={"tipo": "luce", "diametro_mm": 98, "coefficiente": 1}).found.held is not None


def test_an_hour_s_rain_that_never_fell_is_refused() -> None:
    """The record of the world is some 400 mm in an hour: 6,000 are tenths."""
    curve = {"area": "A", "n": 0.3, "tempo_ritorno": 50, "fonte": "ARPA"}
    with pytest.raises(UnlikelyRain, match="a = 6000 mm"):
        outcome(piogge={**curve, "a_mm": 6000})
    with pytest.raises(UnlikelyRain):
        outcome(piogge={**curve, "a_mm": 60, "a_verifica_mm": 680})
    assert outcome(piogge={**curve, "a_mm": 60, "a_verifica_mm": 68}).found.design is not None
