"""Sentences a person must read with the figure."""

from __future__ import annotations

from collections.abc import Iterator

from trama.analyses.invarianza.limits import REGULATION, Discharge, Emptying
from trama.analyses.invarianza.method import DETAILED, MethodResult
from trama.analyses.invarianza.place import Rain, rain_notice
from trama.analyses.invarianza.question import Question
from trama.analyses.invarianza.regulation import ComuneRow, Regulation
from trama.kernel.units import format_number

AGAIN = "ripetere il calcolo con quel tempo di ritorno."
"""How the notice of the check return period ends where the calculation does not do it by itself."""


def place_notices(law: Regulation, criticality: str) -> Iterator[str]:
    """Yield what the place calls for."""
    yield law.notice("versione")
    if criticality != "A":
        yield law.notice("piani_attuativi")


def rain_notices(
    law: Regulation, question: Question, comune: ComuneRow | None, rain: Rain | None, result: MethodResult
) -> Iterator[str]:
    """Yield what the rainfall calls for, where the method uses it."""
    if rain is None or result.duration_h is None:
        if question.a_mm is not None or question.return_period_year is not None:
            yield "Il metodo dovuto non usa la curva di pioggia: quella indicata non cambia il risultato."
        return
    if question.a_mm is None:
        if sentence := rain_notice(comune):
            yield sentence
        check = law("tempo_ritorno_verifica").value
        if (rain.return_period_year or 0) < check:
            yield (
                f"Le opere così dimensionate vanno verificate anche con un tempo di ritorno di {check} anni: "
                f"{AGAIN}"
            )
    elif question.return_period_year is not None:
        yield (
            "La curva indicata (a, n) è già quella di un tempo di ritorno: quello scritto a parte resta "
            "nella spiegazione e non cambia il calcolo."
        )
    covered = law("durate_curva_h").value
    if result.duration_h > covered["a"]:
        yield (
            f"La durata critica, {format_number(result.duration_h, 'h')}, è oltre le durate per cui le "
            f"linee segnalatrici sono stimate ({covered['da']}-{covered['a']} ore): la curva è estrapolata."
        )


def volume_notices(
    law: Regulation, question: Question, method: str, discharge: Discharge, emptying: Emptying
) -> Iterator[str]:
    """Yield what the method, the discharge and the emptying call for."""
    if method == "minimi_art12c1":
        yield law.notice("suolo")
    if method == DETAILED:
        yield law.notice("afflusso")
    if question.limit_l_s is not None and discharge.set_by == REGULATION:
        yield (
            f"La portata indicata, {format_number(question.limit_l_s, 'l/s')}, non è più restrittiva del "
            f"regolamento: vale {format_number(discharge.l_s, 'l/s')}."
        )
    if question.infiltration_only and question.soil_l_s is None:
        yield law.notice("infiltrazione")
    if emptying.ready_again_m3 is not None:
        yield (
            f"Lo svuotamento dura {format_number(emptying.time_h, 'h')}, oltre le {emptying.longest_h:g} "
            f"ore: per contenere un secondo evento servono {format_number(emptying.ready_again_m3, 'm3')}."
        )
