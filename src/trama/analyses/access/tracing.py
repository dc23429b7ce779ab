"""Why each figure of access is what it is."""

from __future__ import annotations

from typing import Any

from trama import __version__
from trama.analyses.access.bounds import NOTES, SHARES
from trama.analyses.access.figures import AccessOf, CategoryOf
from trama.analyses.access.ground import Ground
from trama.analyses.access.inequality import Inequality
from trama.analyses.access.memory import Memory
from trama.analyses.access.rules import Group
from trama.analyses.territory.places import membership_use
from trama.kernel.trace import LayerUse, Node, ParameterUse, Trace
from trama.kernel.units import format_number
from trama.norms import NormBook

KINDS = {"territorio": "Territorio", "zona": "Zone omogenee", "comune": "Comuni"}
FORMULAS = {
    "pt_min": ("Tempo di prossimità", "min", "Σ residenti · media dei minuti alle categorie / Σ residenti"),
    "f15": ("Quota entro la soglia dei quindici minuti (F15)", "1", "residenti con PT ≤ soglia / residenti"),
    "x_min": ("Minuti alla categoria più lontana (X)", "min", "Σ residenti · max dei minuti / Σ residenti"),
    "categorie_vicine": (
        "Categorie entro la loro soglia (B)",
        "1",
        "Σ residenti · categorie vicine / Σ residenti",
    ),
    "quota_tutte": (
        "Quota con tutte le categorie vicine",
        "1",
        "residenti con tutte / residenti con dati completi",
    ),
    "quota_almeno": ("Quota con le categorie che bastano", "1", "residenti con B ≥ n / residenti"),
}
UNREACHED = "servizi_irraggiungibili"
LISTED = 500
"""Services named one by one; the others are counted."""
OF_ALL = ("categorie_vicine", "quota_almeno", "quota_tutte")
"""Figures that are of all the categories of the set, also where some have no data: they can only be more."""
UNEQUAL = {
    "accesso_medio": ("Accesso medio", "1", "media del decadimento dei minuti"),
    "gini": ("Indice di Gini", "1", "Σi Σj pi·pj·|ai − aj| / (2·P²·μ)"),
    "palma": ("Indice di Palma", "1", "accesso del 10 % meglio servito / del 40 % peggio servito"),
    "theil": ("Indice di Theil", "1", "Σ (p/P)·(a/μ)·ln(a/μ) = tra + entro"),
    "theil_tra": (
        "Theil, parte tra i luoghi minori",
        "1",
        "Σ quota · (media del luogo / μ) · ln(media del luogo / μ)",
    ),
    "quota_tra": ("Quota della disuguaglianza tra i luoghi minori", "1", "parte tra / Theil"),
    "atkinson_1": ("Indice di Atkinson, prima avversione", "1", "1 − [Σ (p/P)·(a/μ)^(1−ε)]^(1/(1−ε))"),
    "atkinson_2": ("Indice di Atkinson, seconda avversione", "1", "1 − exp(Σ (p/P)·ln(a/μ)), con ε = 1"),
    "kolm_pollak_min": ("Tempo equivalente (Kolm-Pollak)", "min", "(1/κ)·ln Σ (p/P)·exp(κ·PT)"),
    "scarto_min": ("Minuti oltre la soglia, a persona", "min", "Σ p·max(0; PT − soglia) / Σ p"),
    "p90_min": ("Tempo che il 90 % non supera", "min", "quantile pesato sui residenti"),
}


def uses_of(ground: Ground) -> tuple[LayerUse, ...]:
    """Return every layer read."""
    return tuple(version.use() for _layer, version in sorted(ground.versions.items()))


def walker_use(ground: Ground | Memory, group: Group) -> ParameterUse:
    """Quote the pace and the ages of a group."""
    return ground.rules.norms["velocita"].use(only=group.id)


def run_trace(
    book: NormBook,
    ground: Ground,
    group: Group,
    places: list[tuple[str, AccessOf]],
    unequal: list[tuple[str, str, Group, Inequality]],
    riding: list[tuple[str, str, str, CategoryOf]],
    supply: tuple[Node, ...] = (),
) -> Trace:
    """Build the trace of a run; figures are at ``comune/<istat>/f15``, ``disuguaglianza/<gruppo>/...``.

    `supply` is what `trama.analyses.access.supplying.supply_node` says.
    """
    rules = ground.rules
    groups, whole = _by_kind(book, ground, group, places), places[0][1]
    lost = ", ".join(rules.not_computable)
    root = Node(
        "accesso",
        f"Accesso a piedi ai servizi: {rules.published['name_it']}",
        _round(whole.f15),
        "1",
        "quota dei residenti con tempo di prossimità entro la soglia",
        note=f"Categorie della serie che nessuna voce dice: {lost}." if lost else "",
        inputs=(
            *_inputs(ground),
            *groups,
            _unequal(ground, unequal),
            *_riding(ground, group, riding),
            *supply,
        ),
        parameters=(
            *rules.uses("serie_pubblicate", "serie", "soglia_minuti"),
            walker_use(ground, group),
            *rules.uses("distanza_massima_m", "distanza_nodo_m", "voci_fermate"),
        ),
        layers=uses_of(ground),
    )
    return Trace("access run", rules.day, root, __version__, asked(ground, group))


