"""The tables an index leaves in the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trama.analyses.indices.tracing import Ranked
from trama.analyses.territory.made import lay_beside
from trama.kernel.layers import Manifest, Provenance
from trama.kernel.trace import Trace

if TYPE_CHECKING:
    import geopandas

MADE_BY = "indici"


def rows_of(one: Ranked) -> list[dict[str, Any]]:
    """Return one row per place, the key named ``key``; what is missing is None."""
    return [_row(one, unit) for unit in range(len(one.matrix.places.keys))]


def _row(one: Ranked, unit: int) -> dict[str, Any]:
    told, rules, row = one.assessment, one.matrix.rules, one.row_of(unit)
    prepared = told.prepared
    values = {
        name: float(value) if np.isfinite(value) else None
        for name, value in zip(rules.order, one.matrix.values[unit], strict=True)
    }
    body: dict[str, Any] = {
        "key": one.matrix.places.keys[unit],
        "nome": one.matrix.places.names[unit],
        "indicatori_usati": len(prepared.names),
        "indicatori_dichiarati": len(rules.order),
    }
    if row is None:
        blank = ("indice", "rango", "rango_mediano", "rango_basso", "rango_alto", "classe", "classe_nome")
        pillars: dict[str, Any] = {f"pilastro_{key}": None for key in rules.index.pillars}
        return {**body, **dict.fromkeys(blank), "stimati": "", "sposta_di_piu": "", **pillars, **values}
    index = float(told.index[row])
    grade = rules.class_of(index)
    mover = int(told.removal.mover[row])
    return {
        **body,
        "indice": index,
        "rango": int(told.rank[row]),
        "rango_mediano": int(told.interval.median[row]),
        "rango_basso": int(told.interval.low[row]),
        "rango_alto": int(told.interval.high[row]),
        "classe": grade,
        "classe_nome": rules.class_name(grade),
        "stimati": ", ".join(
            name for name, guess in zip(prepared.names, prepared.estimated[row], strict=True) if guess
        ),
        "sposta_di_piu": prepared.names[mover] if mover >= 0 else "",
        **{f"pilastro_{key}": _score(one, row, key) for key in rules.index.pillars},
        **values,
    }


def _score(one: Ranked, row: int, pillar: str) -> float | None:
    pillars = one.assessment.prepared.pillars
    if pillar not in pillars:
        return None
    score = float(one.assessment.scores[row, pillars.index(pillar)])
    return score if np.isfinite(score) else None


def table_of(manifest: Manifest, one: Ranked) -> geopandas.GeoDataFrame:
    """Lay the rows beside the shapes, in the manifest's columns."""
    rows = [{str(manifest.key): row.pop("key"), **row} for row in rows_of(one)]
    return lay_beside(manifest, one.matrix.places.table, rows)


def provenance_of(trace: Trace, trace_id: str) -> Provenance:
    """Say where the tables come from: the layers of the trace, the day of the law."""
    layers = trace.layers()
    return Provenance(
        made_by=MADE_BY,
        synthetic=any(use.synthetic for use in layers),
        inputs={use.layer: use.version for use in layers},
        asked=dict(trace.asked),
        day=trace.day.isoformat(),
        trace=trace_id,
    )
