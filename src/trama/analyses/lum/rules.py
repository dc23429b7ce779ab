"""The norms of the LUM, as in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from trama.norms import InForce, NormBook

FOLDER = "sttm2/lum"
TAXONOMY = "sttm2/servizi/tassonomia"
CAPITAL = "territorio/capoluogo"
WEIGHTS = "sttm1/warm/calore_dusaf"
CATEGORIES = "sttm2/servizi/categorie"
WAITING = "sttm2/quindici_minuti/trasporto_pubblico"
BORDER = "territorio/tolleranza_confine"
RAIL = frozenset({"treno", "metro"})
ON_TRACKS = frozenset({"treno", "metro", "tram"})
_NAMES = {
    "levels": "livelli",
    "colours": "colori",
    "level_rule": "regola_livello",
    "frequency": "frequenza",
    "node_distance": "distanza_nodo_m",
    "farthest": "scostamento_massimo",
    "area": "superficie_ammessa",
    "overlap": "sovrapposizione_tollerata_m2",
    "walk": "cammino",
    "bands": "fasce_eta",
    "functions": "funzioni",
    "unadvised": "sconsigliate",
    "cycle": "sosta_bici",
    "checklist": "accessibilita",
    "node_place": "nodo_luogo",
    "reading": "lettura_nodo_luogo",
    "touched": "comune_toccato",
    "transit": "mezzi_pubblici",
    "completeness": "completezza",
    "alternatives": "alternative",
}


@dataclass(frozen=True)
class Rules:
    """Every norm the atlas uses; `taxonomy` and `categories` are None where there are none of services."""

    day: date
    capital: InForce
    weights: InForce
    border: InForce
    taxonomy: InForce | None
    levels: InForce
    colours: InForce
    level_rule: InForce
    frequency: InForce
    node_distance: InForce
    farthest: InForce
    area: InForce
    overlap: InForce
    walk: InForce
    bands: InForce
    functions: InForce
    unadvised: InForce
    cycle: InForce
    checklist: InForce
    node_place: InForce
    reading: InForce
    touched: InForce
    transit: InForce
    completeness: InForce
    alternatives: InForce
    waiting: InForce
    categories: InForce | None

    @cached_property
    def order(self) -> dict[str, int]:
        """Level → its place, 0 the highest."""
        return {level: at for at, level in enumerate(self.levels.value)}

    def radius(self, level: str | None) -> float | None:
        """Return the radius of a level in metres; None where it has no LUM or is unknown."""
        radius = self.levels.value.get(level, {}).get("raggio_m") if level else None
        return None if radius is None else float(radius)

    def level_name(self, level: str | None) -> str | None:
        """Return the Italian name of a level."""
        return str(self.levels.value[level]["name_it"]) if level in self.levels.value else None

    def highest(self, levels: list[str]) -> str | None:
        """Return the highest of some levels; those the norms do not know count for nothing."""
        known = [level for level in levels if level in self.order]
        return min(known, key=self.order.__getitem__, default=None)

    def voice_name(self, voice: str) -> str:
        """Return the name of a voice of the taxonomy; its code where nothing names it."""
        row = (self.taxonomy.value if self.taxonomy else {}).get(voice, {})
        return str(row.get("nome") or voice)

    def category(self, voice: str) -> str:
        """Return the category of a voice, else the first part of its code."""
        row = (self.taxonomy.value if self.taxonomy else {}).get(voice, {})
        return str(row.get("categoria") or voice.partition(".")[0])

    def category_name(self, category: str) -> str:
        """Return the name of a category; its code where nothing names it."""
        row = (self.categories.value if self.categories else {}).get(category, {})
        return str(row.get("nome") or category)

    def walking(self, name: str) -> float:
        """Return one number of the walking catchment."""
        return float(self.walk.value[name])


def read_rules(book: NormBook, day: date) -> Rules:
    """Read the norms in force on `day`; raises `NotInForce`."""
    norms: dict[str, Any] = {name: book.value(f"{FOLDER}/{path}", day) for name, path in _NAMES.items()}
    return Rules(
        day=day,
        capital=book.value(CAPITAL, day),
        weights=book.value(WEIGHTS, day),
        border=book.value(BORDER, day),
        taxonomy=book.value(TAXONOMY, day) if TAXONOMY in book.parameters else None,
        waiting=book.value(WAITING, day),
        categories=book.value(CATEGORIES, day) if CATEGORIES in book.parameters else None,
        **norms,
    )
