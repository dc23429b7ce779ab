"""The explanation of a scenario's figures: every step with its formula, its norms and its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trama.analyses.whatif.drawing import Laid, Layout, Solutions
from trama.analyses.whatif.events import Rain
from trama.analyses.whatif.ground import Ground
from trama.analyses.whatif.heat import Heat, HeatNorms
from trama.analyses.whatif.money import Money
from trama.analyses.whatif.sheets import SheetOutcome
from trama.analyses.whatif.water import Kept, Water, WaterNorms
from trama.kernel.trace import LayerUse, Node, ParameterUse

FORMULAS = {
    "idren": "Σ area × quota drenante / Σ area, dopo: le soluzioni al posto di ciò che la mappa dice",
    "deflusso_prima": "Σ area × Q(CN attuale) + impermeabile servito fuori dall'area × Q(CN impermeabile)",
    "deflusso_dopo": "Σ area × Q(CN con le soluzioni) + impermeabile servito × Q(CN impermeabile) "
    "− acqua trattenuta negli invasi",
    "trattenuta": "volume verso la fognatura prima − dopo",
    "invasi": "Σ minimo tra invaso e acqua che arriva (pioggia propria e superficie servita)",
    "raffrescamento": "media di CC = ombra·o + albedo·a + evapotraspirazione·e, dopo: le soluzioni mature",
    "temperatura_notte": "media di T dopo − T prima, T = T rif + (1 − HM)·isola di calore, "
    "mescolata con exp(−d/raggio)",
    "costo": "Σ quantità × costo unitario",
    "manutenzione": "Σ quantità × manutenzione unitaria",
    "costo_m3": "costo / acqua tenuta fuori dalla fognatura",
}
"""Formula of each headline figure, also told while drawing, before there is anything kept to open."""


@dataclass(frozen=True)
class Findings:
    """What was read and what came of it.

    Attributes
    ----------
    ground
        None where a layer is not there.
    water, heat
        None where they cannot be computed: `lacking` says why, by ``acqua`` and ``caldo``.
    """

    solutions: Solutions
    layout: Layout
    rain: Rain
    ground: Ground | None
    norms: WaterNorms
    water: Water | None
    heat_norms: HeatNorms | None
    heat: Heat | None
    cost: Money
    upkeep: Money
    sheets: tuple[SheetOutcome, ...]
    lacking: Mapping[str, str]

    @property
    def layers(self) -> tuple[LayerUse, ...]:
        """The versions of the window read."""
        return self.ground.layers if self.ground else ()


def root_of(found: Findings) -> Node:
    """Return the whole tree: ``soluzioni``, ``acqua``, ``caldo``, ``costi``, ``schede``."""
    drawn = tuple(_solution(found, one) for one in found.layout.laid)
    heat = (
        _heat(found, found.heat_norms, found.heat)
        if found.heat and found.heat_norms
        else _missing("caldo", "Caldo", found.lacking)
    )
    return Node(
        "scenario",
        "Effetti dello scenario",
        inputs=(
            Node("soluzioni", "Soluzioni disegnate", inputs=drawn),
            _water(found, found.water) if found.water else _missing("acqua", "Acqua", found.lacking),
            heat,
            _money(found),
            Node("schede", "Schede Norma", inputs=tuple(_sheet(one) for one in found.sheets)),
        ),
    )


def _missing(key: str, label: str, lacking: Mapping[str, str]) -> Node:
    return Node(key, label, None, source="mancante", note=lacking.get(key, ""))


def _solution(parts: Findings, one: Laid) -> Node:
    note = f"{one.hidden_m2:.0f} m² coperti da un disegno successivo" if one.hidden_m2 > 0.5 else ""
    unit = str(one.row["unit"])
    return Node(
        one.key,
        one.name,
        round(one.quantity, 2),
        unit,
        "misurata sul disegno",
        "dichiarato",
        note,
        parameters=parts.solutions.uses(one.id),
    )


def _water(parts: Findings, water: Water) -> Node:
    norms, layers, rain = parts.norms, parts.layers, parts.rain
    note = _coverage(water.missing_m2, water.site_m2)
    covers = tuple(norms.cover.use(only=code) for code in water.codes)
    shared = (*rain.parameters, *norms.uses())
    depth = Node(
        "pioggia",
        rain.label,
        rain.rain_mm,
        "mm",
        source="calcolato" if rain.parameters else "dichiarato",
        parameters=rain.parameters,
    )
    before = Node(
        "deflusso_prima",
        "Acqua verso la fognatura, prima",
        _round(water.before_m3),
        "m3",
        FORMULAS["deflusso_prima"],
        "mappa",
        note,
        (depth, _areas(norms, water)),
        (*shared, *covers),
        layers,
    )
    stored = Node(
        "invasi",
        "Acqua trattenuta negli invasi",
        _round(sum(one.kept_m3 for one in water.kept)),
        "m3",
        FORMULAS["invasi"],
        inputs=tuple(_kept(parts, one) for one in water.kept),
    )
    after = Node(
        "deflusso_dopo",
        "Acqua verso la fognatura, dopo",
        _round(water.after_m3),
        "m3",
        FORMULAS["deflusso_dopo"],
        "calcolato",
        note,
        (stored,),
        (*shared, *_rows(parts)),
        layers,
    )
    avoided = Node(
        "trattenuta",
        "Acqua tenuta fuori dalla fognatura",
        _round(water.avoided_m3),
        "m3",
        FORMULAS["trattenuta"],
        inputs=(before, after),
    )
    return Node(
        "acqua",
        "Acqua",
        inputs=(
            _idren(parts, "idren", "I-dren dell'area", water.idren_before, water.idren_after, covers, note),
            _idren(
                parts,
                "idren_intorno",
                "I-dren con l'intorno",
                water.around_before,
                water.around_after,
                covers,
                note,
            ),
            avoided,
        ),
    )


def _areas(norms: WaterNorms, water: Water) -> Node:
    inside = water.site_m2 - water.missing_m2
    pieces = tuple(
        Node(code, str(norms.cover.value[code]["name_it"]), round(area, 1), "m2", source="mappa")
        for code, area in water.codes.items()
        if code in norms.cover.value
    )
    return Node(
        "suolo",
        "Suolo sotto i disegni",
        round(inside, 1),
        "m2",
        "celle pesate con la parte coperta",
        "mappa",
        inputs=pieces,
    )


def _kept(parts: Findings, kept: Kept) -> Node:
    one = next(one for one in parts.layout.laid if one.key == kept.key)
    return Node(
        kept.key,
        one.name,
        _round(kept.kept_m3),
        "m3",
        "minimo tra invaso e acqua che arriva",
        inputs=(
            Node("invaso", "Invaso", _round(kept.storage_m3), "m3", "quantità × invaso unitario"),
            Node(
                "arriva",
                "Acqua che arriva",
                _round(kept.inflow_m3),
                "m3",
                "pioggia propria + superficie servita × Q",
            ),
            Node(
                "servita",
                "Superficie impermeabile servita",
                round(kept.served_m2, 1),
                "m2",
                "quantità × superficie servita, al massimo quella che c'è entro la distanza di raccolta",
                "stimato",
            ),
        ),
    )


def _idren(
    parts: Findings,
    key: str,
    label: str,
    before: float | None,
    after: float | None,
    covers: tuple[ParameterUse, ...],
    note: str,
) -> Node:
    norms = parts.norms
    used = (norms.surfaces.use(), norms.made.use()) if key == "idren" else (norms.surroundings.use(),)
    return Node(
        key,
        label,
        _round(after),
        "1",
        FORMULAS["idren"],
        "calcolato",
        note,
        (
            Node(
                "prima",
                "Prima",
                _round(before),
                "1",
                "Σ area × (1 − quota sigillata) / Σ area",
                "mappa",
                parameters=covers,
                layers=parts.layers,
            ),
        ),
        used,
    )


def _heat(parts: Findings, norms: HeatNorms, heat: Heat) -> Node:
    cover = parts.layers[:1]
    codes = list(parts.water.codes) if parts.water else []
    note = _coverage(heat.missing_m2, float(parts.layout.site.area))
    rows = norms.cover_uses(codes)
    return Node(
        "caldo",
        "Caldo",
        inputs=(
            Node(
                "raffrescamento",
                "Capacità di raffrescamento di giorno",
                _round(heat.capacity_after),
                "1",
                FORMULAS["raffrescamento"],
                "calcolato",
                note,
                (
                    Node(
                        "prima",
                        "Prima",
                        _round(heat.capacity_before),
                        "1",
                        source="mappa",
                        parameters=rows,
                        layers=cover,
                    ),
                ),
                (*norms.uses("pesi_cc", "et0"), *_rows(parts)),
            ),
            Node(
                "temperatura_notte",
                "Variazione della temperatura notturna",
                _round(heat.night_degc),
                "degC",
                FORMULAS["temperatura_notte"],
                "calcolato",
                note or "soluzioni mature; gli edifici restano dove sono",
                (
                    Node(
                        "sul_posto",
                        "Variazione sul posto, prima che l'aria si mescoli",
                        _round(heat.local_degc),
                        "degC",
                        "media di −ΔHM · isola di calore",
                    ),
                    Node(
                        "superficie",
                        "Superficie attorno che cambia di almeno 0,1 °C",
                        round(heat.felt_m2, 0),
                        "m2",
                    ),
                ),
                (
                    *norms.uses(
                        "distanza_raffrescamento",
                        "area_verde_minima",
                        "raggio_mescolamento",
                        "isola_calore_massima_notte",
                    ),
                    *rows,
                    *_rows(parts),
                ),
                cover,
            ),
        ),
    )


def _money(parts: Findings) -> Node:
    cost, upkeep, water = parts.cost, parts.upkeep, parts.water
    pieces = tuple(
        Node(
            one.key,
            one.name,
            _round(one.amount("cost_eur")),
            "EUR",
            "quantità × costo unitario",
            parameters=(parts.solutions.catalogue.use(only=one.id),),
        )
        for one in parts.layout.laid
    )
    per_m3 = cost.per(water.avoided_m3) if water else Money(None, None, None)
    return Node(
        "costi",
        "Costi",
        inputs=(
            Node(
                "costo",
                "Costo di realizzazione",
                _round(cost.middle),
                "EUR",
                FORMULAS["costo"],
                inputs=(*_ends(cost, "EUR"), *pieces),
            ),
            Node(
                "manutenzione",
                "Manutenzione di un anno",
                _round(upkeep.middle),
                "EUR",
                FORMULAS["manutenzione"],
                inputs=_ends(upkeep, "EUR"),
                parameters=_rows(parts),
            ),
            Node(
                "costo_m3",
                "Costo per metro cubo tenuto fuori dalla fognatura",
                _round(per_m3.middle),
                "EUR/m3",
                FORMULAS["costo_m3"],
                note="" if per_m3.middle is not None else "non si tiene fuori acqua",
                inputs=_ends(per_m3, "EUR/m3"),
                parameters=_rows(parts),
            ),
        ),
    )


def _ends(money: Money, unit: str) -> tuple[Node, Node]:
    return Node("minimo", "Minimo", _round(money.least), unit), Node(
        "massimo", "Massimo", _round(money.most), unit
    )


def _sheet(one: SheetOutcome) -> Node:
    label = one.sheet.title.it
    if one.result is None:
        return Node(one.sheet.id, label, None, "text", source="mancante", note=one.problem)
    note = f"spiegazione propria: {one.result.trace.id}"
    evaluation = one.result.evaluation
    return Node(
        one.sheet.id,
        label,
        evaluation.outcome_label,
        "text",
        "Scheda Norma",
        "calcolato",
        note,
        parameters=tuple(one.result.trace.unofficial()),
    )


def _rows(parts: Findings) -> tuple[ParameterUse, ...]:
    ids = dict.fromkeys(one.id for one in parts.layout.laid)
    return tuple(use for solution in ids for use in parts.solutions.uses(solution))


def _coverage(missing_m2: float, site_m2: float) -> str:
    share = 100 * missing_m2 / site_m2 if site_m2 else 0.0
    return f"senza dati il {share:.0f} % dell'area" if share >= 1 else ""


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
