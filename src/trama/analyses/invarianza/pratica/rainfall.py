"""The rainfall of a file: of which return period, from where, and whether net rain has what it wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trama.analyses.invarianza.pratica.verdict import FAILS, HOLDS, LACKS, Check
from trama.kernel.units import format_number

if TYPE_CHECKING:
    from trama.analyses.invarianza.pratica.outcome import Findings

_LABEL = "Pioggia di progetto"


def rain_checks(found: Findings) -> Iterator[Check]:
    """Yield the check of the rainfall, where the method due uses it."""
    if not found.uses_rain or found.rain is None:
        return
    curve, due = found.rain.curve, found.design_period_year
    limit = f"tempo di ritorno {due:g} anni"
    state, sentence = _state(found, due)
    yield Check("piogge", _LABEL, curve.a_mm, "mm/h^n", limit, state, sentence, step=1)


def _state(found: Findings, due: float) -> tuple[str, str]:
    period = found.rain.return_period_year if found.rain else None
    asked = found.request
    if period is not None and period < due:
        return (
            FAILS,
            f"La pioggia è di {period:g} anni, meno dei {due:g} di progetto: togliere il tempo di ritorno.",
        )
    if asked.calcolo.pioggia_netta == "horton" and asked.calcolo.gruppo_suolo is None:
        return (
            LACKS,
            "Per la pioggia netta con Horton indicare il gruppo idrologico del suolo: intanto vale il φ.",
        )
    if asked.piogge.a_mm is not None and not asked.piogge.fonte:
        return LACKS, "Indicare la fonte della curva di pioggia, e il suo tempo di ritorno."
    where = asked.piogge.fonte if asked.piogge.a_mm is not None else "tabella dei comuni"
    n = format_number(found.rain.curve.n, "1", 4) if found.rain else ""
    return HOLDS, f"n = {n}; fonte: {where}."
