"""All that a page needs to make the index again under somebody's hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from trama.analyses.indices.tracing import Ranked


def explorer(one: Ranked) -> dict[str, Any]:
    """Return the prepared matrix of an index on a grain, and everything that turns it into ranks.

    Places without an index are told apart, with the share of indicators they lack.
    """
    prepared, rules = one.assessment.prepared, one.matrix.rules
    places, plan = one.matrix.places, rules.plan
    raw = one.matrix.values[prepared.kept][:, [rules.order.index(name) for name in prepared.names]]
    return {
        "indice": rules.index.id,
        "titolo": rules.index.title.it,
        "giorno": rules.day.isoformat(),
        "grana": places.grain,
        "calcolabile": one.whole,
        "ogni_pilastro": rules.index.needs_every_pillar,
        "scelta": rules.choice.to_json(),
        "pilastri": [
            {
                "id": key,
                "nome": pillar.name.it,
                "complemento": pillar.complement,
                "dati": key in prepared.pillars,
            }
            for key, pillar in rules.index.pillars.items()
        ],
        "indicatori": _indicators(one),
        "luoghi": [
            {"chiave": key, "nome": name}
            for key, name, kept in zip(places.keys, places.names, prepared.kept, strict=True)
            if kept
        ],
        "senza_indice": [
            {"chiave": key, "nome": name, "mancano": float(share)}
            for key, name, kept, share in zip(
                places.keys, places.names, prepared.kept, prepared.missing_share, strict=True
            )
            if not kept
        ],
        "valori": prepared.values.tolist(),
        "grezzi": [[value if np.isfinite(value) else None for value in row] for row in raw.tolist()],
        "regole": {
            "pavimento": prepared.composite.floor if prepared.names else 0.0,
            "ampiezza_z": rules.number("ampiezza_zscore"),
            "estrazioni": plan.draws,
            "seme": plan.seed,
            "variazione": plan.spread,
            "basso": plan.low,
            "alto": plan.high,
        },
        "classi": [
            {"valore": int(key), "da": float(row["from"]), "nome": row["name_it"], "colore": row["colour"]}
            for key, row in rules.classes.value.items()
        ],
    }


def _indicators(one: Ranked) -> list[dict[str, Any]]:
    """Return the declared indicators; the ones with data say their column in the matrix and their scale."""
    prepared, rules = one.assessment.prepared, one.matrix.rules
    owner = {name: key for key, pillar in rules.index.pillars.items() for name in pillar.indicators}
    rows = []
    for name in rules.order:
        declared = rules.indicator(name)
        row: dict[str, Any] = {
            "id": name,
            "nome": declared.name.it,
            "unita": declared.unit,
            "pilastro": owner[name],
            "verso": declared.direction,
            "fonte": declared.source,
            "nota": declared.proxy,
            "colonna": None,
        }
        if name in prepared.names:
            at = prepared.names.index(name)
            row |= {
                "colonna": at,
                "basso": float(prepared.scales.low[at]),
                "alto": float(prepared.scales.high[at]),
                "sale": bool(prepared.scales.rising[at]),
                "stimati": int(prepared.estimated[:, at].sum()),
                "attenuati": int(prepared.treated[:, at].sum()),
            }
        rows.append(row)
    return rows
