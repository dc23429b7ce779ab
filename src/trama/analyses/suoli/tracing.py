"""Why each figure of the soils map is what it is."""

from __future__ import annotations

from typing import Any

from trama import __version__
from trama.analyses.suoli.ground import Ground
from trama.analyses.suoli.places import SoilsOf
from trama.analyses.suoli.rules import Service
from trama.kernel.trace import LayerUse, Node, Trace
from trama.kernel.units import format_number

WHOLE_SHARE = 0.995
FORMULA = "Σ peso · offerta / Σ peso, sulle celle che hanno tutti i servizi in uso"
TITLES = {"comuni": "Comuni", "upa": "Unità Paesistico Ambientali"}


def asked(ground: Ground) -> dict[str, Any]:
    """Return what distinguishes this run: the services in use and those without a layer."""
    return {
        "servizi": [one.id for one in ground.in_use if one.weight > 0],
        "servizi_mancanti": [one.id for one in ground.absent],
    }


def run_trace(ground: Ground, places: dict[str, list[SoilsOf]]) -> Trace:
    """Build the trace of a run; figures are at ``comuni/<istat>/attitudine``..."""
    groups = tuple(
        Node(layer, TITLES[layer], len(rows), "count", inputs=tuple(_place(ground, layer, r) for r in rows))
        for layer, rows in places.items()
    )
    missing = ", ".join(one.name_it for one in ground.absent)
    root = Node(
        "suoli",
        "Carta dei suoli per attitudine a generare servizi ecosistemici",
        len([one for one in ground.in_use if one.weight > 0]),
        "count",
        formula="servizi in uso, ciascuno con il suo peso",
        note=f"Senza livello, quindi dato mancante: {missing}." if missing else "",
        inputs=groups,
        parameters=(ground.rules.table.use(),),
    )
    return Trace("suoli carta", ground.rules.day, root, __version__, asked(ground))


def raster_trace(layer: str, ground: Ground, cells: int) -> Trace:
    """Build the trace of a raster: formula, norms and versions; `cells` are those of the grid."""
    rules = ground.rules
    formulas = {
        "attitudine_suoli": FORMULA,
        "offerta_ricarica": "offerta = punti per unità · K-dren, tra 0 e il massimo",
        "attitudine_matrice": "(clima locale + protezione dalle piene) / 2, per classe di copertura",
    }
    uses, layers = {
        "attitudine_suoli": (
            (*(rules.service_use(one) for one in ground.in_use if one.weight > 0), rules.full.use()),
            tuple(one.layer for one in ground.in_use if one.weight > 0),
        ),
        "offerta_ricarica": ((rules.table.use(only="ricarica"), rules.full.use()), ("kdren",)),
        "attitudine_matrice": ((rules.matrix.use(),), ("uso_suolo",)),
    }[layer]
    root = Node(
        layer,
        f"Celle della griglia: {layer}",
        cells,
        "count",
        formulas[layer],
        parameters=uses,
        layers=tuple(ground.versions[one].use() for one in layers),
    )
    known_about = asked(ground) if layer == "attitudine_suoli" else {}
    return Trace(f"suoli: {layer}", rules.day, root, __version__, known_about)


def _place(ground: Ground, layer: str, place: SoilsOf) -> Node:
    rules, zoning = ground.rules, ground.versions[layer].use()
    supplies = tuple(_supply(ground, one, place) for one in rules.services)
    total = Node(
        "attitudine",
        "Attitudine dei suoli a generare servizi ecosistemici",
        place.attitudine,
        "point",
        FORMULA,
        note=_coverage(place),
        inputs=tuple(node for node in supplies if node.value is not None),
        parameters=tuple(rules.service_use(one) for one in ground.in_use if one.weight > 0),
        layers=(zoning,),
    )
    grade = Node(
        "classe",
        f"Classe di attitudine: {place.classe_nome or 'non assegnabile'}",
        place.classe,
        "class",
        "classe dell'attitudine media; da 1 (minima) a 5 (massima)",
        note="" if place.classe else "manca l'attitudine",
        parameters=(rules.steps.use(),),
    )
    area = Node(
        "superficie_m2", "Superficie", place.superficie_m2, "m2", "area delle celle", layers=(zoning,)
    )
    return Node(
        place.key,
        place.nome,
        f"attitudine {place.classe_nome}" if place.classe_nome else None,
        "text",
        note="" if place.classe_nome else "nessuna cella ha tutti i servizi in uso",
        inputs=(area, total, grade, *supplies, _matrix(ground, zoning, place)),
    )


def _matrix(ground: Ground, zoning: LayerUse, place: SoilsOf) -> Node:
    return Node(
        "attitudine_matrice",
        "Attitudine secondo la matrice di capacità (alternativa)",
        place.attitudine_matrice,
        "point",
        "media di (clima locale + protezione dalle piene) / 2 sulle celle",
        note=""
        if place.attitudine_matrice is not None
        else "nessuna cella è di una classe che la matrice ha",
        parameters=(ground.rules.matrix.use(),),
        layers=(ground.versions["uso_suolo"].use(), zoning),
    )


def _supply(ground: Ground, service: Service, place: SoilsOf) -> Node:
    value = place.offerta[service.id]
    version = ground.versions.get(service.layer)
    note = "" if value is not None else "nessuna cella del luogo ha un valore"
    if version is None:
        note = f"dato mancante: il livello «{service.layer}» non c'è ({service.how})"
    return Node(
        f"offerta_{service.id}",
        f"Offerta del servizio «{service.name_it.lower()}»",
        value,
        "point",
        f"media delle celle; {service.model}",
        note=note,
        parameters=(ground.rules.service_use(service),),
        layers=() if version is None else (version.use(),),
    )


def _coverage(place: SoilsOf) -> str:
    share = place.copertura_attitudine
    if place.attitudine is None:
        return "nessuna cella del luogo ha tutti i servizi in uso"
    if share is None or share >= WHOLE_SHARE:
        return ""
    return f"Calcolata sul {format_number(100 * share, '%')} della superficie: il resto non ha dati."
