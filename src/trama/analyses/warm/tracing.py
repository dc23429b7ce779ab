"""Why each figure of WARM is what it is: the tree behind every place and every raster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from trama import __version__
from trama.analyses.territory.places import membership_use
from trama.analyses.warm.census import Census
from trama.analyses.warm.fields import Fields
from trama.analyses.warm.figures import Place
from trama.analyses.warm.ground import PEOPLE, Ground
from trama.analyses.warm.rules import FACTORS, MODEL
from trama.analyses.warm.tracing_people import people_nodes
from trama.kernel.trace import LayerUse, Node, ParameterUse, Trace
from trama.kernel.units import format_number
from trama.norms.book import NormBook

FORMULAS = {
    "temperatura_notte": "T = T rif + (1 − HM) · isola di calore massima, mescolata con exp(−d / raggio); "
    "HM = CC notturna, o quella del grande verde vicino se è maggiore; CC notturna = 1 − intensità edilizia",
    "anomalia_notte": "anomalia = max(0, T − T rif); nei parchi 0",
    "raffrescamento": "CC = ombra · o + albedo · a + evapotraspirazione · Kc · ET0 / ET0 massima",
    "offerta_microclima": "offerta = massima · min(1, CC / CC piena)",
    "zone_temperatura": "limiti che rendono minima la varianza interna (Fisher-Jenks) sull'istogramma delle "
    "celle dei comuni; poi la zona più frequente attorno",
}
LABELS = {
    "temperatura_notte": "Temperatura notturna estiva",
    "anomalia_notte": "Anomalia termica notturna",
    "raffrescamento": "Capacità di raffrescamento di giorno",
    "offerta_microclima": "Offerta del servizio «regolazione del microclima»",
    "zone_temperatura": "Zone a temperatura notturna omogenea",
}
OBSERVED_FORMULA = "valore della carta osservata sotto il centro della cella"
NOT_COMPARABLE = (
    "Temperatura dell'aria calcolata da un modello: non è confrontabile con i 24-33 °C che la Città "
    "metropolitana ha mappato dal satellite."
)


def run_trace(ground: Ground, fields: Fields, census: Census, book: NormBook) -> Trace:
    """Build the trace of a run; figures are at ``comuni/<istat>/t_notte``, ``upa/<code>/anomalia``..."""
    groups = (
        ("comuni", "Comuni", tuple(_place(place, ground, fields, "comuni") for place in census.comuni)),
        (
            "upa",
            "Unità Paesistico Ambientali",
            tuple(_place(place, ground, fields, "comuni", "upa") for place in census.upa),
        ),
        ("zone", "Zone omogenee", tuple(_zone(place, ground, fields, census, book) for place in census.zone)),
    )
    root = Node(
        "warm",
        "Anomalia notturna media dell'intero territorio",
        census.territory.figures.anomalia,
        "degC",
        formula="media sulle celle il cui centro cade in un comune",
        note=f"Temperatura di fonte: {fields.source}.",
        inputs=(
            reference(ground, fields),
            _place(census.territory, ground, fields, "comuni"),
            *(Node(key, label, len(nodes), "count", inputs=nodes) for key, label, nodes in groups),
            _zones(ground, fields),
        ),
    )
    return Trace("warm run", ground.rules.day, root, __version__, asked(ground, fields))


def raster_trace(layer: str, ground: Ground, fields: Fields) -> Trace:
    """Build the trace of a raster: formula, norms and versions, not one figure."""
    codes = _codes(ground)
    if layer == "zone_temperatura":
        zones = _zones(ground, fields)
        return Trace(f"warm: {layer}", ground.rules.day, zones, __version__, asked(ground, fields))
    by_night = layer in {"temperatura_notte", "anomalia_notte"}
    cells = ~np.isnan(fields.temperature) if by_night else ground.cover > 0
    observed = layer == "temperatura_notte" and fields.observed
    root = Node(
        layer,
        LABELS[layer],
        int(np.count_nonzero(cells)),
        "count",
        formula=OBSERVED_FORMULA if observed else FORMULAS[layer],
        note=f"Celle con un valore. {_caution(fields) if by_night else ''}".strip(),
        inputs=(reference(ground, fields),) if by_night else (),
        parameters=_parameters(layer, ground, fields, codes, whole=True),
        layers=ground.use(*_layers(layer, ground)),
    )
    known = asked(ground, fields) if by_night else {"classificazione": ground.rules.scheme}
    return Trace(f"warm: {layer}", ground.rules.day, root, __version__, known)


def asked(ground: Ground, fields: Fields) -> dict[str, Any]:
    """Return what distinguishes this run from another on the same layers and norms."""
    rules = ground.rules
    given = {"t_ref": rules.t_ref, "uhi_max": rules.uhi_max}
    return {
        "fonte": fields.source,
        "classificazione": rules.scheme,
        **({"osservata_lasciata": ground.set_aside} if ground.set_aside else {}),
        **{name: value for name, value in given.items() if value is not None},
    }


def reference(ground: Ground, fields: Fields) -> Node:
    """Return the step of the reference temperature: given, of the norms, or taken from the observed map."""
    rules = ground.rules
    label = "Temperatura di riferimento, T rif"
    if rules.t_ref is not None:
        return Node("temperatura_riferimento", label, fields.t_ref, "degC", source="dichiarato")
    if not fields.observed:
        uses = rules.uses("temperatura_riferimento_notte")
        return Node("temperatura_riferimento", label, fields.t_ref, "degC", parameters=uses)
    area = format_number(fields.reference_cells * ground.grid.cell_area_m2, "m2")
    return Node(
        "temperatura_riferimento",
        label,
        fields.t_ref,
        "degC",
        formula="media della carta osservata sulle celle di verde e campagna dei comuni",
        note=f"Su {area}.",
        parameters=(*rules.uses("riferimento_osservato"), rules.cover_use(_codes(ground), ("green_area",))),
        layers=ground.use("temperatura_notte_osservata", "uso_suolo", "comuni"),
    )


def _caution(fields: Fields) -> str:
    return "Temperatura osservata." if fields.observed else NOT_COMPARABLE


def _layers(layer: str, ground: Ground) -> tuple[str, ...]:
    if layer == "temperatura_notte":
        return ground.temperature_layers
    if layer == "anomalia_notte":
        return (*ground.temperature_layers, *(() if ground.observed is None else ("uso_suolo",)))
    if layer == "zone_temperatura":
        return (*ground.temperature_layers, "comuni")
    return ("uso_suolo",)


def _codes(ground: Ground) -> list[str]:
    """Return the land-cover codes found on the grid, in table order."""
    counts = np.bincount(ground.cover.ravel(), minlength=len(ground.rules.codes) + 1)[1:]
    return [code for code, count in zip(ground.rules.codes, counts, strict=True) if count]


def _parameters(
    layer: str, ground: Ground, fields: Fields, codes: list[str], *, whole: bool
) -> tuple[ParameterUse, ...]:
    """Quote the norms behind a quantity; not `whole`, of the land cover only the codes."""
    rules = ground.rules

    def rows(*columns: str) -> ParameterUse:
        return rules.cover_use(codes, columns if whole else ())

    if layer == "raffrescamento":
        return (*rules.uses("pesi_cc", "et0"), rows(*FACTORS))
    if layer == "offerta_microclima":
        return (*rules.uses("pesi_cc", "et0", "offerta_cc_pieno", "offerta_massima"), rows(*FACTORS))
    park = (rows("park"),) if layer == "anomalia_notte" else ()
    if fields.observed:
        return park
    island = () if rules.uhi_max is not None else rules.uses("isola_calore_massima_notte")
    return (*rules.uses(*MODEL), *island, rows("building_intensity", "green_area", "park"))


def _place(place: Place, ground: Ground, fields: Fields, *zoning: str) -> Node:
    figures, uses = place.figures, ground.use(*zoning)
    anomaly = _anomaly(place, ground, fields, uses)
    named = f"vulnerabilità al caldo {figures.classe_nome}" if figures.classe_nome else None
    area = "area delle celle il cui centro cade nel luogo"
    return Node(
        place.key,
        place.nome,
        named,
        "text",
        note="" if named else "nessuna cella ha una temperatura",
        inputs=(
            Node("superficie_m2", "Superficie", figures.superficie_m2, "m2", area, layers=uses),
            _temperature(place, ground, fields, uses),
            anomaly,
            _cooling(place, ground, uses),
            _supply(place, ground, fields, uses),
            _grade(place, fields, anomaly),
            *people_nodes(place, ground.rules, ground.use("uso_suolo", PEOPLE), _reference(anomaly)),
        ),
    )


def _temperature(place: Place, ground: Ground, fields: Fields, uses: tuple[LayerUse, ...]) -> Node:
    formula = OBSERVED_FORMULA if fields.observed else FORMULAS["temperatura_notte"]
    given: tuple[Node, ...] = ()
    if ground.rules.uhi_max is not None:
        given = (
            Node("uhi_max", "Isola di calore massima", ground.rules.uhi_max, "degC", source="dichiarato"),
        )
    return Node(
        "t_notte",
        "Temperatura notturna media",
        place.figures.t_notte,
        "degC",
        formula=f"media sulle celle del luogo; {formula}",
        note=f"{_coverage(place.figures.copertura_temperatura)} {_caution(fields)}".strip(),
        inputs=(*given, *(() if fields.observed else (reference(ground, fields),))),
        parameters=_parameters("temperatura_notte", ground, fields, place.codes, whole=False),
        layers=(*ground.use(*ground.temperature_layers), *uses),
    )


def _anomaly(place: Place, ground: Ground, fields: Fields, uses: tuple[LayerUse, ...]) -> Node:
    return Node(
        "anomalia",
        "Anomalia notturna media",
        place.figures.anomalia,
        "degC",
        formula=f"media sulle celle del luogo; {FORMULAS['anomalia_notte']}",
        note=_coverage(place.figures.copertura_temperatura),
        inputs=(reference(ground, fields),),
        parameters=_parameters("anomalia_notte", ground, fields, place.codes, whole=False),
        layers=(*ground.use(*_layers("anomalia_notte", ground)), *uses),
    )


def _cooling(place: Place, ground: Ground, uses: tuple[LayerUse, ...]) -> Node:
    """Return the cooling capacity, broken down by land-cover class."""
    rules, counts = ground.rules, place.sums.classes[1:]
    rows = tuple(
        Node(
            code,
            str(rules.cover.value[code]["name_it"]),
            float(capacity),
            note=f"su {format_number(float(count) * place.cell_area_m2, 'm2')}",
        )
        for code, count, capacity in zip(rules.codes, counts, rules.cooling[1:], strict=True)
        if count
    )
    return Node(
        "raffrescamento",
        LABELS["raffrescamento"],
        place.figures.raffrescamento,
        formula=f"media sulle celle del luogo; {FORMULAS['raffrescamento']}",
        note=_coverage(place.figures.copertura_raffrescamento),
        inputs=rows,
        parameters=(*rules.uses("pesi_cc", "et0"), rules.cover_use(place.codes, FACTORS)),
        layers=(*ground.use("uso_suolo"), *uses),
    )


def _supply(place: Place, ground: Ground, fields: Fields, uses: tuple[LayerUse, ...]) -> Node:
    return Node(
        "offerta_microclima",
        LABELS["offerta_microclima"],
        place.figures.offerta_microclima,
        "point",
        formula=f"media sulle celle del luogo; {FORMULAS['offerta_microclima']}",
        note=_coverage(place.figures.copertura_raffrescamento),
        parameters=_parameters("offerta_microclima", ground, fields, place.codes, whole=False),
        layers=(*ground.use("uso_suolo"), *uses),
    )


def _grade(place: Place, fields: Fields, anomaly: Node) -> Node:
    figures = place.figures
    return Node(
        "classe",
        f"Classe di vulnerabilità al caldo: {figures.classe_nome or 'non assegnabile'}",
        figures.classe,
        "class",
        "classe dell'anomalia media; da 1 (molto bassa) a 5 (molto alta)",
        note=f"Gradini per temperatura di fonte «{fields.source}»." if figures.classe else "manca l'anomalia",
        inputs=(_reference(anomaly),),
        parameters=place.rules.uses(f"classe_luogo_{fields.source}"),
    )


def _zone(place: Place, ground: Ground, fields: Fields, census: Census, book: NormBook) -> Node:
    """Return the node of a zona omogenea, quoting the memberships it sums."""
    comuni = census.members[place.key]
    node = _place(place, ground, fields, "comuni")
    use = membership_use(book, place.key, comuni, ground.rules.day)
    if use is None:
        return replace(node, note=f"Somma dei comuni: {', '.join(comuni)}.")
    return replace(node, note="Somma dei comuni che vi appartengono nel giorno.", parameters=(use,))


def _zones(ground: Ground, fields: Fields) -> Node:
    """Return the zones of homogeneous temperature, with bounds and area."""
    names = ("zone_numero", "zone_passo_istogramma", "zone_quota_minima", "zone_lato_lisciatura")
    rows = tuple(
        Node(
            str(zone.number),
            f"Zona {zone.number}, {zone.name}",
            zone.cells * ground.grid.cell_area_m2,
            "m2",
            note=f"da {format_number(zone.low, 'degC')} a {format_number(zone.high, 'degC')}",
        )
        for zone in fields.zoning[1]
    )
    return Node(
        "zone_temperatura",
        LABELS["zone_temperatura"],
        len(rows),
        "count",
        formula=FORMULAS["zone_temperatura"],
        note=_caution(fields),
        inputs=rows,
        parameters=(
            *ground.rules.uses(*names),
            *_parameters("temperatura_notte", ground, fields, _codes(ground), whole=False),
        ),
        layers=ground.use(*_layers("zone_temperatura", ground)),
    )


def _reference(node: Node) -> Node:
    """Return a step as another one quotes it: value and norms, without what is below."""
    return replace(node, inputs=())


def _coverage(share: float | None) -> str:
    if share == 0 or share is None:
        return "Nessuna cella del luogo ha i dati che servono."
    if share < 1:
        return (
            f"Calcolato sul {format_number(100 * share, '%')} della superficie: "
            "il resto non ha dati e non conta."
        )
    return ""
