"""The effects as people read them: a few figures, each before and after, with a bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trama.apps.scenari.queries import symbol_of
from trama.kernel.units import MISSING, format_change, format_number

Answer = Mapping[str, Any]
NOTHING = "—"
"""Where a figure does not apply, which is not a missing datum; `range` says why."""
LEAST_DEGC = 0.005
"""A change of the night that an instrument would not read (0.01 °C) is told, and praised by nobody."""
DRAINING, COOLING = "Indice drenante (I-dren)", "Raffrescamento di giorno"


@dataclass(frozen=True)
class Figure:
    """One effect.

    Attributes
    ----------
    value
        What a person reads first; `change` says the difference in words, `range` from least to most.
    before, after
        Lengths of the two bars, 0-100; None where there is nothing to draw.
    number
        The figure itself, to compare scenarios; `better` is -1 where less is better.
    least
        A smaller difference between two scenarios is no difference.
    of_rain
        Whether it depends on how much it rains.
    """

    key: str
    label: str
    value: str
    change: str = ""
    range: str = ""
    before: float | None = None
    after: float | None = None
    before_text: str = ""
    after_text: str = ""
    step: str = ""
    formula: str = ""
    number: float | None = None
    better: int = 0
    good: bool = False
    least: float = 0.0
    of_rain: bool = False

    @property
    def missing(self) -> bool:
        """Whether there is no figure."""
        return self.value == MISSING


def figures(answer: Answer) -> list[Figure]:
    """Return the effects in the order of the panel."""
    formulas = answer["formule"]
    marks = bool(answer.get("senza_superficie"))
    why = {row["chiave"]: row["perche"] for row in answer["mancanti"]}
    return [
        *_water(answer["acqua"], formulas, why.get("acqua", ""), marks=marks),
        *_heat(answer["caldo"], formulas, why.get("caldo", ""), marks=marks),
        *_money(answer["costi"], formulas, answer["acqua"], answer["caldo"]),
    ]


def extent(answer: Answer) -> str:
    """Write how much ground a scenario takes."""
    return (
        "senza superficie propria"
        if answer.get("senza_superficie")
        else format_number(answer["area_m2"], "m2")
    )


def _on_marks(key: str, label: str, formulas: Answer) -> Figure:
    """Return a mean that has no ground to be taken on."""
    words = "ciò che è disegnato non occupa suolo: disegnare l'area dell'intervento"
    return Figure(key, label, NOTHING, range=words, step=_STEPS[key], formula=formulas[key])


_STEPS = {"idren": "acqua/idren", "raffrescamento": "caldo/raffrescamento"}


def _water(water: Answer | None, formulas: Answer, why: str, *, marks: bool) -> list[Figure]:
    if water is None:
        return [Figure("trattenuta", "Acqua tenuta fuori dalla fognatura", MISSING, change=why)]
    drained = _on_marks("idren", DRAINING, formulas) if marks else _draining(water, formulas)
    return [_kept(water, formulas), drained]


def _kept(water: Answer, formulas: Answer) -> Figure:
    before, after = water["deflusso_m3"]["prima"], water["deflusso_m3"]["dopo"]
    kept, top = water["trattenuta_m3"], max(before, after, 1e-9)
    return Figure(
        "trattenuta",
        "Acqua tenuta fuori dalla fognatura",
        _volume(kept),
        _of_before(kept, before),
        _missing_share(water["quota_senza_dati"]),
        100 * before / top,
        100 * after / top,
        f"prima {_volume(before)}",
        f"dopo {_volume(after)}",
        "acqua/trattenuta",
        formulas["trattenuta"],
        kept,
        1,
        kept > 0,
        of_rain=True,
    )


def _of_before(kept: float, before: float) -> str:
    """Say what part no longer reaches the sewers; all of it only where nothing does."""
    if not before:
        return ""
    percent = 100 * kept / before
    words = "più del 99 %" if 99.5 <= percent < 100 else format_number(percent, "%", 0)
    return f"{words} di ciò che vi andava"


def _draining(water: Answer, formulas: Answer) -> Figure:
    around = water["idren_intorno"]
    words = f"con l'intorno {format_number(around['prima'])} → {format_number(around['dopo'])}"
    return _index("idren", DRAINING, water["idren"], words, formulas)


def _index(key: str, label: str, index: Answer, words: str, formulas: Answer) -> Figure:
    """Return a number from 0 to 1, the more the better, with its two bars."""
    before, after = index["prima"], index["dopo"]
    return Figure(
        key,
        label,
        format_number(after),
        _signed(before, after),
        words,
        _percent(before),
        _percent(after),
        f"prima {format_number(before)}",
        f"dopo {format_number(after)}",
        _STEPS[key],
        formulas[key],
        after,
        1,
        (after or 0) > (before or 0),
    )


def _heat(heat: Answer | None, formulas: Answer, why: str, *, marks: bool) -> list[Figure]:
    if heat is None:
        return [Figure("temperatura_notte", "Temperatura della notte", MISSING, change=why)]
    day = (
        _on_marks("raffrescamento", COOLING, formulas)
        if marks
        else _index(
            "raffrescamento", COOLING, heat["raffrescamento"], "da 0 a 1, a soluzioni mature", formulas
        )
    )
    return [_night(heat, formulas), day]


def _night(heat: Answer, formulas: Answer) -> Figure:
    night = heat["temperatura_notte_degc"]
    return Figure(
        "temperatura_notte",
        "Temperatura della notte",
        degrees(night["variazione"]),
        "",
        _around(night["letteratura"], heat["superficie_che_cambia_m2"]),
        step="caldo/temperatura_notte",
        formula=formulas["temperatura_notte"],
        number=night["variazione"],
        better=-1,
        good=night["variazione"] <= -LEAST_DEGC,
        least=LEAST_DEGC,
    )


def _around(literature: list[float] | None, felt_m2: float) -> str:
    """Say how far the change is felt, and what was measured elsewhere on the spot."""
    felt = f"almeno 0,1 °C su {format_number(felt_m2 / 10_000, 'ha', 1)}; " if felt_m2 else ""
    if literature is None:
        return felt.removesuffix("; ")
    weak, strong = (format_change(value, "degC", 1) for value in literature)
    return f"{felt}sul posto, in letteratura, da {weak} a {strong}"


def _money(costs: Answer, formulas: Answer, water: Answer | None, heat: Answer | None) -> list[Figure]:
    cost, upkeep = costs["costo_eur"], costs["manutenzione_eur_anno"]
    return [
        _per_m3(costs["costo_eur_m3"], formulas, water),
        *_per_person(costs, formulas, heat),
        _plain_cost("costo", "Costo di realizzazione", cost, formulas),
        _plain_cost("manutenzione", "Manutenzione all'anno", upkeep, formulas),
    ]


def _plain_cost(key: str, label: str, span: Answer, formulas: Answer) -> Figure:
    return Figure(
        key,
        label,
        euro(span["medio"]),
        range=_span(span),
        step=f"costi/{key}",
        formula=formulas[key],
        number=span["medio"],
        better=-1,
    )


def _per_m3(span: Answer, formulas: Answer, water: Answer | None) -> Figure:
    nothing = span["medio"] is None and water is not None
    return Figure(
        "costo_m3",
        "Costo per m³ tenuto fuori",
        NOTHING if nothing else euro(span["medio"], "m³"),
        range="nessuna acqua tenuta fuori" if nothing else _span(span),
        step="costi/costo_m3",
        formula=formulas["costo_m3"],
        number=span["medio"],
        better=-1,
        of_rain=True,
    )


def _per_person(costs: Answer, formulas: Answer, heat: Answer | None) -> list[Figure]:
    """Write what a degree less by night costs for each person; nothing in answers older than the figure."""
    if "costo_eur_degc_persona" not in costs:
        return []
    span, why = costs["costo_eur_degc_persona"], costs["perche_senza_costo_persona"]
    spared = (heat or {}).get("gradi_persona") or {"evitati": None}
    known = span["medio"] is None and spared["evitati"] is not None
    told = why or f"{format_number(spared['evitati'], decimals=2)} °C × abitante in meno, di notte"
    label = "Costo per grado in meno a persona"
    return [
        Figure(
            "costo_gradi_persona",
            label,
            NOTHING if known else euro(span["medio"]),
            change=why if span["medio"] is None and not known else "",
            range=told,
            step="costi/costo_gradi_persona",
            formula=formulas["costo_gradi_persona"],
            number=span["medio"],
            better=-1,
        )
    ]


def quantity(row: Answer) -> str:
    """Write the quantity of a drawn solution."""
    unit = row["unita"]
    if unit == "count":
        return f"{format_number(row['quantita'], decimals=0)} {'pezzo' if row['quantita'] == 1 else 'pezzi'}"
    return f"{format_number(row['quantita'], decimals=0 if row['quantita'] >= 10 else 1)} {symbol_of(unit)}"


def euro(value: float | None, per: str = "") -> str:
    """Write an amount of money: whole euro, thousands of euro, millions."""
    if value is None:
        return MISSING
    tail = f" al {per}" if per else ""
    if value >= 1_000_000:
        return f"{format_number(value / 1_000_000, decimals=2)} milioni di €{tail}"
    return f"{format_number(value, decimals=0 if value >= 10 else 2)} €{tail}"


def _span(span: Answer) -> str:
    if span["minimo"] is None or span["massimo"] is None:
        return ""
    return f"da {euro(span['minimo'])} a {euro(span['massimo'])}"


def _volume(value: float) -> str:
    return format_number(value, "m3", 0 if abs(value) >= 100 else 1)


def degrees(value: float) -> str:
    """Write a change of temperature: hundredths, thousandths where it is small, "meno di" below them."""
    if value == 0:
        return "invariata"
    return format_change(value, "degC", 2 if abs(value) >= 0.05 else 3)


def _signed(before: float | None, after: float | None) -> str:
    return "" if before is None or after is None else format_change(after - before)


def _percent(value: float | None) -> float | None:
    return None if value is None else max(0.0, min(100.0, 100 * value))


def _missing_share(share: float) -> str:
    return f"senza dati il {format_number(100 * share, '%', 0)} dell'area" if share >= 0.01 else ""
