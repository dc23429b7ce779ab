"""Why the atlas says what it says: figures at ``comuni/<istat>/dotazione``, ``poli/<istat>/rilevanza``..."""

from __future__ import annotations

from dataclasses import replace

from trama import __version__
from trama.analyses.services.inventory import Inventory
from trama.analyses.services.local import MISSING, Endowment, Figure, standing
from trama.analyses.services.poles import MEASURES, Pole, Poles
from trama.analyses.services.rules import Rules, Standard
from trama.analyses.services.zones import VoiceSpread, Zones
from trama.analyses.territory.places import membership_use
from trama.kernel.citations import Citation, Status
from trama.kernel.trace import LayerUse, Node, ParameterUse, Trace
from trama.norms.book import NormBook
from trama.norms.in_force import InForce

_SAID = ("valore", "valore_max", "unita", "verso", "condizione", "in_vigore", "letto")
_READ = ("servizi", "servizi_copertura", "popolazione_eta")
SUMMED = {
    "area_ab": ("Superficie dei servizi", "m2"),
    "posti_eta": ("Posti", "1"),
    "capienza_ab": ("Capienza", "1"),
    "ab_capienza": ("Capienza", "1"),
}
FORMULAS = {
    "area_ab": "m² dei servizi attivi / residenti",
    "posti_eta": "posti dei servizi attivi / residenti dell'età · 100",
    "capienza_ab": "capienza dei servizi attivi / residenti · quanti ne dice lo standard",
    "ab_sede": "residenti / servizi attivi",
    "ab_capienza": "residenti / capienza dei servizi attivi",
}
NAMES = {
    "davies": ("Centralità di Davies", "Σ servizi della voce · 100 / servizi della voce nel territorio"),
    "complessita": ("Voci sovralocali presenti, fra quelle di cui si sa", "presenti / note"),
    "attrazione": (
        "Persone servite da fuori per residente",
        "media, fra le voci sovralocali, dei residenti altrui divisi alla pari fra i servizi che li "
        "raggiungono, su residenti propri",
    ),
    "metropolitani": ("Servizi di livello metropolitano", "conteggio"),
}


def atlas_trace(
    book: NormBook,
    inventory: Inventory,
    endowments: list[Endowment],
    figures: list[dict[str, Figure]],
    zones: Zones,
    poles: Poles,
) -> Trace:
    """Build the trace of the three scales."""
    rules = inventory.rules
    comuni = tuple(
        _comune(inventory, row, endowments[row], figures[row]) for row in range(len(inventory.comuni))
    )
    every = [_zone(book, inventory, zones, row, zone) for row, zone in enumerate(inventory.places)]
    by_zone, beside = every[: len(inventory.zones)], every[len(inventory.zones) :]
    spread = tuple(
        Node(
            one.voice,
            f"{rules.voices[one.voice].row['nome']}: concentrazione fra le zone",
            None if one.ratio is None else round(one.ratio, 4),
            "1",
            "Σ (servizi della zona / servizi)² / Σ (residenti della zona / residenti)²",
            note=_spread_note(one, len(inventory.zones)),
            parameters=(_row(rules.taxonomy, one.voice),),
            layers=_read(inventory),
        )
        for one in zones.spread
    )
    uses = _uses(inventory)
    ranked = tuple(_pole(rules, one, uses) for one in poles.places)
    root = Node(
        "servizi",
        "Atlante dei servizi",
        len(inventory.services),
        "count",
        "servizi attivi dentro il territorio",
        inputs=(
            Node("comuni", "Comuni", len(comuni), "count", inputs=comuni, layers=_uses(inventory)),
            Node("zone", "Zone omogenee", len(by_zone), "count", inputs=tuple(by_zone)),
            Node("fuori_zona", "Fuori dalle zone omogenee", len(beside), "count", inputs=tuple(beside)),
            Node("diffusione", "Servizi sovralocali fra le zone", len(spread), "count", inputs=spread),
            Node("poli", "Poli e vocazioni", len(ranked), "count", inputs=ranked),
        ),
        parameters=(rules.taxonomy.use(),),
        layers=_uses(inventory),
    )
    return Trace("servizi atlante", rules.day, root, __version__, {})


