"""The checks of a file, one row each: what is asked, what is found, how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trama.analyses.invarianza.limits import MANAGER
from trama.analyses.invarianza.pratica.disposal import disposal_check
from trama.analyses.invarianza.pratica.footprint import footprint_check
from trama.analyses.invarianza.pratica.paper import paper_checks
from trama.analyses.invarianza.pratica.rainfall import rain_checks
from trama.analyses.invarianza.pratica.verdict import ALLOWED, FAILS, HOLDS, LACKS, OPEN, Check
from trama.analyses.invarianza.pratica.verification import Trial
from trama.engines.invariance import ConstantOutlet
from trama.kernel.units import format_number

if TYPE_CHECKING:
    from trama.analyses.invarianza.pratica.outcome import Findings

_SAME = 1e-9
_EXEMPT = "Non dovuta: fino a 300 m² si smaltisce nel suolo senza volume né limite (art. 12 c. 1 lett. a)."


@dataclass(frozen=True, slots=True)
class Emptying:
    """How the works empty.

    Attributes
    ----------
    from_m3
        What is inside at the start: the volume due, which is what the regulation wants ready again.
    time_h
        None where they never empty, or their outlet is not known.
    second_m3
        Volume that leaves room for a second event where emptying takes too long; None where it does not.
    """

    from_m3: float
    time_h: float | None
    longest_h: float
    second_m3: float | None


def checks(found: Findings) -> list[Check]:
    """Return every check of a file, in the order of the page.

    A small work that goes to the ground has nothing to size: its hydraulic checks are said not to be due.
    """
    hydraulic = [_volume(found), _discharge(found), _emptying(found), _design(found), _beyond(found)]
    if found.exempt:
        hydraulic = [replace(row, state=OPEN, limit="", sentence=_EXEMPT) for row in hydraulic]
    return [
        *hydraulic,
        footprint_check(found.practice, found.rooms, found.items),
        *rain_checks(found),
        disposal_check(found.practice, found.request),
        *_infiltration(found),
        *paper_checks(found),
    ]


def _volume(found: Findings) -> Check:
    due, held = found.due_m3, found.provided_m3
    label, limit = "Volume delle opere", f"almeno {format_number(due, 'm3', 1)}"
    problems = [item.problem for item in found.items if item.problem]
    if held is None or problems:
        sentence = " ".join(problems) or "Indicare le opere con tipo e misure."
        return Check("volume", label, held, "m3", limit, LACKS, sentence, step=4)
    short = found.needed_m3 - held
    if held >= due * (1 - _SAME):
        spare = f"{format_number(held - due, 'm3', 1)} in più del dovuto"
        sentence = f"Le opere bastano: {spare}."
        if found.event_governs and short > _SAME * held:
            sentence = f"Bastano al volume dovuto ({spare}), non all'evento di progetto: {_governing(found)}."
        return Check("volume", label, held, "m3", limit, HOLDS, sentence, step=4)
    lack = f"Mancano {format_number(short, 'm3', 1)}"
    if found.event_governs:
        lack += f" ({format_number(due - held, 'm3', 1)} al volume dovuto): {_governing(found)}"
    return Check(
        "volume", label, held, "m3", limit, FAILS, f"{lack}. Ingrandire un'opera o aggiungerne.", step=4
    )


def _governing(found: Findings) -> str:
    """Say what the design event asks for with this outlet, and why it is more than is due."""
    return f"con questo scarico ne servono {format_number(found.needed_m3, 'm3', 1)}, perché {slower(found)}"


def slower(found: Findings) -> str:
    """Say why the design event asks for more than is due: mostly, what the outlet lets out."""
    limit_l_s, most_l_s = found.assessment.discharge.l_s, found.most_l_s or 0.0
    allowed, most = format_number(limit_l_s, "l/s"), format_number(most_l_s, "l/s")
    if found.only_soil:
        return f"nel suolo escono {format_number(found.ground.l_s, 'l/s')}"
    if isinstance(found.outlet, ConstantOutlet):
        if most_l_s < limit_l_s * (1 - _SAME):
            return f"escono {most} su {allowed} ammessi"
        return "il volume dovuto è un minimo di legge, che non conta la pioggia del luogo"
    return f"dalla luce escono {most} solo a opere piene, e meno finché si riempiono"


def _discharge(found: Findings) -> Check:
    allowed = found.assessment.discharge
    label, limit = "Portata allo scarico", f"al massimo {format_number(allowed.l_s, 'l/s')}"
    if found.only_soil:
        sentence = "Nessuno scarico in un ricettore: si smaltisce nel suolo."
        return Check("portata", label, 0.0, "l/s", limit, HOLDS, sentence, step=3)
    most = found.most_l_s
    if most is None:
        return Check(
            "portata", label, None, "l/s", limit, LACKS, found.outlet_problem or _AFTER_WORKS, step=3
        )
    by = "il limite del gestore" if allowed.set_by == MANAGER else "il limite del regolamento"
    if most <= allowed.l_s * (1 + _SAME):
        return Check(
            "portata", label, most, "l/s", limit, HOLDS, f"Con le opere piene rispetta {by}.", step=3
        )
    sentence = f"Con le opere piene supera {by}: ridurre la luce o il carico."
    return Check("portata", label, most, "l/s", limit, FAILS, sentence, step=3)


_AFTER_WORKS = "Si valuta quando ci sono opere con le misure che servono."


def _emptying(found: Findings) -> Check:
    label, empties = "Tempo di svuotamento", found.emptying
    if empties is None:
        return Check("svuotamento", label, None, "h", "", LACKS, found.outlet_problem or _AFTER_WORKS, step=4)
    limit = f"al massimo {format_number(empties.longest_h, 'h')}"
    if empties.time_h is None:
        sentence = (
            "Le opere non si svuotano: serve uno scarico sul fondo, o un'infiltrazione che si possa contare."
        )
        return Check("svuotamento", label, None, "h", limit, FAILS, sentence, step=4)
    of = f"i {format_number(empties.from_m3, 'm3', 1)} dovuti"
    if empties.second_m3 is None:
        sentence = f"Nei termini, per {of}, con lo scarico di progetto."
        return Check("svuotamento", label, empties.time_h, "h", limit, HOLDS, sentence, step=4)
    wanted = format_number(empties.second_m3, "m3", 1)
    if (found.provided_m3 or 0.0) >= empties.second_m3 * (1 - _SAME):
        sentence = f"Oltre i termini per {of}, ma c'è posto per un secondo evento ({wanted})."
        return Check("svuotamento", label, empties.time_h, "h", limit, ALLOWED, sentence, step=4)
    sentence = f"Oltre i termini per {of}: per un secondo evento servono {wanted}."
    return Check("svuotamento", label, empties.time_h, "h", limit, FAILS, sentence, step=4)


def _design(found: Findings) -> Check:
    trial, held = found.design, found.provided_m3
    label = "Evento di progetto nelle opere"
    if found.held is None or held is None:
        sentence = found.outlet_problem or _AFTER_WORKS
        return Check("evento_progetto", label, None, "m3", "", LACKS, sentence, step=5)
    limit = f"al massimo {format_number(held, 'm3', 1)}"
    if trial is None:
        sentence = "Non valutato: manca la curva di pioggia (a, n) o il comune."
        state = OPEN if not found.uses_rain else LACKS
        return Check("evento_progetto", label, None, "m3", limit, state, sentence, step=5)
    if trial.peak_m3 <= held * (1 + _SAME):
        sentence = "Con lo scarico di progetto l'evento resta sotto il franco."
        return Check("evento_progetto", label, trial.peak_m3, "m3", limit, HOLDS, sentence, step=5)
    more = format_number(trial.peak_m3 - held, "m3", 1)
    sentence = f"{said_of(trial)}. Servono almeno {more} in più sotto il franco{_or_outlet(found)}."
    return Check("evento_progetto", label, trial.peak_m3, "m3", limit, FAILS, sentence, step=5)


def _or_outlet(found: Findings) -> str:
    """Return what else could be done, where the outlet is what makes the event ask for more than is due."""
    if not found.event_governs:
        return ""
    if found.only_soil:
        return f", o più infiltrazione: {slower(found)}"
    if isinstance(found.outlet, ConstantOutlet):
        slow = (found.most_l_s or 0.0) < found.assessment.discharge.l_s * (1 - _SAME)
        return f", o uno scarico più vicino al limite: {slower(found)}" if slow else ""
    return f", o un regolatore di portata: {slower(found)}"


def said_of(trial: Trial) -> str:
    """Say what an event asks for and, where the works cannot hold it, what stays in and what runs over."""
    wanted = format_number(trial.peak_m3, "m3", 1)
    if not trial.spilled_m3:
        return f"L'evento chiede {wanted}, oltre il franco e sotto il bordo"
    inside, over = format_number(trial.brim_m3, "m3", 1), format_number(trial.spilled_m3, "m3", 1)
    return f"Servirebbero {wanted}: se ne invasano {inside}, fino al bordo, e {over} traboccano"


def _beyond(found: Findings) -> Check:
    period = found.check_period_year
    label = f"Verifica con tempo di ritorno {period:g} anni"
    if found.held is None:
        sentence = found.outlet_problem or _AFTER_WORKS
        return Check("evento_verifica", label, None, "m3", "", LACKS, sentence, step=5)
    limit = f"al massimo {format_number(found.held.brim_m3, 'm3', 1)} fino al bordo"
    trial = found.beyond
    if trial is None:
        sentence = (
            f"Non valutata: indicare la curva di pioggia dei {period:g} anni (a di verifica) o il comune."
        )
        state = OPEN if not found.uses_rain else LACKS
        return Check("evento_verifica", label, None, "m3", limit, state, sentence, step=5)
    if found.design is not None and trial.peak_m3 < found.design.peak_m3:
        sentence = "La pioggia di verifica è minore di quella di progetto: controllare a di verifica."
        return Check("evento_verifica", label, trial.peak_m3, "m3", limit, LACKS, sentence, step=5)
    if not trial.spilled_m3:
        sentence = "L'evento resta nelle opere, franco compreso."
        return Check("evento_verifica", label, trial.peak_m3, "m3", limit, HOLDS, sentence, step=5)
    excess = said_of(trial)
    if found.request.calcolo.eccedenza:
        sentence = f"{excess}; il progetto dice dove vanno: {found.request.calcolo.eccedenza}"
        return Check("evento_verifica", label, trial.peak_m3, "m3", limit, ALLOWED, sentence, step=5)
    sentence = f"{excess}: dire dove vanno senza danno, o aumentare il franco."
    return Check("evento_verifica", label, trial.peak_m3, "m3", limit, LACKS, sentence, step=5)


def _infiltration(found: Findings) -> Iterator[Check]:
    ground = found.ground
    if ground.soaking:
        label = "Infiltrazione"
        if ground.counts:
            note = "; ".join(ground.cautions) or "Le prove permettono di contarla"
            sentence = f"{note[:1].upper()}{note[1:]}."
            yield Check("infiltrazione", label, ground.l_s, "l/s", "", HOLDS, sentence, step=2)
        else:
            sentence = f"Non si conta: {'; '.join(ground.reasons)}."
            state = LACKS if found.only_soil else OPEN
            yield Check("infiltrazione", label, 0.0, "l/s", "", state, sentence, step=2)
    if found.request.terreno.sola_infiltrazione:
        share = f"{format_number(100 * found.reduction_share, '%', 0)} in meno sul minimo"
        label = "Riduzione per sola infiltrazione"
        if ground.bonus:
            sentence = "Condizioni presenti; regola da verificare sul testo."
            yield Check("riduzione", label, None, "1", share, HOLDS, sentence, step=2)
        else:
            sentence = f"Non applicata: {'; '.join(ground.bonus_reasons)}."
            yield Check("riduzione", label, None, "1", share, OPEN, sentence, step=2)
