"""In which order to finance: for each UPA and action, class of vulnerability times gain per euro."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trama.analyses.rete_verde.priorities import Ranking
from trama.analyses.rete_verde.rules import THEMES, Action, Rules
from trama.analyses.rete_verde.served import sealed_runoff_m, served_by_one_m2
from trama.analyses.rete_verde.suitability import M2_PER_HA, Census
from trama.analyses.rete_verde.unplaced import NO_WATER, no_heat, places_of
from trama.engines.hydrology import runoff_mm
from trama.kernel.units import format_number

MILLION = 1e6
MILLIMETRES = 1000.0
GAIN_UNITS = {"acqua": "m3", "calore": "°C·persone"}
TABLES = {"acqua": "storm", "calore": "warm"}


@dataclass(frozen=True)
class Proposal:
    """An action in a UPA, for one theme; None is missing, never zero.

    Attributes
    ----------
    suitable_ha, quantity
        Ground that suits it, and units to think of there.
    gain
        Of one unit: m3 of the event kept out of sewers (``acqua``), °C by sensitive people (``calore``).
    grade
        Class of the UPA's vulnerability in the theme (A1 of the Scheda Norma), 1 to 5.
    score, score_low, score_high
        Class × gain per million euro, at the usual cost, at the highest and at the lowest.
    place
        In the order of its theme, shared by equals; None without a score, or where nothing is gained.
    """

    upa: str
    upa_name: str
    theme: str
    action: Action
    suitable_ha: float
    quantity: float
    gain: float | None
    grade: int | None
    priority_class: int | None
    score: float | None
    score_low: float | None
    score_high: float | None
    place: int | None = None
    why: str = ""

    @property
    def cost_eur(self) -> float:
        """Usual cost of a unit."""
        return float(self.action.solution["cost_eur"])

    @property
    def per_million(self) -> float | None:
        """Gain for a million euro."""
        return None if self.gain is None else self.gain / self.cost_eur * MILLION

    @property
    def key(self) -> str:
        """Name of the row: UPA, action, theme."""
        return f"{self.upa}|{self.action.id}|{self.theme}"

    def to_json(self) -> dict[str, Any]:
        """Return the figures by the names of the layer's columns."""
        return {
            "chiave": self.key,
            "upa": self.upa,
            "upa_nome": self.upa_name,
            "tema": self.theme,
            "azione": self.action.id,
            "azione_nome": self.action.name_it,
            "soluzione": self.action.nbs,
            "dove": self.action.where,
            "ha_adatti": self.suitable_ha,
            "quantita": self.quantity,
            "unita": self.action.unit,
            "costo_eur": self.cost_eur,
            "guadagno_unitario": self.gain,
            "guadagno_unita": GAIN_UNITS[self.theme],
            "guadagno_per_meur": self.per_million,
            "classe_a": self.grade,
            "classe_priorita": self.priority_class,
            "punteggio": self.score,
            "punteggio_min": self.score_low,
            "punteggio_max": self.score_high,
            "posto": self.place,
            "perche": self.why,
        }


def order_actions(rules: Rules, ranking: Ranking, census: Census) -> list[Proposal]:
    """Return every action in every UPA it suits, theme by theme, the best first; those without a score last.

    Equals share a place, and what gains nothing has none; they are told by the urgency of their UPA. Actions
    without suitable ground in a UPA are left out.
    """
    found: list[Proposal] = []
    for theme in THEMES:
        rows = [
            proposal
            for place in ranking.places
            for action in rules.actions
            if theme in action.answers
            and (proposal := _proposal(rules, ranking, census, place.key, theme, action))
        ]
        urgency = {place.key: row for row, place in enumerate(ranking.places)}
        rows.sort(key=lambda one: (one.score is None, -(one.score or 0.0), urgency[one.upa], one.action.id))
        places = places_of([one.score for one in rows])
        found += [replace(one, place=at) for one, at in zip(rows, places, strict=True)]
    return found


