"""The explanation of the heat side, step by step."""

from __future__ import annotations

from trama.analyses.whatif.findings import FORMULAS, Findings, coverage_note, rounded
from trama.analyses.whatif.heat import Heat, HeatNorms
from trama.analyses.whatif.people import Spared
from trama.kernel.trace import Node, ParameterUse

_NIGHT = ("distanza_raffrescamento", "area_verde_minima", "raggio_mescolamento", "isola_calore_massima_notte")
_SPREAD = "residenti × peso del costruito nel riquadro di calcolo / peso del costruito del comune"


def heat_step(found: Findings, norms: HeatNorms, heat: Heat) -> Node:
    """Return the tree of the heat: ``raffrescamento``, ``temperatura_notte``, ``gradi_persona``."""
    covers = norms.cover_uses(list(found.water.codes)) if found.water else ()
    steps = [_day(found, norms, heat, covers), _night(found, norms, heat, covers)]
    if heat.spared:
        steps.append(_spared(norms, heat.spared))
    return Node("caldo", "Caldo", inputs=tuple(steps))


def _spared(norms: HeatNorms, spared: Spared) -> Node:
    """Return the step of the degrees spared, with the residents of each comune within reach."""
    pieces = tuple(
        Node(
            one.istat,
            one.name,
            None if one.near is None else round(one.near),
            "inhabitant",
            _SPREAD,
            "stimato" if one.residents is not None else "mancante",
            inputs=(Node("residenti", "Residenti del comune", one.residents, "inhabitant", source="mappa"),),
        )
        for one in spared.people.comuni
    )
    return Node(
        "gradi_persona",
        "Gradi di notte in meno × residenti",
        rounded(spared.avoided),
        "degC*inhabitant",
        FORMULAS["gradi_persona"],
        "mancante" if spared.avoided is None else "stimato",
        spared.people.lacking,
        pieces,
        (
            *norms.uses("raggio_mescolamento", "isola_calore_massima_notte"),
            *norms.cover_uses(list(spared.people.codes)),
        ),
        spared.people.layers,
    )


def _day(found: Findings, norms: HeatNorms, heat: Heat, covers: tuple[ParameterUse, ...]) -> Node:
    before = Node(
        "prima",
        "Prima",
        rounded(heat.capacity_before),
        "1",
        source="mappa",
        parameters=covers,
        layers=found.layers[:1],
    )
    return Node(
        "raffrescamento",
        "Capacità di raffrescamento di giorno",
        rounded(heat.capacity_after),
        "1",
        FORMULAS["raffrescamento"],
        "calcolato",
        coverage_note(heat.missing_m2, float(found.layout.site.area)),
        (before,),
        (*norms.uses("pesi_cc", "et0"), *found.rows()),
    )


def _night(found: Findings, norms: HeatNorms, heat: Heat, covers: tuple[ParameterUse, ...]) -> Node:
    note = coverage_note(heat.missing_m2, float(found.layout.site.area))
    still = "media di −ΔHM · isola di calore"
    inputs = [
        Node("ad_aria_ferma", "Prima che l'aria si mescoli", rounded(heat.local_degc), "degC", still),
        Node("superficie", "Suolo attorno che cambia di almeno 0,1 °C", round(heat.felt_m2), "m2"),
    ]
    if heat.literature_degc:
        weak, strong = heat.literature_degc
        words = "media del catalogo, pesata sul suolo di ciascuna soluzione"
        inputs += [
            Node("letteratura_minima", "In letteratura, sul posto: il meno", rounded(weak), "degC", words),
            Node("letteratura_massima", "In letteratura, sul posto: il più", rounded(strong), "degC", words),
        ]
    return Node(
        "temperatura_notte",
        "Variazione della temperatura notturna",
        rounded(heat.night_degc),
        "degC",
        FORMULAS["temperatura_notte"],
        "calcolato",
        note or "soluzioni mature; gli edifici restano dove sono",
        tuple(inputs),
        (*norms.uses(*_NIGHT), *covers, *found.rows()),
        found.layers[:1],
    )
