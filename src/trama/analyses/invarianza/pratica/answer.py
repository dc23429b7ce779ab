"""A file as data: what the command prints, the site keeps, the paper lays out."""

from __future__ import annotations

from typing import Any

from trama.analyses.annex import show
from trama.analyses.invarianza.answer import body as due_body
from trama.analyses.invarianza.method import EVENTS
from trama.analyses.invarianza.pratica.built import Item
from trama.analyses.invarianza.pratica.disposal import steps
from trama.analyses.invarianza.pratica.ground import UM
from trama.analyses.invarianza.pratica.outcome import Findings, Outcome
from trama.analyses.invarianza.pratica.paper import attachments, upkeep
from trama.analyses.invarianza.pratica.series import Series, convergence_of, series
from trama.analyses.invarianza.pratica.verdict import PASSES, STATE_LABELS, VERDICT_LABELS, Check
from trama.analyses.invarianza.pratica.verification import Trial
from trama.kernel.units import format_number

FORMAT = "trama-pratica-invarianza/1"


def body(outcome: Outcome) -> dict[str, Any]:
    """Return the answer's own keys; None is "not known", never zero."""
    found = outcome.found
    unofficial = outcome.trace().unofficial()
    return {
        "formato": FORMAT,
        "pratica": found.request.model_dump(mode="json", exclude_defaults=True),
        "esito": {
            "classe": outcome.verdict,
            "testo": VERDICT_LABELS[outcome.verdict],
            "etichetta": "valore non ufficiale" if unofficial else "",
        },
        "verifiche": [check_json(row) for row in outcome.checks],
        "dovuto": {
            **due_body(found.assessment),
            "pioggia_netta": "horton" if found.net.horton else "phi",
            "volume_da_realizzare_m3": found.due_m3,
        },
        "volume_necessario_m3": found.needed_m3,
        "opere": [_item(item) for item in found.items],
        "volume_opere_m3": found.provided_m3,
        "volume_bordo_m3": found.held.brim_m3 if found.held else None,
        "smaltimento": [
            {"recapito": name, "esito": step.esito, "motivo": step.motivo}
            for name, step in steps(found.request)
        ],
        "scarico": {
            "legge": found.outlet_node.value,
            "portata_massima_l_s": found.most_l_s,
            "portata_limite_l_s": found.assessment.discharge.l_s,
            "solo_suolo": found.only_soil,
        },
        "infiltrazione": _ground(found),
        "svuotamento": _emptying(found),
        "eventi": {"progetto": _trial(found.design), "verifica": _trial(found.beyond)},
        "convergenza": convergence_of(found),
        "idrogramma": _hydrograph(series(found)),
        "manutenzione": {
            "responsabile": found.request.responsabile_manutenzione,
            "operazioni": [
                {"opere": one.works, "operazione": one.what, "frequenza": one.how_often, "chi": one.who}
                for one in upkeep(found)
            ],
        },
        "allegati": [
            {"id": one.id, "nome": one.name, "indicato": one.given or None} for one in attachments(found)
        ],
        "avvisi": found.notices,
    }


def check_json(row: Check) -> dict[str, Any]:
    """Return a check as plain JSON."""
    return {
        "id": row.id,
        "nome": row.label,
        "valore": row.value,
        "unita": row.unit,
        "valore_testo": figure(row.value, row.unit) if row.value is not None else "",
        "richiesto": row.limit,
        "soddisfatta": row.state in PASSES,
        "stato": row.state,
        "stato_testo": STATE_LABELS[row.state],
        "frase": row.sentence,
        "sezione": row.step,
    }


def figure(value: float | None, unit: str) -> str:
    """Write a figure as this file does everywhere: volumes to the tenth of a cubic metre.

    >>> figure(2982.6377, "m3"), figure(None, "m3")
    ('2.982,6 m³', 'dato mancante')
    """
    return format_number(value, unit, 1) if unit == "m3" else show(value, unit)


def _item(item: Item) -> dict[str, Any]:
    placed = item.placed
    return {
        "nome": item.name,
        "tipo": item.declared.tipo,
        "tipo_nome": item.kind["nome"] if item.kind else None,
        "numero": item.declared.numero,
        "volume_utile_m3": placed.useful_m3 if placed else None,
        "volume_bordo_m3": placed.brim_m3 if placed else None,
        "altezza_m": placed.work.depth_m if placed else None,
        "franco_m": item.declared.franco_m,
        "infiltra": item.soaks,
        "problema": item.problem or None,
    }


def _ground(found: Findings) -> dict[str, Any]:
    earth = found.ground
    return {
        "opere_infiltranti": earth.soaking,
        "conta": earth.counts,
        "motivi": list(earth.reasons),
        "cautele": list(earth.cautions),
        "k_peggiore_m_s": None if earth.k_um_s is None else earth.k_um_s / UM,
        "area_m2": earth.area_m2,
        "portata_l_s": earth.l_s,
        "riduzione_applicata": earth.bonus,
        "riduzione_motivi": list(earth.bonus_reasons),
    }


def _emptying(found: Findings) -> dict[str, Any] | None:
    empties = found.emptying
    if empties is None:
        return None
    return {
        "volume_m3": empties.from_m3,
        "tempo_h": empties.time_h,
        "massimo_h": empties.longest_h,
        "volume_secondo_evento_m3": empties.second_m3,
    }


def _trial(trial: Trial | None) -> dict[str, Any] | None:
    if trial is None:
        return None
    return {
        "tempo_ritorno": trial.return_period_year,
        "a_mm": trial.curve.a_mm,
        "n": trial.curve.n,
        "volume_massimo_m3": trial.peak_m3,
        "volume_invasato_m3": trial.peak_m3 - trial.spilled_m3,
        "volume_traboccato_m3": trial.spilled_m3,
        "governa": trial.worst,
        "eventi": [
            {
                "evento": name,
                "nome": EVENTS[name],
                "durata_critica_h": worst.duration_h,
                "volume_m3": worst.peak_m3,
                "volume_traboccato_m3": trial.over(worst.peak_m3),
                "scarto_bilancio_m3": worst.run.imbalance_m3,
            }
            for name, worst in trial.events.items()
        ],
    }


def _hydrograph(found: Series | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "evento": found.event,
        "tempo_h": [round(value, 4) for value in found.times_h],
        "ingresso_l_s": [round(value, 3) for value in found.inflow_l_s],
        "scarico_l_s": [round(value, 3) for value in found.receiver_l_s],
        "infiltrazione_l_s": [round(value, 3) for value in found.soil_l_s],
        "invaso_m3": [round(value, 2) for value in found.stored_m3],
    }