def overview_trace(book: NormBook, memory: Memory, group: Group, places: list[tuple[str, AccessOf]]) -> Trace:
    """Build the trace of the fifteen minutes of another group, made from the layers of a run."""
    rules, whole = memory.rules, places[0][1]
    root = Node(
        "accesso",
        f"Accesso a piedi ai servizi: {rules.published['name_it']}, {group.name_it.lower()}",
        _round(whole.f15),
        "1",
        "quota dei residenti con tempo di prossimità entro la soglia",
        inputs=_by_kind(book, memory, group, places),
        parameters=(
            *rules.uses("serie_pubblicate", "serie", "soglia_minuti"),
            walker_use(memory, group),
            *rules.uses("distanza_massima_m", "distanza_nodo_m"),
        ),
        layers=(memory.version.use(), memory.times_version.use()),
    )
    asked = {"serie": rules.set_id, "gruppo": group.id}
    return Trace("access gruppo", rules.day, root, __version__, asked)


def _by_kind(
    book: NormBook, ground: Ground | Memory, group: Group, places: list[tuple[str, AccessOf]]
) -> tuple[Node, ...]:
    return tuple(
        Node(
            kind,
            title,
            sum(1 for one, _ in places if one == kind),
            "count",
            inputs=tuple(_place(book, ground, group, kind, of) for one, of in places if one == kind),
        )
        for kind, title in KINDS.items()
    )


def asked(ground: Ground, group: Group) -> dict[str, Any]:
    """Return what distinguishes a run."""
    return {"serie": ground.rules.set_id, "gruppo": group.id, **ground.rules.asked}


def _inputs(ground: Ground) -> tuple[Node, ...]:
    services, net = ground.services, ground.network
    return (
        Node("celle", "Celle abitate di 100 m", len(ground.cells), "count", "celle con peso residenziale"),
        Node("nodi", "Nodi della rete pedonale", net.graph.nodes, "count", source="mappa"),
        Node("servizi", "Servizi attivi e fermate", len(services.id), "count", source="mappa"),
        Node(
            "servizi_staccati",
            "Di questi, troppo lontani dalla rete",
            services.detached,
            "count",
            "punti oltre la distanza massima da un nodo: non si raggiungono",
        ),
        Node(
            UNREACHED,
            "Servizi che nessuno raggiunge a piedi",
            len(ground.unreached),
            "count",
            "lontani da ogni via, o su vie staccate dal resto dove non abita nessuno",
            note=f"Se ne elencano {LISTED}." if len(ground.unreached) > LISTED else "",
            inputs=tuple(_unreached(row) for row in unreached_rows(ground)),
        ),
    )


def unreached_rows(ground: Ground) -> list[dict[str, Any]]:
    """Return the services that nobody can walk to, `LISTED` at most: id, name, entry, why, metres."""
    services = ground.services
    return [
        {
            "id": str(services.id[one.row]),
            "nome": str(services.name[one.row]),
            "voce": str(services.voce[one.row]),
            "voce_nome": ground.rules.voce_name(str(services.voce[one.row])),
            "motivo": one.why,
            "distanza_m": None if one.metres is None else round(one.metres, 1),
        }
        for one in ground.unreached[:LISTED]
    ]


def _unreached(row: dict[str, Any]) -> Node:
    return Node(
        row["id"],
        f"{row['voce_nome']}: {row['nome'] or row['id']}",
        row["distanza_m"],
        "m",
        source="mappa",
        note=row["motivo"],
    )


def _place(book: NormBook, ground: Ground | Memory, group: Group, kind: str, of: AccessOf) -> Node:
    values = of.to_json()
    zone = membership_use(book, of.key, ground.members[of.key], ground.rules.day) if kind == "zona" else None
    figures = tuple(
        Node(key, label, _round(values[key]), unit, formula, note=_note(of, key, values[key]))
        for key, (label, unit, formula) in FORMULAS.items()
    )
    people = Node(
        "residenti_collocati",
        "Residenti sulla rete",
        _round(of.placed, 1),
        "inhabitant",
        "residenti del comune · peso del costruito vicino / peso del costruito del comune",
        source="stimato",
        note=_unplaced(of),
    )
    categories = tuple(_category(group, one) for one in of.categories)
    return Node(
        of.key,
        of.name,
        _round(of.f15),
        "1",
        "quota entro la soglia dei quindici minuti",
        inputs=(
            people,
            *figures,
            Node("categorie", "Categorie", len(categories), "count", inputs=categories),
        ),
        parameters=(
            walker_use(ground, group),
            *ground.rules.uses("soglia_minuti"),
            *((zone,) if zone else ()),
        ),
    )


