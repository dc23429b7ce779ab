"""What is there: people by age, services and their capacity, and what a source covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from trama.analyses.services.coverage import Covered, read_coverage
from trama.analyses.services.errors import MissingLayers
from trama.analyses.services.listed import placed_services
from trama.analyses.services.plans import PlanAreas, Planned, forecast_of, read_plan
from trama.analyses.services.rules import Rules
from trama.analyses.territory.places import CHIEF_TOWN, NO_ZONE, zone_members
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook

if TYPE_CHECKING:
    import geopandas

PEOPLE, SERVICES, COVERAGE, PLAN = "popolazione_eta", "servizi", "servizi_copertura", "previsioni_piano"
NEEDED = ("comuni", PEOPLE, SERVICES, COVERAGE)
BESIDE = ("fermate", "strade", PLAN)
"""Layers that are read where they are: interchanges, motorway junctions, areas of the plans."""
BESIDE_ZONES = (CHIEF_TOWN, NO_ZONE)
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
    drawn
        Areas of existing services that the plan of the comune draws: something is there, not how much.
    """

    number: Floats
    capacity: Floats
    sized: Floats
    area_m2: Floats
    measured: Floats
    told: Flags
    whole: Flags
    drawn: Floats

    @property
    def present(self) -> Flags:
        """Whether a source lists a service, or the plan draws one."""
        return np.asarray((self.number > 0) | (self.drawn > 0))

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
            drawn=total(self.drawn),
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
        Zone → rows of its comuni. The chief town belongs to none.
    outside
        Chief town, and comuni in no zone → their rows: they stand beside the zones, and are none.
    planned
        What is only forecast, never counted among services.
    """

    rules: Rules
    comuni: geopandas.GeoDataFrame
    ages: Floats
    count: Count
    services: geopandas.GeoDataFrame
    zones: dict[str, npt.NDArray[np.int64]]
    outside: dict[str, npt.NDArray[np.int64]]
    zone_names: dict[str, str]
    zone_codes: dict[str, list[str]]
    planned: Planned
    versions: dict[str, Version]

    @property
    def people(self) -> Floats:
        """Residents of each comune."""
        return np.asarray(self.ages.sum(axis=1))

    def between(self, low: int, high: int) -> Floats:
        """Return the residents of each comune of these ages, both included."""
        return np.asarray(self.ages[:, low : high + 1].sum(axis=1))

    @property
    def places(self) -> dict[str, npt.NDArray[np.int64]]:
        """The zones, then what stands beside them: every comune is in one."""
        return {**self.zones, **self.outside}

    @property
    def zone_of(self) -> npt.NDArray[np.int64]:
        """Row of each comune in the order of `places`: a zone where it is below ``len(zones)``."""
        found = np.zeros(len(self.comuni), np.int64)
        for number, rows in enumerate(self.places.values()):
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
    everything = placed_services(versions[SERVICES], rules, row_of)
    services = everything[everything["stato"].fillna(ACTIVE) == ACTIVE].reset_index(drop=True)
    plan = read_plan(versions.get(PLAN), rules, row_of)
    cover = read_coverage(
        versions[COVERAGE].table(), row_of, {one: at for at, one in enumerate(rules.voices)}
    )
    groups = {zone: np.array([row_of[code] for code in own]) for zone, own in members.items()}
    return Inventory(
        rules=rules,
        comuni=comuni,
        ages=_ages(versions[PEOPLE], row_of),
        count=_count(services, cover, plan),
        services=services,
        zones={zone: rows for zone, rows in groups.items() if zone not in BESIDE_ZONES},
        outside={zone: rows for zone, rows in groups.items() if zone in BESIDE_ZONES},
        zone_names=zone_names,
        zone_codes=members,
        planned=forecast_of(everything, plan),
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


def _count(services: geopandas.GeoDataFrame, cover: Covered, plan: PlanAreas) -> Count:
    """Count what is active; what the plan draws tells of its voice, in part."""
    told, whole = cover.told | (plan.existing > 0), cover.whole
    plan_m2 = plan.existing_m2
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
        drawn=plan.existing,
    )
