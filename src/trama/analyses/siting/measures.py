"""The measures ``sito.*`` of the siting criteria: each explains itself, or says what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from trama.analyses.scheda.place import Measures, Place
from trama.analyses.scheda.water import water_measures
from trama.analyses.siting.reaching import by_transit, need, on_foot
from trama.analyses.siting.site import Site, missing
from trama.analyses.territory.places import zone_members
from trama.kernel.trace import Node
from trama.kernel.units import format_number
from trama.lake.version import Version

STOPS_THAT_COUNT, POSITION = "fermate_di_rilievo", "posizione_per_livello"


def site_measures(site: Site) -> Measures:
    """Return what the criteria may ask of a site, each computed when asked."""
    stop = cache(lambda: _nearest_stop(site))
    return {
        "sito.comune": lambda: _comune(site),
        "sito.zona": lambda: _zone(site),
        "sito.lum_nome": lambda: _lum_name(site),
        "sito.fermata_vicina": stop,
        "sito.residenti_tpl": lambda: by_transit(site),
        "sito.residenti_piedi": lambda: on_foot(site),
        "sito.lum": lambda: _lum(site, stop()),
        "sito.suolo": lambda: _ground(site),
        "sito.bisogno": lambda: need(site),
        "servizio.livello": lambda: _level(site),
    }


def _comune(site: Site) -> Node:
    names = ", ".join(one.nome for one in site.where.comuni)
    return Node(
        "comune", "Comune", names, "text", source="mappa", layers=(site.lake.version("comuni").use(),)
    )


def _zone(site: Site) -> Node:
    code = site.where.main.istat
    members, names = zone_members(site.book, site.day, site.memory.codes)
    zone = next((names[key] for key, codes in members.items() if code in codes), None)
    return Node("zona", "Zona omogenea", zone, "text", source="mappa" if zone else "mancante")


def _held(site: Site) -> int:
    """Return the row of the LUM the site is in: where its inner point is; -1 outside."""
    inner = site.shape.representative_point()
    return int(site.perimeters.holding(np.array([[inner.x, inner.y]]))[0])


def _lum_name(site: Site) -> Node:
    label = "Luogo Urbano per la Mobilità"
    if site.perimeters.version is None:
        return missing("lum_nome", label, "text", "manca l'atlante dei LUM: calcolarlo con trama lum atlante")
    row = _held(site)
    name = site.perimeters.names[row] if row >= 0 else "nessuno"
    return Node("lum_nome", label, name, "text", source="mappa", layers=(site.perimeters.version.use(),))


def _nearest_stop(site: Site) -> Node:
    """Return the closest stop that counts, in minutes on foot: by mode, by level, those with a LUM."""
    label, key = "Fermata di rilievo più vicina", "fermata_vicina"
    version = site.versions.get("fermate")
    if version is None:
        return missing(key, label, "min", "mancano le fermate: caricare un orario con trama layers add")
    table = version.table(columns=["id", "nome", "modo", "livello"])
    rule = site.norm(STOPS_THAT_COUNT)
    modes, levels = (_counted(rule.value[column]) for column in ("modo", "livello"))
    counts = table["modo"].isin(modes) | table["livello"].isin(levels) | table["id"].isin(_stops_of_lum(site))
    table = table[counts].reset_index(drop=True)
    points = np.column_stack([table.geometry.x, table.geometry.y]) if len(table) else np.empty((0, 2))
    node, _gap = site.network.snapped(points, site.rules.snap_m)
    minutes = np.where(node >= 0, site.ball[node], np.inf)
    layers = (*site.walked, version.use())
    if not len(minutes) or not np.isfinite(minutes.min()):
        beyond = format_number(max(site.minutes("minuti_piedi"), site.minutes("minuti_vicino")), "min", 0)
        note = f"nessuna entro {beyond} a piedi"
        return Node(key, label, None, "min", note=note, parameters=(rule.use(),), layers=layers)
    first = int(minutes.argmin())
    return Node(
        key, label, round(float(minutes[first]), 2), "min", "metri lungo le vie / passo", "calcolato",
        str(table["nome"][first]), parameters=(rule.use(), site.pace), layers=layers,
    )  # fmt: skip


def _counted(marks: Mapping[str, int]) -> list[str]:
    return [key for key, mark in marks.items() if mark]


def _stops_of_lum(site: Site) -> set[str]:
    if site.perimeters.version is None:
        return set()
    rows, _shapes = site.perimeters.version.features(["fermate"], None)
    return {stop for row in rows["fermate"] for stop in str(row or "").split()}


def _lum(site: Site, stop: Node) -> Node:
    label, key = "Posizione rispetto ai LUM", "lum"
    version = site.perimeters.version
    if version is None:
        return missing(key, label, "text", "manca l'atlante dei LUM: calcolarlo con trama lum atlante")
    row = _held(site)
    if row >= 0:
        return _inside(site, version, row, key, label)
    if stop.source == "mancante":
        return missing(key, label, "text", f"fuori dai LUM; {stop.note}")
    limit = site.norm("minuti_vicino")
    near = stop.value is not None and float(stop.value) <= float(limit.value)
    return Node(
        key, label, "vicino" if near else "fuori", "text", "minuti alla fermata ≤ soglia", "calcolato",
        stop.note, inputs=(stop,), parameters=(limit.use(),), layers=(version.use(),),
    )  # fmt: skip


def _inside(site: Site, version: Version, row: int, key: str, label: str) -> Node:
    """Return the position of a site in the LUM at `row` of the atlas, as the norms say for its level."""
    rows, _shapes = version.features(["codice", "livello", "perimetro"], None)
    rule, level = site.norm(POSITION), str(rows["livello"][row])
    if level not in rule.value:
        return missing(key, label, "text", f"dentro un LUM di livello {level}, che i criteri non conoscono")
    position, formula = str(rule.value[level]["posizione"]), "punto interno al perimetro in vigore"
    note = f"{site.perimeters.names[row]}, perimetro: {rows['perimetro'][row]}"
    return Node(
        key, label, position, "text", formula, "mappa", note,
        parameters=(rule.use(only=level),), layers=(version.use(),),
    )  # fmt: skip


def _ground(site: Site) -> Node:
    place = Place(
        site.lake, site.book, site.sheet.path, site.day, site.shape, site.shape, site.norm("lato_punto_m")
    )
    sealed = water_measures(place)["luogo.quota_sigillata"]()
    if sealed.value is None:
        return missing("suolo", "Suolo", "text", sealed.note)
    limits = site.norm("quote_suolo")
    built, free = float(limits.value["costruito"]), float(limits.value["libero"])
    share = float(sealed.value)
    value = "costruito" if share > built else "libero" if share < free else "misto"
    return Node(
        "suolo", "Suolo", value, "text", "quota sigillata contro le due soglie", "mappa",
        "che l'area sia dismessa, o l'edificio da riusare, lo dice chi propone",
        inputs=(sealed,), parameters=(limits.use(),),
    )  # fmt: skip


def _level(site: Site) -> Node:
    level = str(site.rules.taxonomy.value[site.voce]["livello"])
    return Node(
        "livello", "Livello del servizio", level, "text", "livello della voce nella tassonomia", "calcolato",
        parameters=(site.rules.taxonomy.use(only=site.voce),),
    )  # fmt: skip