def _proposal(
    rules: Rules, ranking: Ranking, census: Census, upa: str, theme: str, action: Action
) -> Proposal | None:
    hectares = census.suitable(action, upa)
    total = float(hectares.sum())
    if total <= 0:
        return None
    facts = ranking.rows[upa]
    grade = _whole(facts.get(f"{TABLES[theme]}.classe"))
    quantity = total * action.units_per_ha
    gain: float | None
    if theme == "acqua":
        sealed_m2 = census.sealed_m2(upa, rules.sealed_share)
        gain, cut = water_gain(rules, action, hectares, quantity, sealed_m2)
    else:
        gain, cut = heat_gain(action, facts), ""
    scores = [None if gain is None or grade is None else grade * gain / c * MILLION for c in _costs(action)]
    place = next(one for one in ranking.places if one.key == upa)
    return Proposal(
        upa=upa,
        upa_name=place.nome,
        theme=theme,
        action=action,
        suitable_ha=total,
        quantity=quantity,
        gain=gain,
        grade=grade,
        priority_class=place.classe,
        score=scores[0],
        score_low=scores[1],
        score_high=scores[2],
        why="; ".join(text for text in (_why(theme, grade, gain, action, facts), cut) if text),
    )


def _costs(action: Action) -> tuple[float, float, float]:
    """Return the usual, the highest and the lowest cost of a unit."""
    usual, most, least = (
        float(action.solution[name]) for name in ("cost_eur", "cost_max_eur", "cost_min_eur")
    )
    return usual, most, least


def water_gain(
    rules: Rules, action: Action, hectares: Any, quantity: float, sealed_m2: float
) -> tuple[float, str]:
    """Return the m3 of the event that one unit keeps out of sewers, and what was cut, in words.

    On its own ground, where it takes the place of a sealed surface: runoff of that surface less its own, for
    the event, mean of the soils that suit it (rain on fields and parks reaches no sewer). From the sealed
    area it serves: what arrives, at most what it stores. Only solutions counted in m2 have their own ground.
    All the units of the UPA serve no more than the sealed ground that the UPA has, less what they replace.

    Parameters
    ----------
    hectares
        Suitable hectares by soil group, A to D: shape (4,).
    quantity
        Units to think of in the UPA.
    sealed_m2
        Sealed ground of the UPA, by its land cover.
    """
    rain, ratio = float(rules.rain.value), float(rules.lambda_.value)
    solution, before = action.solution, rules.surfaces.value[action.before]
    numbers = np.array([float(before[f"cn_{group}"]) for group in "abcd"])
    now = float(np.average(runoff_mm(rain, numbers, ratio), weights=hectares))
    after = float(solution["event_runoff_coefficient"]) * rain
    replaces = action.unit == "m2" and before["consumption"] != "nessuno"
    own = max(0.0, now - after) / MILLIMETRES if replaces else 0.0
    runoff_m = sealed_runoff_m(rules)
    could_m2 = served_by_one_m2(solution, runoff_m)
    left_m2 = max(0.0, sealed_m2 - (quantity * action.unit_area_m2 if replaces else 0.0))
    serves_m2 = min(could_m2, left_m2 / quantity)
    cut = "" if serves_m2 >= could_m2 else _CUT.format(has=format_number(left_m2 / M2_PER_HA, "ha", 1))
    return own + serves_m2 * runoff_m, cut


_CUT = "l'area servita è limitata alle superfici impermeabili della UPA ({has})"


def heat_gain(action: Action, facts: dict[str, Any]) -> float | None:
    """Return °C by sensitive people of one unit: its cooling by night × their density × the ground it covers.

    The density is that of the UPA's sensitive people where the night is over the threshold; None without it.
    What a solution cools around itself is not counted.
    """
    import pandas as pd

    people, area = facts.get("warm.sensibili_oltre_2"), facts.get("warm.superficie_m2")
    if people is None or area is None or pd.isna(people) or pd.isna(area) or not area:
        return None
    return action.night_cooling_degc * float(people) / float(area) * action.unit_area_m2


def _whole(value: Any) -> int | None:
    import pandas as pd

    return None if value is None or pd.isna(value) else int(value)


def _why(theme: str, grade: int | None, gain: float | None, action: Action, facts: dict[str, Any]) -> str:
    """Say in a sentence what the order rests on, what is missing, or why nothing is gained."""
    task = {"acqua": "alle piogge", "calore": "al caldo"}[theme]
    if grade is None or gain is None:
        tool = {"acqua": "trama storm run", "calore": "trama warm run"}[theme]
        return f"dato mancante: serve la vulnerabilità {task} ({tool})"
    if gain <= 0:
        people = float(facts.get("warm.sensibili_oltre_2") or 0.0)
        return NO_WATER if theme == "acqua" else no_heat(people, [action.solution])
    return f"vulnerabilità {task} di classe {grade} su 5, per il guadagno di un milione di euro"