def _spread_note(one: VoiceSpread, zones: int) -> str:
    """Return how many services were counted, where, and whether there may be others."""
    number = f"{one.number} servizi" if one.whole else f"almeno {one.number} servizi, le fonti sono parziali"
    if not one.number:
        number = "nessun servizio" if one.whole else "nessun servizio rilevato, le fonti sono parziali"
    note = f"{number}; zone di cui una fonte dice qualcosa: {one.zones} su {zones}"
    return f"{note}; {one.outside} nel capoluogo, che non è una zona" if one.outside else note


def _read(inventory: Inventory) -> tuple[LayerUse, ...]:
    """Return the services, their coverage and the people, in this order."""
    return tuple(inventory.versions[one].use() for one in _READ)


def _uses(inventory: Inventory) -> tuple[LayerUse, ...]:
    return tuple(version.use() for version in inventory.versions.values())


def _row(table: InForce, key: str) -> ParameterUse:
    """Return the use of one row of a table, without its empty cells."""
    use = table.use(only=key)
    return replace(use, value={name: cell for name, cell in use.value.items() if cell is not None})


def standard_use(rules: Rules, standard: Standard) -> ParameterUse:
    """Return the use of a standard, with the act and the standing of its own row."""
    row, use = standard.row, rules.standards_table.use(only=standard.id)
    told = {name: row[name] for name in _SAID if row[name] is not None}
    act = Citation(str(row["atto"] or use.citation.act), str(row["articolo"] or ""), row["url"])
    return replace(use, label=str(row["oggetto"]), value=told, status=Status(row["status"]), citation=act)


def _comune(inventory: Inventory, row: int, endowment: Endowment, figures: dict[str, Figure]) -> Node:
    rules, count = inventory.rules, inventory.count
    key, name = (str(inventory.comuni[one].iloc[row]) for one in ("key", "nome"))
    people = float(inventory.people[row])
    leaves, uses = [], _read(inventory)
    for column, (voice, one) in enumerate(rules.voices.items()):
        least = one.row["catchment_min"]
        if one.local and least is not None and people >= float(least):
            stands = standing(count, row, column)
            number = None if stands == MISSING else int(count.number[row, column])
            leaves.append(Node(voice, str(one.row["nome"]), number, "count", source="mappa", note=stands))
    share = Node(
        "dotazione",
        "Dotazione locale: voci attese che ci sono",
        None if endowment.share is None else round(endowment.share, 4),
        "1",
        "voci presenti / voci attese di cui una fonte dice qualcosa; attesa: residenti ≥ bacino minimo",
        note=f"{endowment.missing} voci attese senza dato: non contano" if endowment.missing else "",
        inputs=tuple(leaves),
        parameters=(rules.classes.use(),),
        layers=uses,
    )
    standards = tuple(_figure(rules, rules.standards[one], figure, uses) for one, figure in figures.items())
    return Node(key, name, round(people), "inhabitant", inputs=(share, *standards))


def _figure(rules: Rules, standard: Standard, figure: Figure, uses: tuple[LayerUse, ...]) -> Node:
    bound = "al più" if standard.less_is_better else "almeno"
    notes = [figure.outcome]
    if figure.value is not None and figure.bound:
        notes.append(f"{bound}: le fonti sono parziali, o di qualche servizio manca la misura")
    people = Node(
        "persone", "Residenti contati", round(figure.people), "inhabitant", source="mappa", layers=uses[2:]
    )
    number = Node(
        "servizi", "Servizi attivi contati", figure.services, "count", source="mappa", layers=uses[:2]
    )
    inputs = [number, people]
    if standard.kind in SUMMED and figure.value is not None:
        label, unit = SUMMED[standard.kind]
        note = f"di {figure.sized} servizi di cui si sa"
        inputs.insert(1, Node("quantita", label, round(figure.amount, 2), unit, source="mappa", note=note))
    return Node(
        standard.id,
        str(standard.row["oggetto"]),
        None if figure.value is None else round(figure.value, 4),
        standard.unit,
        FORMULAS[standard.kind],
        note="; ".join(notes),
        inputs=tuple(inputs),
        parameters=(standard_use(rules, standard),),
    )


