"""The summary of the register as plain JSON, and the explanation of its totals."""

from __future__ import annotations

from typing import Any

from trama import __version__
from trama.analyses.opere.effects import STORM, SUMMER
from trama.analyses.opere.register import LAYER
from trama.analyses.opere.summary import RULE, Part, Summary
from trama.analyses.opere.tracing import LABELS
from trama.kernel.errors import TramaError
from trama.kernel.trace import LayerUse, Node, Trace
from trama.lake import Lake


def summary_json(summary: Summary) -> dict[str, Any]:
    """Return the answer of ``trama opere riepilogo``, its envelope apart."""
    register, choice = summary.register, summary.choice
    return {
        "registro": {
            "livello": LAYER,
            "versione": register.version.id,
            "opere": len(register.works),
            "sintetico": register.version.synthetic,
        },
        "filtri": {"fondo": choice.fund, "stato": choice.state, "comune": choice.comune},
        "totale": summary.total.to_json(),
        **{name: [total.to_json() for total in totals] for name, totals in summary.by.items()},
        "effetti": {
            "versione": summary.effects.id if summary.effects else None,
            "trace": summary.effects.provenance.trace if summary.effects else None,
            "sintetico": summary.synthetic_effects if summary.effects else None,
        },
        "non_stimate": [
            {"motivo": why, "opere": [work.id for work in works]} for why, works in summary.lacking.items()
        ],
        "non_sulla_mappa": [work.id for work in summary.unplaced],
        "fondi_non_in_elenco": register.unknown_funds,
        "soluzioni_non_in_catalogo": register.unknown_solutions,
        "attestati": attested(summary),
        "regola": RULE,
    }


def attested(summary: Summary) -> list[dict[str, Any]]:
    """Return, for each fund of which a text says the totals, what it says beside what the register holds."""
    sums = {total.key: total for total in summary.by["fondi"]}
    rows = []
    for key, row in summary.register.funds.value.items():
        if row["amount_eur"] is None and row["works"] is None:
            continue
        total = sums.get(key)
        rows.append(
            {
                "fondo": key,
                "nome": row["name_it"],
                "importo_attestato": row["amount_eur"],
                "opere_attestate": row["works"],
                "importo_nel_registro": total.to_json()["importo"] if total else 0.0,
                "opere_nel_registro": len(total.works) if total else 0,
                "stato": row["status"],
                "fonte": row["act"],
            }
        )
    return rows


def summary_trace(lake: Lake, summary: Summary) -> Trace:
    """Return the explanation: ``importo``, ``contributo``, ``m3_*``, ``idren_m2``, ``costo_m3``."""
    register = summary.register.version.use()
    effects = (summary.effects.use(),) if summary.effects else ()
    norms = _norms(lake, summary)
    shared = tuple(version.use() for version in summary.places.values())
    cut = (summary.places["comuni"].use(),) if summary.choice.comune and "comuni" in summary.places else ()
    total = summary.total
    money = [
        _sum("importo", "Importo delle opere", "EUR", summary.parts, _cents("cents"), (register, *cut)),
        _sum("contributo", "Contributi", "EUR", summary.parts, _cents("granted_cents"), (register, *cut)),
    ]
    figures = {f"m3_{SUMMER}": (LABELS[SUMMER], "m3"), f"m3_{STORM}": (LABELS[STORM], "m3")}
    figures["idren_m2"] = ("Superficie drenante in più", "m2")
    sums = [
        _sum(name, label, unit, summary.parts, _figure(name), (register, *effects, *cut), norms)
        for name, (label, unit) in figures.items()
    ]
    paid = (
        Node("importo_stimate", "Importo delle opere stimate", total.paid_cents / 100, "EUR"),
        Node("m3_stimate", LABELS[STORM], round(total.paid_m3, 3), "m3"),
    )
    cost = Node(
        "costo_m3",
        "Costo per metro cubo tenuto fuori dalla fognatura",
        None if total.eur_m3 is None else round(total.eur_m3, 2),
        "EUR/m3",
        "importo / metri cubi, delle sole opere che hanno l'uno e gli altri",
        inputs=(*paid, *norms),
        layers=(register, *effects, *cut),
    )
    root = Node(
        "opere",
        "Totali delle opere finanziate",
        len(total.works),
        "count",
        "conteggio delle opere",
        note=RULE,
        inputs=(*money, *sums, cost),
        parameters=(summary.least.use(), summary.register.funds.use(), summary.register.states.use()),
        layers=(register, *effects, *shared),
    )
    choice = summary.choice
    asked = {"fondo": choice.fund, "stato": choice.state, "comune": choice.comune}
    return Trace("Opere finanziate: totali", summary.day, root, __version__, asked)


def _sum(
    key: str,
    label: str,
    unit: str,
    parts: tuple[Part, ...],
    value_of: Any,
    layers: tuple[LayerUse, ...],
    norms: tuple[Node, ...] = (),
) -> Node:
    values = [(part, value_of(part)) for part in parts]
    known = [value for _, value in values if value is not None]
    missing = len(values) - len(known)
    inputs = tuple(
        Node(
            part.work.step,
            part.work.name,
            None if value is None else round(value, 3) + 0.0,
            unit,
            source="dichiarato" if unit == "EUR" else "calcolato",
            note=_note(part, value, unit),
        )
        for part, value in values
    )
    told = (
        f"1 opera su {len(values)} non ha il dato e non conta come zero"
        if missing == 1
        else f"{missing} opere su {len(values)} non hanno il dato e non contano come zero"
    )
    total = round(sum(known), 3) + 0.0 if known else None
    return Node(
        key,
        label,
        total,
        unit,
        "somma delle opere",
        note=told if missing else "",
        inputs=(*inputs, *norms),
        layers=layers,
    )


def _note(part: Part, value: float | None, unit: str) -> str:
    told = [part.why or "non dichiarato"] if value is None else []
    if value is None and unit == "EUR":
        told = ["non dichiarato"]
    if part.share < 1:
        told.append(f"quota del {100 * part.share:.1f} % nel comune".replace(".", ","))
    return "; ".join(told)


def _cents(name: str) -> Any:
    def euro(part: Part) -> float | None:
        cents = getattr(part, name)
        return None if cents is None else cents / 100

    return euro


def _figure(name: str) -> Any:
    return lambda part: part.figures[name]


def _norms(lake: Lake, summary: Summary) -> tuple[Node, ...]:
    """Return the step that quotes the norms behind the effects, as the run that estimated them used them."""
    if summary.effects is None:
        return ()
    trace = summary.effects.provenance.trace
    try:
        uses = tuple(lake.traces.load(trace).parameters())
    except TramaError:
        uses = ()
    note = f"ogni opera è spiegata, passo per passo, in {trace}"
    return (
        Node(
            "norme",
            "Quante norme e quanti dati usano le stime",
            len(uses),
            "count",
            note=note,
            parameters=uses,
        ),
    )
