"""What a land take costs, as plain JSON: the same on the command line and on the page."""

from __future__ import annotations

from typing import Any

from trama.analyses.suoli.consumption import Consumption
from trama.analyses.suoli.heat import assumed
from trama.analyses.suoli.land import DOWNSTREAM, SOIL_TIME
from trama.kernel.trace import Node
from trama.kernel.units import UNITS, format_number


def consumption_json(found: Consumption) -> dict[str, Any]:
    """Return the answer of ``trama suoli consumo``, its envelope apart."""
    built, drawn_m2 = found.site.built, float(found.question.geometry.area)
    land = {node.key: node.value for node in found.land.inputs}
    return {
        "nome": found.question.nome,
        "area_m2": drawn_m2,
        "area_contata_m2": built.area_m2,
        "acqua_m2": found.site.water_m2,
        "comuni": [{**one.to_json(), "quota_area": one.area_m2 / drawn_m2} for one in found.where.comuni],
        "quota_fuori": found.where.outside_share,
        "quota_con_dati": found.known_share,
        "avvisi": [notice.it for notice in found.notices],
        "composizione": {
            "fonte": built.source,
            "superfici_m2": {key: share * built.area_m2 for key, share in built.shares.items()},
        },
        "suolo": {
            "nuovo_impermeabile_m2": found.land.value,
            **{f"{key}_m2": value for key, value in land.items()},
            **{f"{one.key}_m2": one.value for node in found.land.inputs for one in _takes(node)},
        },
        "suoli_consumati": [
            {"classe": int(node.key.removeprefix("classe_")), "nome": node.label, "ha": node.value}
            for node in found.by_class.inputs
        ],
        "suoli_nota": found.by_class.note,
        "perdite": [loss_json(node) for node in found.losses],
        "assunto": assumed(found.site),
        "unita_in_parole": _units(found),
        "reversibilita": SOIL_TIME,
        "a_valle": DOWNSTREAM,
    }


_UNITS = {
    "point*ha": "i punti di offerta persi (da 0 a {full}) per gli ettari su cui si perdono",
    "CC*ha": "la capacità di raffrescamento persa (CC, da 0 a 1) per gli ettari",
    "degC*ha": "i gradi in più della notte per gli ettari",
}


def _units(found: Consumption) -> list[str]:
    """Return what the products by hectare in the losses mean, one line each."""
    full = f"{found.site.rules.full_points:g}"
    known = {node.unit for node in found.losses if node.value is not None}
    return [f"{UNITS[unit]}: {said.format(full=full)}" for unit, said in _UNITS.items() if unit in known]


def _takes(node: Node) -> tuple[Node, ...]:
    return node.inputs if node.key in ("permanente", "reversibile") else ()


def loss_json(node: Node) -> dict[str, Any]:
    """Return one loss; a value of None is missing, with the reason in ``nota``."""
    steps = {one.key: one for one in node.inputs}
    return {
        "id": node.key,
        "nome": node.label,
        "valore": node.value,
        "unita": node.unit,
        "valore_testo": format_number(_number(node), node.unit),
        "parole": _words(node, steps),
        "prima": steps["prima"].value if "prima" in steps else None,
        "dopo": steps["dopo"].value if "dopo" in steps else None,
        "unita_prima_dopo": UNITS[steps["prima"].unit] if "prima" in steps else "",
        "grandezza": _PLAIN.get(node.key, ""),
        "stato": node.status.value if node.status else None,
        "nota": node.note,
    }


_PLAIN = {"notte": "intensità edificata", "raffrescamento": "capacità di raffrescamento (CC)"}
"""What goes from today to after where the figure has no unit to tell it by."""


def _words(node: Node, steps: dict[str, Node]) -> str:
    """Say in words what a figure alone does not: a gain, or how much warmer the night is; else nothing.

    Empty too where the value is missing.
    """
    value = _number(node)
    if value is None:
        return ""
    if "gradi" in steps:
        degrees = _number(steps["gradi"]) or 0.0
        if not round(degrees, 2):
            return "notte come oggi, in media sull'area"
        much = format_number(abs(degrees), "degC", 2)
        return f"notte più {'calda' if degrees > 0 else 'fresca'} di {much}, in media sull'area"
    return f"si guadagnano {format_number(-value, node.unit)}" if value < 0 else ""


def _number(node: Node) -> float | None:
    return float(node.value) if isinstance(node.value, int | float) else None
