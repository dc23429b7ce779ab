"""What a project amounts to: the measures ``progetto.*`` of a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trama.analyses.scheda.surfaces import Catalogue, Composition, Solution, mean_node
from trama.kernel.trace import Node
from trama.norms import NormBook

NATURAL_FAMILIES = frozenset({"acqua", "suolo", "edificio", "verde"})


def project_measures(
    book: NormBook,
    folder: str,
    day: date,
    catalogue: Catalogue,
    present: Composition,
    project: Composition,
    solutions: Sequence[Solution],
    required_volume: Node,
) -> dict[str, Node]:
    """Return the steps of every ``progetto.*`` measure.

    Parameters
    ----------
    folder
        The sheet's folder in the norms, where its parameters are.
    required_volume
        The step that gives the volume due by hydraulic invariance [m3]; None in it means not computable.
    """
    before = mean_node(catalogue, "idren_attuale", "I-dren dello stato attuale", present, "draining_share")
    after = mean_node(catalogue, "idren_progetto", "I-dren del progetto", project, "draining_share")
    volumes = [_volume(catalogue, solution) for solution in solutions]
    built = _built(volumes)
    return {
        "progetto.delta_idren": _difference(before, after),
        "progetto.fattore_superficie": mean_node(
            catalogue, "fattore", "Fattore di superficie", project, "factor"
        ),
        "progetto.suolo_interessato": _ground(book, folder, day, catalogue, present),
        "progetto.soggetto_rr7": _subject_to_invariance(before, after),
        "progetto.rapporto_volume": _ratio(built, required_volume),
        "progetto.quota_volume_nbs": _natural_share(catalogue, solutions, volumes, built),
        "progetto.quota_scollegata": _disconnected(catalogue, project, solutions),
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


def _ground(book: NormBook, folder: str, day: date, catalogue: Catalogue, present: Composition) -> Node:
    limit = book.value(f"{folder}/quota_suolo_sigillato", day)
    kinds = catalogue.surfaces.value
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
    impermeable = project.areas_m2.get("impermeabile", 0.0)
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