def _zone(book: NormBook, inventory: Inventory, zones: Zones, row: int, zone: str) -> Node:
    rules, uses = inventory.rules, _read(inventory)
    member = membership_use(book, zone, inventory.zone_codes[zone], rules.day)
    total, own = float(zones.serves[row].sum()), float(zones.serves[row, row])
    gathered = Node(
        "concentrazione",
        "Concentrazione dei servizi sovralocali fra i comuni della zona, su quella delle persone",
        None if zones.ratio(row) is None else round(float(zones.ratio(row) or 0), 4),
        "1",
        "Σ quote² dei servizi / Σ quote² dei residenti, fra i comuni di cui una fonte dice qualcosa",
        note=f"{zones.known[row]} comuni su {len(inventory.places[zone])}",
        parameters=(rules.thresholds.use(),),
        layers=uses,
    )
    served = Node(
        "fuori",
        "Parte delle persone servite che vive in altre zone",
        round((total - own) / total, 4) if total else None,
        "1",
        "1 − residenti propri raggiunti / residenti raggiunti, una volta per servizio",
        inputs=(
            Node("propri", "Residenti propri nel bacino dei suoi servizi", round(own), "inhabitant"),
            Node("tutti", "Residenti nel bacino dei suoi servizi", round(total), "inhabitant"),
        ),
        note="bacino dichiarato, altrimenti i comuni entro i minuti della voce in linea d'aria",
        parameters=(rules.speeds.use(),),
        layers=uses,
    )
    standards = tuple(
        _figure(rules, rules.standards[one], figure, uses) for one, figure in zones.figures[row].items()
    )
    people = float(inventory.people[inventory.places[zone]].sum())
    return Node(
        zone,
        inventory.zone_names[zone],
        round(people),
        "inhabitant",
        inputs=(gathered, served, *standards),
        parameters=(member,) if member else (),
    )


def _measure_note(pole: Pole, measure: str) -> str:
    if pole.measures[measure] is None:
        return "nessuna fonte rileva i servizi sovralocali"
    told = f"{pole.told} voci di cui una fonte dice qualcosa" if measure == "complessita" else ""
    return "; ".join(filter(None, (told, "almeno: le fonti sono parziali" if pole.bound else "")))


def _pole(rules: Rules, pole: Pole, uses: tuple[LayerUse, ...]) -> Node:
    reasons = tuple(
        Node(f"motivo_{number}", reason, True, "1") for number, reason in enumerate(pole.reasons, start=1)
    )
    proposed = Node(
        "rilevanza",
        "Rilevanza proposta dalla regola",
        pole.proposed,
        "text",
        "metropolitana: un nodo, un servizio essenziale, o uno che riguarda abbastanza altre zone; "
        "sovracomunale: più servizi che coprono tutti i comuni vicini in una sola zona; altrimenti locale",
        inputs=reasons,
        parameters=(rules.thresholds.use(), rules.speeds.use()),
        layers=uses,
    )
    if pole.decided:
        proposed = Node(
            "rilevanza",
            "Rilevanza decisa dall'ufficio",
            pole.standing,
            "text",
            source="dichiarato",
            note=f"{pole.decided.get('motivo') or ''} ({pole.decided.get('atto') or ''})",
            parameters=(_row(rules.decisions, pole.key),),
            replaced=proposed,
        )
    measures = tuple(
        Node(
            one,
            NAMES[one][0],
            None if pole.measures[one] is None else round(float(pole.measures[one] or 0), 4),
            "1",
            NAMES[one][1],
            note=_measure_note(pole, one),
        )
        for one in MEASURES
    )
    rank = Node(
        "posto",
        f"Posto fra i comuni (fra {pole.rank_low} e {pole.rank_high})",
        pole.rank or None,
        "count",
        "posto per media pesata delle misure, ciascuna sul massimo trovato; fra parentesi il 5 e il 95 % "
        "delle estrazioni dei pesi",
        inputs=measures,
        parameters=(rules.weights.use(), rules.draws.use()),
        layers=uses,
    )
    quotients = tuple(
        Node(
            name,
            f"{rules.vocations.value[name]['nome']}: quoziente di localizzazione",
            None if value is None else round(value, 4),
            "1",
            "(servizi della vocazione / servizi del luogo) / (lo stesso nel territorio)",
            note="" if value is not None else "troppo pochi servizi sovralocali, o nessuna fonte ne dice",
            parameters=(_row(rules.vocations, name),),
            layers=uses[2:3],
        )
        for name, value in pole.quotients.items()
    )
    return Node(pole.key, pole.name, pole.standing, "text", inputs=(proposed, rank, *quotients))
