"""The outcome as plain JSON: the one form that command line, screen and PDF all read."""

from __future__ import annotations

from typing import Any

from trama.analyses.annex import show
from trama.analyses.scheda.run import SchedaResult
from trama.analyses.scheda.solutions import figures
from trama.analyses.scheda.surfaces import Composition
from trama.kernel.trace import Node, Trace
from trama.kernel.units import format_number
from trama.norms.conclusions import Conclusion
from trama.norms.evaluation import CriterionResult, Evaluation
from trama.norms.sheets import ByCount, ByShares, BySteps, ByStepsOf

__all__ = ["evaluation_json", "scheda_json", "show"]


def scheda_json(result: SchedaResult) -> dict[str, Any]:
    """Return the body of the JSON answer (without the envelope that every command adds)."""
    body = evaluation_json(result.evaluation, result.trace)
    return {
        "scheda": body.pop("scheda"),
        "nome": result.subject_name,
        "area_m2": round(result.area_m2, 2),
        "comuni": [
            {"istat": c.istat, "nome": c.nome, "quota": round(c.share, 6)} for c in result.where.comuni
        ],
        "avvisi": [*(str(notice) for notice in result.where.notices), *result.evaluation.notices],
        "superfici": {
            "stato_attuale": _composition(result.present),
            "progetto": _composition(result.project),
        },
        "soluzioni": figures(result.catalogue, result.solutions),
        **body,
    }


def evaluation_json(evaluation: Evaluation, trace: Trace) -> dict[str, Any]:
    """Return what any sheet answers, whatever it judges: place, parts, questions, outcome, what lacks."""
    first = evaluation.conclusions[0]
    return {
        "scheda": {"id": evaluation.sheet.id, "titolo": evaluation.sheet.title.it},
        "luogo": [_node(node) for node in evaluation.context],
        "parti": {
            key: {
                "titolo": part.title,
                "punti": evaluation.root.find(key).value,  # type: ignore[union-attr]
                "criteri": {name: _criterion(evaluation, name) for name in part.criteria},
            }
            for key, part in evaluation.sheet.parts.items()
        },
        "domande": {key: _question(node) for key, node in evaluation.questions.items()},
        "esito": _outcome(evaluation, trace, first),
        "confronto": [_conclusion(conclusion) for conclusion in evaluation.conclusions],
        "mancanti": [_missing(evaluation, key) for key in evaluation.missing],
        "cosa_migliora": [
            {
                "criterio": i.criterion,
                "nome": i.label,
                "guadagno": i.gain,
                "esito": i.outcome,
                "passo": i.next_step,
            }
            for i in first.improvements
        ],
        "stabilita": _stability(first),
    }


def _outcome(evaluation: Evaluation, trace: Trace, first: Conclusion) -> dict[str, Any]:
    return {
        "classe": evaluation.outcome,
        "testo": evaluation.outcome_label,
        "negativo": evaluation.negative,
        "ufficiale": not trace.unofficial(),
        "etichetta": "valore non ufficiale" if trace.unofficial() else "",
        "punteggio": first.score,
        "richiesto": first.required,
        "classe_luogo": first.place_class,
        "al_minimo": first.at_worst,
        "al_massimo": first.at_best,
        "esclusioni": [{"motivo": k.explains, "citazione": str(k.citation)} for k in evaluation.knock_outs],
    }


def _composition(composition: Composition) -> dict[str, Any]:
    return {
        "m2": {key: round(area, 2) for key, area in composition.areas_m2.items()},
        "fonte": composition.source,
        "nota": composition.note,
    }


def _criterion(evaluation: Evaluation, name: str) -> dict[str, Any]:
    result = evaluation.criteria[name]
    value, points = result.value, result.points
    status = points.status
    return {
        "nome": result.criterion.label,
        "domanda": result.criterion.asks,
        "valore": value.value,
        "valore_testo": value_text(result),
        "unita": value.unit,
        "punti": points.value,
        "peso": result.weight,
        "fonte": value.source,
        "forzato": result.forced,
        "motivo": value.note if result.forced else "",
        "originale": value.replaced.value if value.replaced else None,
        "nota": points.note if not result.applies else _note(evaluation, result),
        "quote": {share.key: share.value for share in value.inputs} if value.source == "dichiarato" else {},
        "regola": points.formula,
        "stato": status.value if status else None,
        "citazione": str(result.criterion.citation.plain()),
        "passo": f"{result.part}/{result.id}",
        **({} if result.applies else {"si_applica": False}),
    }


def _note(evaluation: Evaluation, result: CriterionResult) -> str:
    """Return what is read with a value; where it would exclude and does not, why it counts all the same."""
    notes = [] if result.forced or not result.value.note else [result.value.note]
    rule, value = result.criterion.knock_out, result.value.value
    below = (
        rule is not None and isinstance(value, int | float) and rule.below is not None and value < rule.below
    )
    if below and rule is not None and rule.only_if is not None:
        asked = evaluation.questions[rule.only_if]
        if asked.value == "no":
            notes.append(
                f"non esclude l'intervento, perché «{asked.label}» è «no»; conta lo stesso nel punteggio"
            )
    return "; ".join(notes)


def value_text(result: CriterionResult) -> str:
    """Write the value of a criterion as people read it: options by their label, shares in percent."""
    node, table = result.value, result.table
    labels = table.value if table and isinstance(table.value, dict) else {}
    if isinstance(node.value, str) and node.value in labels:
        return str(labels[node.value]["label"])
    by_steps = isinstance(result.criterion.scores, BySteps | ByStepsOf)
    if by_steps and table and isinstance(node.value, int | float):
        return str(table.value.faithful(float(node.value), node.unit))
    if isinstance(result.criterion.scores, ByShares) and node.inputs:
        shares = [share for share in node.inputs if share.value]
        return ", ".join(f"{s.label} {format_number(100 * float(s.value or 0), '%', 0)}" for s in shares)
    if isinstance(result.criterion.scores, ByCount) and node.value is not None:
        return ", ".join(part.label for part in node.inputs) or "nessuna"
    return show(node.value, node.unit)


def _node(node: Node) -> dict[str, Any]:
    return {
        "chiave": node.key,
        "nome": node.label,
        "valore": node.value,
        "unita": node.unit,
        "fonte": node.source,
        "nota": node.note,
    }


def _question(node: Node) -> dict[str, Any]:
    forced = node.replaced is not None
    return {
        **_node(node),
        "nota": "" if forced else node.note,
        "forzato": forced,
        "motivo": node.note if forced else "",
        "originale": node.replaced.value if node.replaced else None,
    }


def _missing(evaluation: Evaluation, key: str) -> dict[str, str]:
    sheet = evaluation.sheet
    item = sheet.criteria.get(key) or sheet.questions[key]
    node = evaluation.criteria[key].points if key in sheet.criteria else evaluation.questions[key]
    return {"chiave": key, "nome": item.label, "domanda": item.asks, "perche": node.note}


def _conclusion(conclusion: Conclusion) -> dict[str, Any]:
    return {
        "modo": conclusion.kind,
        "titolo": conclusion.title,
        "esito": conclusion.outcome,
        "punteggio": conclusion.score,
        "richiesto": conclusion.required,
    }


def _stability(conclusion: Conclusion) -> dict[str, Any] | None:
    stability = conclusion.stability
    if stability is None:
        return None
    return {
        "quota": stability.share,
        "prove": stability.draws,
        "scossa": stability.band_share,
        "esiti": stability.outcomes,
        "stabile": stability.stable,
    }
