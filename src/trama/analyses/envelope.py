"""What every JSON answer carries, on the command line and on the site alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from trama import __version__
from trama.kernel.trace import LayerUse, ParameterUse, Trace


def envelope(
    body: dict[str, Any],
    *,
    day: date,
    layers: Iterable[LayerUse] = (),
    unofficial: Iterable[ParameterUse] = (),
    trace: str | None = None,
) -> dict[str, Any]:
    """Wrap an answer: version of the software, day of the law, data read, unofficial values, trace."""
    return {
        "versione": __version__,
        "giorno": day.isoformat(),
        **body,
        "dati": [
            {"livello": use.layer, "titolo": use.title, "versione": use.version, "sintetico": use.synthetic}
            for use in layers
        ],
        "valori_non_ufficiali": [
            {"parametro": use.path, "nome": use.label, "stato": use.status.value, "fonte": str(use.citation)}
            for use in unofficial
        ],
        "trace": trace,
    }


def traced(body: dict[str, Any], trace: Trace) -> dict[str, Any]:
    """Wrap an answer whose layers and unofficial values are those of its trace."""
    return envelope(body, day=trace.day, layers=trace.layers(), unofficial=trace.unofficial(), trace=trace.id)
