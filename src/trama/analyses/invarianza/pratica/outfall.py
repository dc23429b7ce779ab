"""The outlet towards the receiver, as declared."""

from __future__ import annotations

from trama.analyses.invarianza.pratica.law import Practice
from trama.analyses.invarianza.pratica.request import Pratica
from trama.engines.invariance import ConstantOutlet, NoOutlet, Orifice, Outlet
from trama.kernel.trace import Node
from trama.kernel.units import format_number

KEY, LABEL = "scarico", "Legge dello scarico"
LACKING = "Indicare come esce l'acqua: portata costante (regolatore o pompa) o luce circolare, con le misure."


def outlet(practice: Practice, request: Pratica, *, soil_only: bool) -> tuple[Outlet | None, Node, str]:
    """Return the law of the outlet, its step, and what it lacks (empty where nothing).

    Raises
    ------
    BadOutlet, BadLimit
        A measure that cannot be.
    """
    given = request.scarico
    if soil_only:
        return NoOutlet(), Node(KEY, LABEL, "nessuno scarico in un ricettore", "text"), ""
    if given.tipo == "costante" and given.portata_l_s is not None:
        text = f"portata costante di {format_number(given.portata_l_s, 'l/s')}"
        return ConstantOutlet(given.portata_l_s), Node(KEY, LABEL, text, "text", source="dichiarato"), ""
    if given.tipo == "luce" and given.diametro_mm is not None:
        if problem := _misplaced(request, given.diametro_mm / 1000, given.quota_m):
            return None, Node(KEY, LABEL, None, "text", source="mancante", note=problem), problem
        return _opening(practice, request, given.diametro_mm)
    return None, Node(KEY, LABEL, None, "text", source="mancante", note=LACKING), LACKING


def _misplaced(request: Pratica, diameter_m: float, height_m: float) -> str:
    """Say that an opening cannot be in the wall of the deepest work; empty where it can."""
    depths = [one.altezza_m if one.altezza_m is not None else one.diametro_m for one in request.opere]
    deepest_m = max((depth for depth in depths if depth is not None), default=None)
    if deepest_m is None:
        return ""
    deepest = format_number(deepest_m, "m")
    if height_m >= deepest_m:
        return (
            f"La luce è a {format_number(height_m, 'm')} dal fondo e l'opera più alta misura {deepest}: "
            "l'acqua non vi arriva. La quota si scrive in metri, dal fondo."
        )
    if diameter_m > deepest_m:
        return (
            f"La luce ha un diametro di {format_number(diameter_m, 'm')}, più dell'opera più alta "
            f"({deepest}): il diametro si scrive in millimetri."
        )
    return ""


def _opening(practice: Practice, request: Pratica, diameter_mm: float) -> tuple[Outlet, Node, str]:
    given, table = request.scarico, practice("coefficiente_efflusso")
    declared = given.coefficiente is not None
    coefficient = given.coefficiente if given.coefficiente is not None else float(table.value)
    opening = Orifice(diameter_mm / 1000, coefficient, given.quota_m)
    height = f"a {format_number(given.quota_m, 'm')} dal fondo" if given.quota_m else "sul fondo"
    node = Node(
        KEY,
        LABEL,
        f"luce circolare di {format_number(diameter_mm, 'mm', 0)} {height}",
        "text",
        "Q = C·A·√(2·g·(h − D/2)) sopra il colmo, C·A·√(g·D)·(h/D)^1,5 sotto",
        source="dichiarato",
        inputs=(
            Node(
                "coefficiente",
                "Coefficiente di efflusso, C",
                coefficient,
                source="dichiarato" if declared else "tabella",
                parameters=() if declared else (table.use(),),
            ),
        ),
    )
    return opening, node, ""
