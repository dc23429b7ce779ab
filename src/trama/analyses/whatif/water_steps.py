"""The explanation of the water side, step by step."""

from __future__ import annotations

from dataclasses import replace

from trama.analyses.whatif.collecting import Kept
from trama.analyses.whatif.findings import FORMULAS, Findings, coverage_note, rounded
from trama.analyses.whatif.water import Water
from trama.kernel.trace import Node, ParameterUse


def water_step(found: Findings, water: Water) -> Node:
    """Return the tree of the water: ``idren``, ``idren_intorno``, ``trattenuta``."""
    runoff = Node(
        "trattenuta",
        "Acqua tenuta fuori dalla fognatura",
        rounded(water.avoided_m3),
        "m3",
        FORMULAS["trattenuta"],
        inputs=(_before(found, water), _after(found, water), _by_solution(found, water)),
    )
    return Node("acqua", "Acqua", inputs=(*_idren(found, water), runoff))


def _by_solution(found: Findings, water: Water) -> Node:
    """Return the same volume, solution by solution: the sum, less what there is not."""
    names = {one.key: one.name for one in found.layout.laid}
    pieces = tuple(
        Node(
            one.key,
            names[one.key],
            rounded(one.avoided_m3),
            "m3",
            "trattenuta nell'invaso + deflusso del suolo prima − dopo",
            inputs=(
                Node("invaso", "Trattenuta nell'invaso", rounded(one.kept_m3), "m3"),
                Node("suolo", "Non scorre più dal suolo", rounded(one.ground_m3), "m3"),
            ),
        )
        for one in water.kept
    )
    value = rounded(sum(one.avoided_m3 for one in water.kept) - water.spare_m3)
    words = "Σ delle soluzioni − quanto gli invasi terrebbero oltre all'acqua che c'è"
    spare = Node("posto_in_piu", "Posto negli invasi oltre all'acqua che c'è", rounded(water.spare_m3), "m3")
    return Node("per_soluzione", "Di ciascuna soluzione", value, "m3", words, inputs=(*pieces, spare))


def _before(found: Findings, water: Water) -> Node:
    rain = found.rain
    depth = Node(
        "pioggia",
        rain.label,
        rain.rain_mm,
        "mm",
        source="calcolato" if rain.parameters else "dichiarato",
        parameters=rain.parameters,
    )
    return Node(
        "deflusso_prima",
        "Acqua verso la fognatura, prima",
        rounded(water.before_m3),
        "m3",
        FORMULAS["deflusso_prima"],
        "mappa",
        coverage_note(water.missing_m2, water.site_m2),
        (depth, _areas(found, water)),
        (*found.norms.uses(), *_covers(found, water)),
        found.layers,
    )


def _after(found: Findings, water: Water) -> Node:
    stored = Node(
        "invasi",
        "Acqua trattenuta negli invasi",
        rounded(sum(one.kept_m3 for one in water.kept)),
        "m3",
        FORMULAS["invasi"],
        inputs=tuple(_kept(found, one) for one in water.kept),
    )
    return Node(
        "deflusso_dopo",
        "Acqua verso la fognatura, dopo",
        rounded(water.after_m3),
        "m3",
        FORMULAS["deflusso_dopo"],
        "calcolato",
        coverage_note(water.missing_m2, water.site_m2),
        (stored,),
        (*found.norms.uses(), *found.rows()),
        found.layers,
    )


def _covers(found: Findings, water: Water) -> tuple[ParameterUse, ...]:
    return tuple(found.norms.cover.use(only=code) for code in water.codes)


def _areas(found: Findings, water: Water) -> Node:
    names = found.norms.cover.value
    pieces = tuple(
        Node(code, str(names[code]["name_it"]), round(area, 1), "m2", source="mappa")
        for code, area in water.codes.items()
        if code in names
    )
    inside = round(water.site_m2 - water.missing_m2, 1)
    words = "celle pesate con la parte coperta"
    return Node("suolo", "Suolo sotto i disegni", inside, "m2", words, "mappa", inputs=pieces)


def _kept(found: Findings, kept: Kept) -> Node:
    one = next(one for one in found.layout.laid if one.key == kept.key)
    served = Node(
        "servita",
        "Superficie impermeabile servita",
        rounded(kept.served_m2),
        "m2",
        "quantità × superficie servita, al massimo quella che c'è entro la distanza di raccolta",
        "stimato",
    )
    arrives = "pioggia propria + superficie servita × Q"
    return Node(
        kept.key,
        one.name,
        rounded(kept.kept_m3),
        "m3",
        "minimo tra invaso e acqua che arriva",
        inputs=(
            Node("invaso", "Invaso", rounded(kept.storage_m3), "m3", "quantità × invaso unitario"),
            Node("arriva", "Acqua che arriva", rounded(kept.inflow_m3), "m3", arrives, inputs=(served,)),
        ),
    )


def _idren(found: Findings, water: Water) -> tuple[Node, Node]:
    norms = found.norms
    before = Node(
        "prima",
        "Prima",
        rounded(water.idren_before),
        "1",
        "Σ area × (1 − quota sigillata) / Σ area",
        "mappa",
        parameters=_covers(found, water),
        layers=found.layers,
    )
    own = Node(
        "idren",
        "I-dren dell'area",
        rounded(water.idren_after),
        "1",
        FORMULAS["idren"],
        "calcolato",
        coverage_note(water.missing_m2, water.site_m2),
        (before,),
        (norms.surfaces.use(), norms.made.use()),
    )
    around = replace(before, value=rounded(water.around_before))
    with_surroundings = replace(
        own,
        key="idren_intorno",
        label="I-dren con l'intorno",
        value=rounded(water.around_after),
        inputs=(around,),
        parameters=(*own.parameters, norms.surroundings.use()),
    )
    return own, with_surroundings
