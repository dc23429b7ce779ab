"""Why a figure of supply is what it is: which services count, which do not and why, place by place."""

from __future__ import annotations

from typing import Any

from trama import __version__
from trama.analyses.access.errors import NoSupply
from trama.analyses.access.ground import Ground
from trama.analyses.access.kept import plain
from trama.analyses.access.layers import SUPPLY
from trama.analyses.access.memory import Memory
from trama.analyses.access.rules import Rules
from trama.analyses.access.supply import Counted, counted
from trama.kernel.trace import Node, ParameterUse, Trace

FORMULA = (
    "Σ residenti · (Σ servizi raggiunti: W · capienza / Σ residenti che lo raggiungono · W) / Σ residenti"
)
LISTED = 500
"""Services named one by one in a trace; the others are counted."""


def supply_uses(rules: Rules, voce: str, group: str) -> tuple[ParameterUse, ...]:
    """Quote the norms of the supply of an entry, at the pace of a group."""
    weights = "decadimento" if rules.catchment in rules.decays else "decadimento_zone"
    return (
        rules.taxonomy.use(only=voce),
        rules.norms["velocita"].use(only=group),
        *rules.uses("zone_bacino", weights, "anni_di_un_gruppo", "distanza_nodo_m"),
    )


def supply_node(ground: Ground, rows: list[dict[str, Any]]) -> tuple[Node, ...]:
    """Return the supply of the whole in a run's trace, entry by entry; nothing without any."""
    whole = [row for row in rows if row["ambito"] == "territorio"]
    if not whole:
        return ()
    rules = ground.rules
    weights = "decadimento" if rules.catchment in rules.decays else "decadimento_zone"
    return (
        Node(
            "offerta",
            "Offerta e domanda: posti per cento residenti delle età servite",
            len(whole),
            "count",
            FORMULA,
            note="La domanda è dei soli residenti del territorio.",
            inputs=tuple(_place(row, row["voce"], row["voce_nome"]) for row in whole),
            parameters=rules.uses("zone_bacino", weights, "anni_di_un_gruppo"),
        ),
    )


def supply_trace(memory: Memory, voce: str) -> Trace:
    """Explain the supply of an entry: ``territorio/territorio``, ``zona/<key>``, ``comune/<istat>``.

    Raises
    ------
    NoSupply
        The run has none for that entry.
    """
    version = memory.run.get(SUPPLY)
    rows = [] if version is None else version.table().to_dict("records")
    rows = [{key: plain(value) for key, value in row.items()} for row in rows if row["voce"] == voce]
    if version is None or not rows:
        raise NoSupply(given=voce[:60])
    whole, rules = rows[0], memory.rules
    of = counted(rules, memory.services, voce)
    kinds = (("territorio", "Territorio"), ("zona", "Zone omogenee"), ("comune", "Comuni"))
    places = tuple(
        Node(
            kind,
            title,
            len(its),
            "count",
            inputs=tuple(_place(row, row["luogo"], row["nome"]) for row in its),
        )
        for kind, title in kinds
        if (its := [row for row in rows if row["ambito"] == kind])
    )
    root = Node(
        "offerta",
        f"{whole['voce_nome']}: {whole['unita']} per cento abitanti, {whole['eta_da']}-{whole['eta_a']} anni",
        _rounded(whole["posti_per_100"]),
        "1",
        FORMULA,
        note=_note(whole),
        inputs=(*_services(memory, of), *places),
        parameters=supply_uses(rules, voce, whole["gruppo"]),
        layers=(
            version.use(),
            memory.version.use(),
            *(one.use() for _layer, one in sorted(memory.inputs.items())),
        ),
    )
    asked = {"voce": voce, "serie": rules.set_id, **rules.asked}
    return Trace("access offerta", rules.day, root, __version__, asked)


def _services(memory: Memory, of: Counted) -> tuple[Node, ...]:
    services = memory.services
    offered = float(services.capacity[of.rows].sum()) if len(of.rows) else None
    kinds = (
        ("senza_capienza", "Servizi che non dichiarano la capienza: non contano", of.silent),
        (
            "altra_unita",
            f"Servizi che la dichiarano in un'unità diversa da «{of.unit}»: non si sommano",
            of.other,
        ),
    )
    return (
        Node("contati", f"Servizi con la capienza in «{of.unit}»", len(of.rows), "count", source="mappa"),
        Node("capienza", f"Capienza in tutto, in «{of.unit}»", _rounded(offered), "1", source="mappa"),
        *(
            Node(
                key,
                title,
                len(rows),
                "count",
                source="mappa",
                note=f"Se ne elencano {LISTED}." if len(rows) > LISTED else "",
                inputs=tuple(
                    Node(
                        str(services.id[row]),
                        str(services.name[row]) or str(services.id[row]),
                        _rounded(float(services.capacity[row])) if key == "altra_unita" else None,
                        "1",
                        source="mappa",
                        note=str(services.unit[row]) if key == "altra_unita" else "capienza non dichiarata",
                    )
                    for row in rows[:LISTED]
                ),
            )
            for key, title, rows in kinds
        ),
    )


def _place(row: dict[str, Any], key: str, name: str) -> Node:
    without = row["quota_senza"]
    return Node(
        key,
        name,
        _rounded(row["posti_per_100"]),
        "1",
        note=_note(row),
        inputs=(
            Node("residenti", "Residenti di quelle età", _rounded(row["residenti"]), "inhabitant"),
            Node("con_dato", "Di questi, con il dato", _rounded(row.get("residenti_con_dato")), "inhabitant"),
            Node(
                "quota_senza",
                "Quota che non ne raggiunge nessuno",
                None if without is None else round(without, 6),
                "1",
                note=str(row.get("limite_senza") or ""),
            ),
        ),
    )


def _note(row: dict[str, Any]) -> str:
    if row["posti_per_100"] is None:
        said = f"dato mancante; {row.get('motivo') or 'nessuna fonte rileva il servizio'}"
    else:
        said = ": ".join(part for part in (row.get("limite"), row.get("motivo")) if part)
    return said


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)