def _category(group: Group, one: CategoryOf) -> Node:
    threshold = format_number(one.category.minutes, "min", 0)
    notes = {
        "mancante": "dato mancante: nessuna fonte la rileva; non significa che il servizio non ci sia",
    }
    times = f", media dei {one.category.k} più vicini" if one.category.k > 1 else ""
    return Node(
        one.category.id,
        f"{one.category.name_it}: residenti oltre {threshold}",
        None if one.beyond is None else _round(one.beyond, 1),
        "inhabitant",
        f"Σ residenti delle celle con minuti > {threshold}{times}; a {format_number(group.m_s, 'm/s')}",
        note=notes.get(one.state, NOTES[one.beyond_word]),
        inputs=minutes_nodes(one),
    )


def minutes_nodes(one: CategoryOf) -> tuple[Node, ...]:
    """Return the residents a category's figures are of, those they are not of, and its minutes."""
    note = NOTES[one.minutes_word]
    return (
        Node("misurati", "Residenti con il dato", _round(one.people, 1), "inhabitant", source="stimato"),
        Node(
            "senza_dato",
            "Residenti che non contano: manca il dato, o sono fuori dalla rete",
            _round(one.missing, 1),
            "inhabitant",
            source="stimato",
        ),
        Node(
            "oltre_ricerca",
            "Di chi ha il dato, chi non trova tutto entro la distanza massima: conta a quella",
            _round(one.cut, 1),
            "inhabitant",
            source="stimato",
        ),
        Node("minuti_medi", "Minuti medi", _round(one.mean_min, 3), "min", note=note),
        Node("minuti_p90", "Minuti che il 90 % non supera", _round(one.p90_min, 3), "min", note=note),
    )


def _riding(ground: Ground, group: Group, riding: list[tuple[str, str, str, CategoryOf]]) -> tuple[Node, ...]:
    whole = [one for kind, _key, _name, one in riding if kind == "territorio"]
    if not whole:
        return ()
    limits = "ogni linea si attende da sola; le coincidenze tra due corse non si conoscono"
    return (
        Node(
            "mezzi",
            "Servizi raggiunti con i mezzi pubblici",
            len(whole),
            "count",
            "a piedi, attesa, viaggio, cambio, a piedi; frequenze di un giorno feriale",
            note=limits,
            inputs=tuple(_category(group, one) for one in whole),
            parameters=ground.rules.uses("trasporto_pubblico"),
        ),
    )


def _unequal(ground: Ground, unequal: list[tuple[str, str, Group, Inequality]]) -> Node:
    rules = ground.rules
    found = []
    for group in rules.groups.values():
        rows = [(key, name, one) for key, name, of, one in unequal if of.id == group.id]
        inputs = tuple(_measures(key, name, one) for key, name, one in rows)
        pace = format_number(group.m_s, "m/s")
        found.append(
            Node(
                group.id,
                group.name_it,
                rows[0][2].to_json()["gini"] if rows else None,
                "1",
                f"indice di Gini dell'accesso, a {pace}",
                inputs=inputs,
                parameters=(walker_use(ground, group),),
            )
        )
    norms = ("decadimento_accesso", "decadimento", "avversione", "soglia_minuti")
    title = "Disuguaglianza dell'accesso, per gruppo"
    return Node(
        "disuguaglianza", title, len(found), "count", inputs=tuple(found), parameters=rules.uses(*norms)
    )


def _measures(key: str, name: str, one: Inequality) -> Node:
    values = one.to_json()
    inputs = tuple(
        Node(measure, label, _round(values[measure]), unit, formula)
        for measure, (label, unit, formula) in UNEQUAL.items()
    )
    left = one.missing
    out = format_number(round(left), "inhabitant")
    note = f"Residenti senza alcun dato, lasciati fuori: {out}." if left >= 1 else ""
    return Node(key, name, _round(one.gini), "1", "indice di Gini", note=note, inputs=inputs)


def _note(of: AccessOf, key: str, value: float | None) -> str:
    if value is None:
        return "dato mancante: nessun residente ha i dati che servono"
    notes = NOTES if key in {"pt_min", "x_min"} else SHARES
    left = "di chi ha il dato, sulle categorie rilevate" if of.lacking and key not in OF_ALL else ""
    return "; ".join(part for part in (notes[of.words[key]], left) if part)


def _unplaced(of: AccessOf) -> str:
    if of.unplaced is None:
        return "i residenti del luogo non sono tutti noti"
    return f"Non collocati: {format_number(round(of.unplaced), 'inhabitant')}." if of.unplaced >= 1 else ""


def _round(value: float | None, digits: int = 6) -> float | None:
    return None if value is None else round(float(value), digits)
