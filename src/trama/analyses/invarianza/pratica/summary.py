"""The first page: what a municipal engineer looks for, in a dozen lines, the same on screen and on paper."""

from __future__ import annotations

from trama.analyses.annex import show
from trama.analyses.invarianza.limits import MANAGER, SOIL
from trama.analyses.invarianza.method import METHOD_LABELS
from trama.analyses.invarianza.pratica.outcome import Findings, Outcome
from trama.analyses.invarianza.pratica.verification import Trial
from trama.kernel.units import format_number

_SET_BY = {MANAGER: ", posta dal gestore", SOIL: ", quella che il terreno infiltra"}


def summary(outcome: Outcome) -> list[dict[str, str]]:
    """Return the lines of the first page: ``nome``, ``valore``, ``passo`` (step in the trace)."""
    found = outcome.found
    rows = [
        ("Luogo", _place(found), ""),
        ("Classe e criticità", _class(found), f"{_due(found)}classe"),
        ("Metodo", _method(found), f"{_due(found)}metodo"),
        ("Coefficiente di deflusso", _runoff(found), f"{_due(found)}coefficiente_deflusso"),
        ("Volume dovuto", _volume(found), found.due_node.key),
        ("Volume delle opere", format_number(found.provided_m3, "m3", 1), "volume_opere"),
        ("Portata limite", _limit(found), f"{_due(found)}portata_limite"),
        ("Portata con le opere piene", _discharge(found), "scarico"),
        ("Svuotamento", _emptying(found), "svuotamento_opere" if found.emptying else ""),
        ("Evento di progetto", _trial(found), "evento_progetto" if found.design else ""),
        ("Ricettore e gestore", _receiver(found), ""),
        ("Professionista", _signer(found), ""),
    ]
    return [{"nome": name, "valore": value, "passo": step} for name, value, step in rows]


def _due(found: Findings) -> str:
    """Return the path, in the trace, of the assessment's own steps."""
    return "volume/" if found.detailed is None else "volume_dovuto/volume/"


def _place(found: Findings) -> str:
    comune, address = found.assessment.comune, found.request.intervento.indirizzo
    return (
        ", ".join(text for text in (comune.name if comune else "", address) if text) or "comune non indicato"
    )


def _class(found: Findings) -> str:
    area = found.assessment.criticality.value
    plan = " (piano attuativo)" if found.request.intervento.piano_attuativo else ""
    return f"classe {found.assessment.sealing.class_of_intervention}, area {area}{plan}"


def _method(found: Findings) -> str:
    due = METHOD_LABELS[found.assessment.method]
    if found.detailed is None:
        return due.capitalize()
    return f"Procedura dettagliata con Horton (dovuto: {due})"


def _runoff(found: Findings) -> str:
    sealed = found.assessment.sealing
    return f"{format_number(sealed.runoff_coefficient, '1', 3)} su {format_number(sealed.area_m2, 'm2')}"


def _volume(found: Findings) -> str:
    due = format_number(found.due_m3, "m3", 1)
    if found.exempt:
        return f"{due}, non dovuto con lo smaltimento nel suolo"
    more = f"; con questo scarico ne servono {format_number(found.needed_m3, 'm3', 1)}"
    least = found.due_m3 <= found.assessment.minimum_m3
    why = f"{due} ({'requisito minimo' if least else 'dal calcolo; minimo ' + _least(found)})"
    return f"{why}{more if found.event_governs else ''}"


def _least(found: Findings) -> str:
    return format_number(found.assessment.minimum_m3, "m3", 1)


def _limit(found: Findings) -> str:
    allowed = found.assessment.discharge
    return format_number(allowed.l_s, "l/s") + _SET_BY.get(allowed.set_by, "")


def _discharge(found: Findings) -> str:
    if found.only_soil:
        return f"nessuna; nel suolo {format_number(found.ground.l_s, 'l/s')}"
    return show(found.most_l_s, "l/s")


def _emptying(found: Findings) -> str:
    empties = found.emptying
    if empties is None:
        return show(None, "h")
    if empties.time_h is None:
        return "le opere non si svuotano"
    of = f"per i {format_number(empties.from_m3, 'm3', 1)} dovuti"
    return f"{format_number(empties.time_h, 'h')} {of} (massimo {format_number(empties.longest_h, 'h', 0)})"


def _trial(found: Findings) -> str:
    if found.design is None:
        return show(None, "m3")
    beyond = f"; verifica: {_filled(found.beyond)}" if found.beyond else ""
    return f"{_filled(found.design)}{beyond}"


def _filled(trial: Trial) -> str:
    """Say what an event fills: all it asks for, or what stays in and what runs over."""
    wanted = format_number(trial.peak_m3, "m3", 1)
    if not trial.spilled_m3:
        return f"{wanted} invasati"
    inside, over = format_number(trial.brim_m3, "m3", 1), format_number(trial.spilled_m3, "m3", 1)
    return f"servirebbero {wanted}: {inside} invasati, {over} traboccano"


def _receiver(found: Findings) -> str:
    if found.only_soil:
        return "suolo"
    given = found.request.scarico
    return ", ".join(text for text in (given.ricettore, given.gestore) if text) or "da indicare"


def _signer(found: Findings) -> str:
    signer = found.request.professionista
    name = f"{signer.titolo} {signer.nome}".strip() if signer.nome else ""
    return f"{name} (da firmare)" if name else "da indicare"
