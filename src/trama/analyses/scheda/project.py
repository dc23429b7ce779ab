"""What a project amounts to: the measures ``progetto.*`` on water and ground."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from trama.analyses.scheda.place import Measures
from trama.analyses.scheda.surfaces import Catalogue, Composition, Solution, mean_node
from trama.kernel.trace import Node
from trama.norms import NormBook

NATURAL_FAMILIES = frozenset({"acqua", "suolo", "edificio", "verde"})


@dataclass(frozen=True)
class Project:
    """What is proposed: surfaces before and after, solutions, and the norms of the sheet that asks.

    Attributes
    ----------
    folder
        The sheet's folder in the norms, where its parameters are.
    """

    book: NormBook
    folder: str
    day: date
    catalogue: Catalogue
    present: Composition
    after: Composition
    solutions: Sequence[Solution]


def project_measures(project: Project, required_volume: Callable[[], Node]) -> Measures:
    """Return what sheets may ask of a project about water and ground.

    Parameters
    ----------
    required_volume
        Gives the step of the volume due by hydraulic invariance [m3]; None in it means not computable.
    """
    catalogue, present, after = project.catalogue, project.present, project.after
    idren = cache(
        lambda: (
            mean_node(catalogue, "idren_attuale", "I-dren dello stato attuale", present, "draining_share"),
            mean_node(catalogue, "idren_progetto", "I-dren del progetto", after, "draining_share"),
        )
    )
    volumes = cache(lambda: [_volume(catalogue, solution) for solution in project.solutions])
    built = cache(lambda: _built(volumes()))
    return {
        "progetto.delta_idren": lambda: _difference(*idren()),
        "progetto.fattore_superficie": lambda: mean_node(
            catalogue, "fattore", "Fattore di superficie", after, "factor"
        ),
        "progetto.suolo_interessato": lambda: _ground(project),
        "progetto.soggetto_rr7": lambda: _subject_to_invariance(*idren()),
        "progetto.rapporto_volume": lambda: _ratio(built(), required_volume()),
        "progetto.quota_volume_nbs": lambda: _natural_share(catalogue, project.solutions, volumes(), built()),
        "progetto.quota_scollegata": lambda: _disconnected(catalogue, after, project.solutions),
    }


def _difference(before: Node, after: Node) -> Node:
    change = round(float(after.value or 0) - float(before.value or 0), 6)
    source = "stimato" if "stimato" in {before.source, after.source} else "calcolato"
    return Node(
        "delta_idren",
        "Variazione di I-dren",
        change,
        "1",
        "I-dren del progetto - I-dren attuale",
        source,
        inputs=(before, after),
    )


def _ground(project: Project) -> Node:
    limit = project.book.value(f"{project.folder}/quota_suolo_sigillato", project.day)
    kinds, present = project.catalogue.surfaces.value, project.present
    sealed = sum(area for key, area in present.areas_m2.items() if kinds[key]["ground"] == "sigillato")
    share = sealed / present.total_m2
    return Node(
        "suolo_interessato",
        "Suolo interessato",
        "sigillato" if share > limit.value else "libero",
        "text",
        "sigillato se la quota sigillata dello stato attuale supera la soglia",
        present.source,
        present.note,
        inputs=(Node("quota_sigillata", "Quota già sigillata", round(share, 4), "1", source=present.source),),
        parameters=(limit.use(),),
    )


def _subject_to_invariance(before: Node, after: Node) -> Node:
    reduces = float(after.value or 0) < float(before.value or 0) - 1e-9
    return Node(
        "soggetto_rr7",
        "Soggetto all'invarianza idraulica",
        "si" if reduces else "no",
        "text",
        "sì se il progetto drena meno dello stato attuale",
        "stimato",
        "da confermare dal progettista",
        inputs=(before, after),
    )


def _volume(catalogue: Catalogue, solution: Solution) -> Node:
    row = catalogue.solutions.value[solution.id]
    stored = float(row["storage_m3_per_unit"] or 0) * solution.area_m2
    quantity = Node("quantita", "Quantità", solution.area_m2, str(row["unit"]), source="dichiarato")
    return Node(
        solution.id,
        str(row["name_it"]),
        round(stored, 4),
        "m3",
        "quantità × invaso unitario",
        inputs=(quantity,),
        parameters=(catalogue.solutions.use(only=solution.id),),
    )


def _built(volumes: Sequence[Node]) -> Node:
    total = round(sum(float(node.value or 0) for node in volumes), 4)
    return Node(
        "volume_realizzato",
        "Volume delle opere previste",
        total,
        "m3",
        "Σ volumi delle soluzioni",
        note="" if volumes else "nessuna soluzione indicata",
        inputs=tuple(volumes),
    )


def _ratio(built: Node, required: Node) -> Node:
    due = required.value
    value = None if due is None else round(float(built.value or 0) / float(due), 6) if due else None
    note = (
        "" if value is not None else required.note or "nessun volume è dovuto: indicare il rapporto, se serve"
    )
    return Node(
        "rapporto_volume",
        "Volume realizzato / richiesto",
        value,
        "1",
        "volume realizzato / volume richiesto",
        note=note,
        inputs=(built, required),
    )


def _natural_share(
    catalogue: Catalogue, solutions: Sequence[Solution], volumes: Sequence[Node], built: Node
) -> Node:
    natural = sum(
        float(node.value or 0)
        for solution, node in zip(solutions, volumes, strict=True)
        if catalogue.solutions.value[solution.id]["family"] in NATURAL_FAMILIES
    )
    total = float(built.value or 0)
    return Node(
        "quota_volume_nbs",
        "Quota del volume in soluzioni naturali",
        round(100 * natural / total, 4) if total else 0.0,
        "%",
        "volume in soluzioni naturali / volume totale",
        inputs=(Node("volume_naturale", "Volume in soluzioni naturali", round(natural, 4), "m3"), built),
    )


def _disconnected(catalogue: Catalogue, project: Composition, solutions: Sequence[Solution]) -> Node:
    kinds = catalogue.surfaces.value
    impermeable = sum(area for key, area in project.areas_m2.items() if kinds[key]["rr7"] == "impermeabile")
    served = sum(
        float(catalogue.solutions.value[solution.id]["served_m2_per_unit"] or 0) * solution.area_m2
        for solution in solutions
    )
    share = 100.0 if not impermeable else round(min(100.0, 100 * served / impermeable), 4)
    rows = tuple(catalogue.solutions.use(only=solution.id) for solution in solutions)
    return Node(
        "quota_scollegata",
        "Impermeabile scollegato dalla fognatura",
        share,
        "%",
        "superficie servita dalle soluzioni / superficie impermeabile di progetto, al massimo 100 %",
        "stimato",
        "stimato con la superficie che ciascuna soluzione può servire: indicare quella di progetto",
        inputs=(
            Node(
                "servita",
                "Superficie che le soluzioni possono servire",
                round(served, 2),
                "m2",
                source="stimato",
            ),
            Node(
                "impermeabile",
                "Superficie impermeabile di progetto",
                round(impermeable, 2),
                "m2",
                source=project.source,
            ),
        ),
        parameters=rows,
    )
