"""The effects as plain JSON: the one form that command line, screen and exports read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trama.analyses.envelope import envelope
from trama.analyses.scheda.answer import value_text
from trama.analyses.whatif.drawing import Laid
from trama.analyses.whatif.findings import FORMULAS
from trama.analyses.whatif.heat import Heat
from trama.analyses.whatif.money import Money
from trama.analyses.whatif.people import Spared
from trama.analyses.whatif.run import Effects
from trama.analyses.whatif.sheets import SheetOutcome, whole_surfaces
from trama.analyses.whatif.water import Water
from trama.kernel.notices import Notice


def whatif_json(effects: Effects, *, kept: bool, notices: Iterable[Notice] = ()) -> dict[str, Any]:
    """Return the whole answer; the trace's id only where it was kept, so that it can be opened.

    `notices` are what the reader of the scenario had to say.
    """
    body = {
        "nome": effects.nome,
        "comuni": [{"istat": c.istat, "nome": c.nome, "quota": round(c.share, 6)} for c in effects.comuni],
        "area_m2": round(float(effects.layout.site.area), 2),
        "area_dichiarata": effects.layout.declared_site,
        "senza_superficie": effects.layout.without_ground,
        "pioggia": {"chiave": effects.rain.key, "nome": effects.rain.label, "mm": effects.rain.rain_mm},
        "soluzioni": [_solution(effects, one) for one in effects.layout.laid],
        "acqua": _water(effects.water) if effects.water else None,
        "caldo": _heat(effects.heat) if effects.heat else None,
        "costi": _money(effects),
        "superfici_progetto_m2": _surfaces(effects),
        "schede": [_sheet(one, kept=kept) for one in effects.sheets],
        "esclusioni": [
            {"disegno": caution.number, "peso": caution.weight, "testo": caution.sentence}
            for caution in effects.cautions
        ],
        "mancanti": [{"chiave": key, "perche": why} for key, why in effects.lacking.items()],
        "avvisi": [notice.to_json() for notice in (*notices, *effects.unread)],
        "formule": FORMULAS,
    }
    trace = effects.trace
    return envelope(
        body,
        day=effects.day,
        layers=trace.layers(),
        unofficial=trace.unofficial(),
        trace=trace.id if kept else None,
    )


def _solution(effects: Effects, one: Laid) -> dict[str, Any]:
    kept = {k.key: k for k in effects.water.kept}.get(one.key) if effects.water else None
    return {
        "disegno": one.number,
        "id": one.id,
        "nome": one.name,
        "famiglia": one.row["family"],
        "quantita": round(one.quantity, 2),
        "unita": one.row["unit"],
        "coperta_m2": round(one.hidden_m2, 1),
        "costo_eur": _span(one.amount("cost_min_eur"), one.amount("cost_eur"), one.amount("cost_max_eur")),
        "invaso_m3": _rounded(kept.storage_m3 if kept else None),
        "servita_m2": _rounded(kept.served_m2 if kept else None),
        "trattenuta_m3": _rounded(kept.kept_m3 if kept else None),
        "suolo_m3": _rounded(kept.ground_m3 if kept else None),
        "tenuta_fuori_m3": _rounded(kept.avoided_m3 if kept else None),
        "passo": f"soluzioni/{one.key}",
    }


def _surfaces(effects: Effects) -> dict[str, float | None] | None:
    found = whole_surfaces(effects.water)
    return None if found is None else {key: _rounded(area, 2) for key, area in found.items()}


def _water(water: Water) -> dict[str, Any]:
    return {
        "idren": {"prima": _rounded(water.idren_before, 4), "dopo": _rounded(water.idren_after, 4)},
        "idren_intorno": {"prima": _rounded(water.around_before, 4), "dopo": _rounded(water.around_after, 4)},
        "deflusso_m3": {"prima": _rounded(water.before_m3), "dopo": _rounded(water.after_m3)},
        "trattenuta_m3": _rounded(water.avoided_m3),
        "composizione": {
            "invasi_m3": _rounded(sum(one.kept_m3 for one in water.kept)),
            "suolo_m3": _rounded(sum(one.ground_m3 for one in water.kept)),
            "posto_in_piu_m3": _rounded(water.spare_m3),
        },
        "servita_m2": _rounded(water.served_m2),
        "servita_fuori_m2": _rounded(sum(one.served_outside_m2 for one in water.kept)),
        "deflusso_fuori_m3": _rounded(water.served_m3),
        "quota_senza_dati": round(water.missing_m2 / water.site_m2, 4),
    }


def _heat(heat: Heat) -> dict[str, Any]:
    return {
        "raffrescamento": {
            "prima": _rounded(heat.capacity_before, 4),
            "dopo": _rounded(heat.capacity_after, 4),
        },
        "temperatura_notte_degc": {
            "variazione": _rounded(heat.night_degc, 4),
            "ad_aria_ferma": _rounded(heat.local_degc, 4),
            "letteratura": [_rounded(one, 2) for one in heat.literature_degc or ()] or None,
        },
        "superficie_che_cambia_m2": round(heat.felt_m2),
        "gradi_persona": _spared(heat.spared) if heat.spared else None,
    }


def _spared(spared: Spared) -> dict[str, Any]:
    return {"evitati": _rounded(spared.avoided, 4), "perche": spared.people.lacking}


def _money(effects: Effects) -> dict[str, Any]:
    water = effects.water
    per_m3 = effects.cost.per(water.avoided_m3 if water else None)
    per_degree = effects.cost.per(None)
    if effects.heat and effects.heat.night_degc < -0.01:
        per_degree = effects.cost.per(-effects.heat.night_degc * effects.layout.site.area / 10_000)
    return {
        "costo_eur": _span_of(effects.cost),
        "manutenzione_eur_anno": _span_of(effects.upkeep),
        "costo_eur_m3": _span_of(per_m3),
        "costo_eur_degc_ha": _span_of(per_degree),
        "costo_eur_degc_persona": _span_of(effects.cost_per_person_degree),
        "perche_senza_costo_persona": effects.why_no_person_degrees,
    }


def _sheet(one: SheetOutcome, *, kept: bool) -> dict[str, Any]:
    head = {"id": one.sheet.id, "titolo": one.sheet.title.it, "problema": one.problem}
    if one.result is None:
        return {**head, "esito": None}
    evaluation = one.result.evaluation
    first = evaluation.conclusions[0]
    labels = one.sheet.outcome_labels
    return {
        **head,
        "esito": evaluation.outcome,
        "testo": evaluation.outcome_label,
        "negativo": evaluation.negative,
        "punteggio": first.score,
        "richiesto": first.required,
        "al_minimo": labels.get(first.at_worst, first.at_worst),
        "al_massimo": labels.get(first.at_best, first.at_best),
        "mancano": len(evaluation.missing),
        "trace": one.result.trace.id if kept else None,
        "criteri": [
            {
                "id": row.id,
                "parte": row.part,
                "nome": row.criterion.label,
                "valore": value_text(row),
                "punti": row.points.value,
                "progetto": row.part != "A",
            }
            for row in evaluation.criteria.values()
        ],
        "esclusioni": [{"motivo": k.explains} for k in evaluation.knock_outs],
    }


def _span(least: float | None, middle: float | None, most: float | None) -> dict[str, float | None]:
    return {"minimo": _rounded(least, 2), "medio": _rounded(middle, 2), "massimo": _rounded(most, 2)}


def _span_of(money: Money) -> dict[str, float | None]:
    return _span(money.least, money.middle, money.most)


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(float(value), digits) + 0.0  # never a minus before zero
