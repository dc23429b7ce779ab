"""What is there: people by age, services and their capacity, and what a source covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from trama.analyses.services.errors import MissingLayers, UnknownVoices
from trama.analyses.services.rules import Rules
from trama.analyses.territory.places import zone_members
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook

if TYPE_CHECKING:
    import geopandas

PEOPLE, SERVICES, COVERAGE, PLAN = "popolazione_eta", "servizi", "servizi_copertura", "previsioni_piano"
NEEDED = ("comuni", PEOPLE, SERVICES, COVERAGE)
BESIDE = ("fermate", "strade", PLAN)
"""Layers that are read where they are: interchanges, motorway junctions, areas of the plans."""
ACTIVE = "attivo"
M2 = {"m2": 1.0, "ha": 10_000.0}
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Count:
    """Services counted, all of shape (places, voices).

    Attributes
    ----------
    number
        Active services.
    capacity, area_m2
        Sum of what is known; `sized` and `measured` say of how many services.
    told, whole
        Whether a source covers the voice there, and whether wholly.
    """

    number: Floats
    capacity: Floats
    sized: Floats
    area_m2: Floats
    measured: Floats
    told: Flags
    whole: Flags

    def summed(self, rows: list[npt.NDArray[np.int64]]) -> Count:
        """Return the same for groups of places: told where any place is, whole where all are."""

        def total(field: Floats) -> Floats:
            return np.stack([field[one].sum(axis=0) for one in rows])

        return Count(
            number=total(self.number),
            capacity=total(self.capacity),
            sized=total(self.sized),
            area_m2=total(self.area_m2),
            measured=total(self.measured),
            told=np.stack([self.told[one].any(axis=0) for one in rows]),
            whole=np.stack([self.whole[one].all(axis=0) for one in rows]),
        )


@dataclass(frozen=True)
class Inventory:
    """The territory as the atlas counts it.

    Attributes
    ----------
    comuni
        Columns ``key, nome, geometry``; rows are the places of `count`.
    ages
        Residents by comune and year of age, shape (comuni, 101).
    services
        Active services inside the territory, with ``row`` (of `comuni`) and ``column`` (of the taxonomy).
    zones
        Zone → rows of its comuni; `zone_names` their names.
    """

    rules: Rules
    comuni: geopandas.GeoDataFrame
    ages: Floats
    count: Count
    services: geopandas.GeoDataFrame
    zones: dict[str, npt.NDArray[np.int64]]
    zone_names: dict[str, str]
    zone_codes: dict[str, list[str]]
    versions: dict[str, Version]

    @property
    def people(self) -> Floats:
        """Residents of each comune."""
        return np.asarray(self.ages.sum(axis=1))

    def between(self, low: int, high: int) -> Floats:
        """Return the residents of each comune of these ages, both included."""
        return np.asarray(self.ages[:, low : high + 1].sum(axis=1))

    @property
    def zone_of(self) -> npt.NDArray[np.int64]:
        """Row of the zone of each comune, in the order of `zones`."""
        found = np.zeros(len(self.comuni), np.int64)
        for number, rows in enumerate(self.zones.values()):
            found[rows] = number
        return found


def take_inventory(lake: Lake, book: NormBook, rules: Rules) -> Inventory:
    """Read and count everything; raises `MissingLayers`, `UnknownVoices`."""
    if missing := [layer for layer in NEEDED if not lake.has(layer)]:
        raise MissingLayers(layers=", ".join(f"«{one}»" for one in missing))
    names = [*NEEDED, *(layer for layer in BESIDE if lake.has(layer))]
    versions = {name: lake.version(name) for name in names}
    comuni = versions["comuni"].table(columns=["istat", "nome"]).rename(columns={"istat": "key"})
    comuni = comuni.assign(key=comuni["key"].astype(str)).sort_values("key").reset_index(drop=True)
    codes = comuni["key"].tolist()
    members, zone_names = zone_members(book, rules.day, codes)
    row_of = {code: row for row, code in enumerate(codes)}
    services = _services(versions[SERVICES], rules, row_of)
    areas = _plan_areas(versions.get(PLAN), rules, row_of)
    return Inventory(
        rules=rules,
        comuni=comuni,
        ages=_ages(versions[PEOPLE], row_of),
        count=_count(services, _coverage(versions[COVERAGE], rules, row_of), areas),
        services=services,
        zones={zone: np.array([row_of[code] for code in own]) for zone, own in members.items()},
        zone_names=zone_names,
        zone_codes=members,
        versions=versions,
    )


def _ages(version: Version, row_of: dict[str, int]) -> Floats:
    table = version.table(columns=["istat", "eta", "totale"])
    found = np.zeros((len(row_of), 101))
    row = table["istat"].astype(str).map(row_of)
    kept = row.notna()
    age = table.loc[kept, "eta"].clip(0, 100).astype(int)
    np.add.at(found, (row[kept].astype(int), age), table.loc[kept, "totale"].astype(float))
    return found


def _services(version: Version, rules: Rules, row_of: dict[str, int]) -> geopandas.GeoDataFrame:
    table = version.table()
    if strange := sorted(set(table["voce"].dropna().astype(str)) - set(rules.voices)):
        raise UnknownVoices(voices=", ".join(strange[:5]) + (" …" if len(strange) > 5 else ""))
    column_of = {name: column for column, name in enumerate(rules.voices)}
    table = table.assign(
        row=table["istat"].map(row_of),
        column=table["voce"].map(column_of),
        livello=_levels(table, rules),
        suolo=table["voce"].map({name: voice.ground for name, voice in rules.voices.items()}).fillna(False),
    )
    kept = (table["stato"].fillna(ACTIVE) == ACTIVE) & table["row"].notna() & table["column"].notna()
    found: geopandas.GeoDataFrame = table[kept].astype({"row": int, "column": int}).reset_index(drop=True)
    return found


def _levels(table: Any, rules: Rules) -> Any:
    own = table["voce"].map({name: voice.level for name, voice in rules.voices.items()})
    return table["livello"].where(table["livello"].notna(), own)


def _coverage(version: Version, rules: Rules, row_of: dict[str, int]) -> tuple[Flags, Flags]:
    """Return where a source covers a voice, and where wholly: the better of two sources counts."""
    table = version.table(columns=["istat", "voce", "copertura"])
    column_of = {name: column for column, name in enumerate(rules.voices)}
    told = np.zeros((len(row_of), len(column_of)), bool)
    whole = told.copy()
    for istat, voice, how in table.itertuples(index=False):
        row, column = row_of.get(str(istat)), column_of.get(str(voice))
        if row is not None and column is not None:
            told[row, column] = True
            whole[row, column] |= how == "completa"
    return told, whole


def _plan_areas(version: Version | None, rules: Rules, row_of: dict[str, int]) -> Floats:
    """Return the m2 of existing services that the plans draw, by comune and voice; 0 where they draw none."""
    found = np.zeros((len(row_of), len(rules.voices)))
    if version is None:
        return found
    column_of = {name: column for column, name in enumerate(rules.voices)}
    table = version.table(columns=["istat", "genere", "voce", "area_m2"])[
        ["istat", "genere", "voce", "area_m2"]
    ]
    for istat, kind, voice, area in table.itertuples(index=False):
        row, column = row_of.get(str(istat)), column_of.get(str(voice))
        if kind == "servizio_esistente" and row is not None and column is not None and area > 0:
            found[row, column] += float(area)
    return found


def _count(services: geopandas.GeoDataFrame, coverage: tuple[Flags, Flags], plan_m2: Floats) -> Count:
    told, whole = coverage
    at = services["row"].to_numpy(), services["column"].to_numpy()

    def summed(values: Any) -> Floats:
        field = np.zeros(told.shape)
        np.add.at(field, at, np.asarray(values, float))
        return field

    capacity = services["capienza"].to_numpy(float)
    known = np.isfinite(capacity)
    per_unit = services["capienza_unita"].map(M2).fillna(0.0).to_numpy(float)
    ground = known & (per_unit > 0) & services["suolo"].to_numpy(bool)
    area = summed(np.where(ground, capacity * per_unit, 0.0))
    measured = summed(ground)
    number = summed(np.ones(len(services)))
    return Count(
        number=number,
        capacity=summed(np.where(known, capacity, 0.0)),
        sized=summed(known),
        area_m2=np.where(plan_m2 > 0, plan_m2, area),
        measured=np.where(plan_m2 > 0, np.maximum(number, 1.0), measured),
        told=told,
        whole=whole,
    )
