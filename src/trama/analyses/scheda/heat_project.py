"""What a project does to heat: the measures ``progetto.*`` of the sheet on the heat island."""

from __future__ import annotations

from functools import cache

from trama.analyses.scheda.greens import large_green
from trama.analyses.scheda.heat import PAVING, ROOF, HeatSurfaces
from trama.analyses.scheda.place import Measures, Place
from trama.analyses.scheda.project import Project
from trama.analyses.scheda.surfaces import Composition
from trama.kernel.trace import Node
from trama.kernel.units import format_number

GENERIC = "impermeabile"
"""The class of surface that may hide roofs: people use it for anything sealed."""


def heat_measures(project: Project, place: Place) -> Measures:
    """Return what sheets may ask of a project about heat."""
    heat = cache(lambda: HeatSurfaces.at(project.book, project.folder, project.day, project.catalogue))
    return {
        "progetto.delta_cc": lambda: _change(project, heat()),
        "progetto.grande_verde": lambda: large_green(
            place,
            heat().green_m2(project.present),
            heat().green_m2(project.after),
            _weaker(project.present, project.after),
        ),
        "progetto.chiome": lambda: _canopy(project, heat()),
        "progetto.tetti_presenti": lambda: _roofs(project, heat()),
        "progetto.tetti_freschi": lambda: _cool_roofs(project, heat()),
        "progetto.pavimentazioni_fresche": lambda: _cool_paving(project, heat()),
    }


def _weaker(*compositions: Composition) -> str:
    return "stimato" if any(one.source == "stimato" for one in compositions) else "calcolato"


def _change(project: Project, heat: HeatSurfaces) -> Node:
    before = _capacity(heat, "cc_attuale", "Capacità di raffrescamento attuale", project.present, None)
    trees = heat.trees(project.solutions)
    after = _capacity(heat, "cc_progetto", "Capacità di raffrescamento del progetto", project.after, trees)
    nights = [
        _night(heat, "notte_attuale", "Di notte, stato attuale", project.present),
        _night(heat, "notte_progetto", "Di notte, progetto", project.after),
    ]
    was, becomes = (format_number(float(node.value or 0)) for node in nights)
    change = round(float(after.value or 0) - float(before.value or 0), 6)
    return Node(
        "delta_cc",
        "Variazione della capacità di raffrescamento",
        change,
        "1",
        "capacità del progetto - capacità attuale, di giorno",
        _weaker(project.present, project.after),
        f"di notte (1 - intensità edilizia) da {was} a {becomes}: non dà punti",
        (before, after, *nights),
    )


def _capacity(heat: HeatSurfaces, key: str, label: str, surfaces: Composition, trees: Node | None) -> Node:
    canopy = float(trees.value or 0) if trees else 0.0
    means = (
        Node("ombra", "Ombra", round(heat.shade(surfaces, canopy), 6)),
        Node("albedo", "Albedo", round(heat.mean(surfaces, "albedo"), 6)),
        Node("kc", "Kc estivo", round(heat.mean(surfaces, "kc_summer"), 6)),
    )
    return Node(
        key,
        label,
        round(heat.cooling(surfaces, canopy), 6),
        "1",
        "peso × ombra + peso × albedo + peso × Kc ET0 / ET0 massima (InVEST Urban Cooling)",
        _weaker(surfaces),
        surfaces.note,
        (*means, *heat.pieces(surfaces), *((trees,) if trees and trees.value else ())),
        heat.cooling_uses(),
    )


def _night(heat: HeatSurfaces, key: str, label: str, surfaces: Composition) -> Node:
    value = round(heat.night(surfaces), 6)
    return Node(key, label, value, "1", "1 - Σ area × intensità edilizia / Σ area", _weaker(surfaces))


def _canopy(project: Project, heat: HeatSurfaces) -> Node:
    trees = heat.trees(project.solutions)
    own = Node(
        "superfici",
        "Chiome delle superfici di progetto",
        round(heat.canopy_m2(project.after), 2),
        "m2",
        "Σ area × quota sotto le chiome",
        _weaker(project.after),
        inputs=heat.pieces(project.after),
    )
    share = 100 * heat.shade(project.after, float(trees.value or 0))
    return Node(
        "chiome",
        "Copertura arborea a vent'anni",
        round(share, 4),
        "%",
        "(chiome delle superfici + chiome degli alberi) / area, al massimo 100 %",
        _weaker(project.after),
        "" if share else "nessun albero nelle superfici né tra le soluzioni",
        (own, trees),
    )


def _roofs(project: Project, heat: HeatSurfaces) -> Node:
    label, area = "Tetti nell'area", heat.kind_m2(project.after, ROOF)
    generic = project.after.areas_m2.get(GENERIC, 0.0)
    value = "si" if area else None if generic else "no"
    note = "" if value else "l'«impermeabile» può comprendere tetti: rispondere, o indicarli tra le superfici"
    inputs = (Node("tetti", "Tetti di progetto", round(area, 2), "m2", source=project.after.source),)
    formula = "sì se tra le superfici di progetto c'è un tetto; no se non c'è e nulla può nasconderne"
    source = _weaker(project.after) if value else "mancante"
    return Node("tetti_presenti", label, value, "text", formula, source, note, inputs)


def _cool_roofs(project: Project, heat: HeatSurfaces) -> Node:
    label = "Coperture verdi o fresche"
    total, cool = heat.kind_m2(project.after, ROOF), heat.cool_m2(project.after, ROOF)
    if not total:
        note = "nessun tetto tra le superfici di progetto"
        return Node("tetti_freschi", label, None, "%", source="mancante", note=note)
    return _share(project, heat, "tetti_freschi", label, cool, total)


def _cool_paving(project: Project, heat: HeatSurfaces) -> Node:
    label = "Pavimentazioni permeabili, ombreggiate o chiare"
    total, cool = heat.kind_m2(project.after, PAVING), heat.cool_m2(project.after, PAVING)
    if not total:
        return Node("pavimentazioni_fresche", label, 100.0, "%", note="nessuna pavimentazione nel progetto")
    trees = float(heat.trees(project.solutions).value or 0)
    shaded = (total - cool) * min(1.0, trees / project.after.total_m2)
    return _share(project, heat, "pavimentazioni_fresche", label, cool, total, shaded)


def _share(
    project: Project,
    heat: HeatSurfaces,
    key: str,
    label: str,
    cool_m2: float,
    total_m2: float,
    shaded_m2: float = 0.0,
) -> Node:
    inputs = [
        Node("fresche", "Verdi, permeabili o chiare", round(cool_m2, 2), "m2"),
        Node("totale", "In tutto", round(total_m2, 2), "m2"),
    ]
    if shaded_m2:
        note = "la parte delle altre sotto gli alberi previsti, come sparsi su tutta l'area"
        inputs.insert(1, Node("ombreggiate", "Ombreggiate", round(shaded_m2, 2), "m2", "", "stimato", note))
    return Node(
        key,
        label,
        round(100 * (cool_m2 + shaded_m2) / total_m2, 4),
        "%",
        "(verdi, permeabili o chiare + ombreggiate) / totale" if shaded_m2 else "verdi o fresche / totale",
        _weaker(project.after),
        project.after.note,
        (*inputs, *heat.pieces(project.after)),
        (heat.least_albedo.use(),),
    )
