"""Why each figure of STORM is what it is: the tree behind every place and every raster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama import __version__
from trama.analyses.storm.census import Census
from trama.analyses.storm.figures import Place, Tables
from trama.analyses.storm.ground import Ground
from trama.analyses.territory.places import membership_use
from trama.kernel.trace import LayerUse, Node, ParameterUse, Scalar, Trace
from trama.kernel.units import format_number
from trama.norms.book import NormBook

FORMULAS = {
    "idren": "I-dren = Σ A·d / Σ A, con d = 1 − quota impermeabile",
    "kdren": "K-dren = Σ A·d·g·h / Σ A, con g peso del suolo e h peso della soggiacenza",
    "deflusso": "Q = (P − Ia)² / (P − Ia + S) se P > Ia, altrimenti 0; S = 25400/CN − 254; Ia = λ·S",
    "ritenzione": "R = 1 − Q/P",
    "offerta_eventi_estremi": "offerta = massima · R, con R alla pioggia di riferimento del servizio",
}
LABELS = {
    "idren": "I-dren, quota di superficie drenante",
    "kdren": "K-dren, drenaggio pesato per suolo e falda",
    "deflusso": "Deflusso dell'evento",
    "ritenzione": "Indice di ritenzione",
    "offerta_eventi_estremi": "Offerta del servizio «regolazione degli eventi estremi»",
}
UNITS = {"idren": "1", "kdren": "1", "deflusso": "mm", "ritenzione": "1", "offerta_eventi_estremi": "point"}
CN_COLUMNS = ("cn_a", "cn_b", "cn_c", "cn_d")


def run_trace(ground: Ground, census: Census, book: NormBook) -> Trace:
    """Build the trace of a run; figures are at ``comuni/<istat>/idren``, ``upa/<code>/kdren``..."""
    rules = ground.rules
    whole = census.territory
    groups = (
        ("comuni", "Comuni", tuple(_place(place, ground, "comuni") for place in census.comuni)),
        ("upa", "Unità Paesistico Ambientali", tuple(_place(p, ground, "comuni", "upa") for p in census.upa)),
        ("zone", "Zone omogenee", tuple(_zone(place, ground, census, book) for place in census.zone)),
    )
    root = Node(
        "storm",
        "Deflusso dell'intero territorio",
        whole.figures.deflusso_m3,
        "m3",
        formula="Σ Q · area della cella / 1000, sulle celle il cui centro cade in un comune",
        note="Ogni cella appartiene al comune e alla UPA che ne contengono il centro.",
        inputs=(
            _place(whole, ground, "comuni"),
            *(Node(key, label, len(nodes), "count", inputs=nodes) for key, label, nodes in groups),
        ),
    )
    asked: dict[str, Any] = {
        "pioggia_mm": rules.rain_mm,
        "lambda": rules.lambda_,
        "kdren": rules.proposal,
        "classificazione": rules.scheme,
    }
    return Trace("storm run", rules.day, root, __version__, asked)


def raster_trace(quantity: str, ground: Ground, everywhere: Place) -> Trace:
    """Build the trace of a raster: formula, norms and versions, not one figure.

    Parameters
    ----------
    everywhere
        All the cells of the grid, in a comune or not.
    """
    rules = ground.rules
    summary = everywhere.summary(quantity)
    root = Node(
        quantity,
        LABELS[quantity],
        summary.known,
        "count",
        formula=FORMULAS[quantity],
        note="Celle con un valore. Le griglie più grosse danno a ogni cella il valore sotto il suo centro.",
        inputs=_givens(quantity, ground),
        parameters=_parameters(quantity, ground, _codes(everywhere), whole=True),
        layers=ground.use(*_layers(quantity, ground)),
    )
    known: dict[str, Any] = {"classificazione": rules.scheme}
    if quantity == "kdren":
        known["kdren"] = rules.proposal
    if quantity in {"deflusso", "ritenzione"}:
        known["pioggia_mm"] = rules.rain_mm
    if quantity not in {"idren", "kdren"}:
        known["lambda"] = rules.lambda_
    return Trace(f"storm: {quantity}", rules.day, root, __version__, known)


def _layers(quantity: str, ground: Ground) -> list[str]:
    if quantity == "idren":
        return ["uso_suolo"]
    if quantity == "kdren":
        return ["soggiacenza", ground.rules.soil_layer, "uso_suolo"]
    return ["gruppo_idrologico", "uso_suolo"]


def _codes(place: Place) -> list[str]:
    """Return the land-cover codes found in the place, in table order."""
    rules, kinds = place.tables.rules, place.tables.kinds
    cells = kinds.along("cover", place.counts)[1:]
    return [code for code, count in zip(rules.codes, cells, strict=True) if count]


def _parameters(quantity: str, ground: Ground, codes: list[str], *, whole: bool) -> tuple[ParameterUse, ...]:
    """Quote the norms behind a quantity; not `whole`, the land-cover rows only where they come first."""
    rules = ground.rules
    shares = ("sealed_share",) if whole or quantity == "idren" else ()
    if quantity == "idren":
        return (rules.cover_use(codes, shares),)
    if quantity == "kdren":
        chosen = (rules.proposal_use,) if rules.proposal_use else ()
        return (*chosen, rules.cover_use(codes, shares), rules.soil_use(), rules.depth.use())
    ratio = (rules.lambda_use,) if rules.lambda_use else ()
    numbers = (rules.cover_use(codes, CN_COLUMNS if whole or quantity == "deflusso" else ()), *ratio)
    if quantity == "offerta_eventi_estremi":
        return (*numbers, rules.supply_rain.use(), rules.supply_full.use())
    return numbers


def _givens(quantity: str, ground: Ground) -> tuple[Node, ...]:
    """Return what the person gave, where the quantity depends on it."""
    rules = ground.rules
    given = []
    if quantity in {"deflusso", "ritenzione"}:
        given.append(Node("pioggia", "Pioggia dell'evento, P", rules.rain_mm, "mm", source="dichiarato"))
    if quantity not in {"idren", "kdren"} and rules.lambda_use is None:
        given.append(Node("lambda", "Rapporto λ indicato da chi chiede", rules.lambda_, source="dichiarato"))
    return tuple(given)


def _place(place: Place, ground: Ground, *zoning: str) -> Node:
    figures = place.figures
    uses = ground.use(*zoning)
    nodes = {name: _quantity(name, place, ground, uses) for name in LABELS}
    depth = replace(nodes["deflusso"], key="deflusso_mm")
    flowed, kept = _volumes(place, depth)
    area = "area delle celle il cui centro cade nel luogo"
    return Node(
        place.key,
        place.nome,
        f"vulnerabilità {figures.classe_nome}" if figures.classe_nome else None,
        "text",
        note="" if figures.classe_nome else "nessuna cella ha i dati per una classe",
        inputs=(
            Node("superficie_m2", "Superficie", figures.superficie_m2, "m2", area, layers=uses),
            nodes["idren"],
            nodes["kdren"],
            depth,
            flowed,
            nodes["ritenzione"],
            kept,
            nodes["offerta_eventi_estremi"],
            _grade(place, ground, nodes["kdren"]),
        ),
    )


def _volumes(place: Place, depth: Node) -> tuple[Node, Node]:
    """Return the volumes that ran off and that stayed, both from the depth of runoff."""
    figures, quoted = place.figures, (_reference(depth),)
    flowed = "Σ Q · area della cella / 1000"
    kept = "Σ (P − Q) · area della cella / 1000"
    return (
        Node("deflusso_m3", "Volume di deflusso", figures.deflusso_m3, "m3", flowed, inputs=quoted),
        Node(
            "volume_trattenuto_m3",
            "Volume trattenuto",
            figures.volume_trattenuto_m3,
            "m3",
            kept,
            inputs=quoted,
        ),
    )


def _grade(place: Place, ground: Ground, kdren: Node) -> Node:
    """Return the class of vulnerability, from K-dren."""
    figures = place.figures
    return Node(
        "classe",
        f"Classe di vulnerabilità: {figures.classe_nome or 'non assegnabile'}",
        figures.classe,
        "class",
        "classe di K-dren; da 1 (molto bassa) a 5 (molto alta)",
        note="" if figures.classe else "manca K-dren",
        inputs=(_reference(kdren),),
        parameters=(ground.rules.vulnerability.use(),),
    )


def _reference(node: Node) -> Node:
    """Return a step as another one quotes it: value and norms, without what is below or the table rows."""
    light = tuple(
        replace(use, value=list(use.value)) if isinstance(use.value, dict) and len(use.value) > 5 else use
        for use in node.parameters
    )
    return replace(node, inputs=(), parameters=light)


def _zone(place: Place, ground: Ground, census: Census, book: NormBook) -> Node:
    """Return the node of a zone, quoting the memberships it sums."""
    comuni = census.members[place.key]
    node = _place(place, ground, "comuni")
    use = membership_use(book, place.key, comuni, ground.rules.day)
    if use is None:
        return replace(node, note=f"Somma dei comuni: {', '.join(comuni)}.")
    return replace(node, note="Somma dei comuni che vi appartengono nel giorno.", parameters=(use,))


def _quantity(name: str, place: Place, ground: Ground, zoning: tuple[LayerUse, ...]) -> Node:
    summary = place.summary(name)
    parts = {"idren": _draining, "kdren": _weighted, "deflusso": _by_group}.get(name)
    note = "nessuna cella del luogo ha i dati che servono" if summary.known == 0 else ""
    if summary.known and summary.known < summary.cells:
        share = format_number(100 * summary.known / summary.cells, "%")
        note = f"Calcolato sul {share} della superficie: il resto non ha dati e non conta."
    return Node(
        name,
        LABELS[name],
        summary.mean,
        UNITS[name],
        FORMULAS[name],
        note=note,
        inputs=(*_givens(name, ground), *(parts(place) if parts and summary.known else ())),
        parameters=_parameters(name, ground, _codes(place), whole=False),
        layers=(*ground.use(*_layers(name, ground)), *zoning),
    )


def _draining(place: Place) -> tuple[Node, ...]:
    """Break the draining surface down by land-cover class."""
    tables = place.tables
    cells = tables.kinds.along("cover", place.counts)[1:]
    shares = 1 - tables.rules.column("sealed_share")
    names = [str(row["name_it"]) for row in tables.rules.cover.value.values()]
    rows = [
        _area(
            code,
            name,
            float(count * share) * place.cell_area_m2,
            f"{format_number(float(count) * place.cell_area_m2, 'm2')} × {format_number(float(share))}",
        )
        for code, name, count, share in zip(tables.rules.codes, names, cells, shares, strict=True)
        if count
    ]
    summary = place.summary("idren")
    drained = (summary.total or 0.0) * place.cell_area_m2
    return (
        _area("superficie_drenante", "Superficie drenante", drained, "Σ area × quota drenante", tuple(rows)),
        _area("superficie", "Superficie con uso del suolo noto", summary.known * place.cell_area_m2),
    )


def _weighted(place: Place) -> tuple[Node, ...]:
    """Break the draining surface down by soil and by water-table band, with the weight of each."""
    tables = place.tables
    rules = tables.rules
    draining = np.where(np.isfinite(tables.kdren), tables.idren, 0.0)
    known: NDArray[np.float64] = np.asarray(draining * place.counts * place.cell_area_m2, dtype=np.float64)
    soil = "soil" if "soil" in tables.kinds.axes else "group"
    soils = [(f"suolo {row['name_it']}", float(row["weight"])) for row in rules.soil.value.values()]
    bands = [(f"falda {text}", weight) for text, weight in rules.depth_steps.bands("m")]
    return (
        _breakdown("suolo", "Superficie drenante per suolo (peso g)", tables, soil, known, soils),
        _breakdown(
            "falda", "Superficie drenante per profondità della falda (peso h)", tables, "depth", known, bands
        ),
    )


def _breakdown(
    key: str,
    label: str,
    tables: Tables,
    axis: str,
    area_m2: NDArray[np.float64],
    parts: list[tuple[str, float]],
) -> Node:
    areas = [float(area) for area in tables.kinds.along(axis, area_m2)[1:]]
    rows = tuple(
        _area(str(number), name, area, f"peso {format_number(weight)}")
        for number, (area, (name, weight)) in enumerate(zip(areas, parts, strict=True), start=1)
        if area
    )
    return _area(key, label, sum(areas), inputs=rows)


def _by_group(place: Place) -> tuple[Node, ...]:
    """Break the runoff down by hydrologic group."""
    tables = place.tables
    known = np.isfinite(tables.deflusso)
    cells = tables.kinds.along("group", np.where(known, place.counts, 0))[1:]
    runoff = tables.kinds.along("group", np.where(known, tables.deflusso, 0.0) * place.counts)[1:]
    rows = tuple(
        Node(
            f"gruppo_{letter.lower()}",
            f"Deflusso medio sui suoli di gruppo {letter}",
            float(total) / int(count),
            "mm",
            note=f"su {format_number(float(count) * place.cell_area_m2, 'm2')}",
        )
        for letter, count, total in zip("ABCD", cells, runoff, strict=True)
        if count
    )
    area = _area(
        "superficie",
        "Superficie con uso del suolo e gruppo idrologico noti",
        float(cells.sum()) * place.cell_area_m2,
    )
    return (*rows, area)


def _area(key: str, label: str, value: Scalar, formula: str = "", inputs: tuple[Node, ...] = ()) -> Node:
    return Node(key, label, value, "m2", formula, inputs=inputs)
