"""What a run reads, opened together: norms, people, network, services, and which place each cell is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.bounds import Surroundings, surroundings
from trama.analyses.access.errors import NobodyPlaced, TooMany
from trama.analyses.access.layers import (
    COMUNI,
    COVER,
    COVERAGE,
    LINKS,
    NETWORK,
    PEOPLE,
    SERVICES,
    STOPS,
)
from trama.analyses.access.residents import Cells, People, read_people, spread
from trama.analyses.access.rules import Rules
from trama.analyses.access.services import Coverage, Services, Taken, read_coverage, read_services
from trama.analyses.territory.grid import open_versions, polygons
from trama.analyses.territory.places import named, zone_members
from trama.analyses.walking import Network, network_of
from trama.engines.network import Graph
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import NormBook

if TYPE_CHECKING:
    import geopandas

ANALYSIS = "Il calcolo dell'accesso ai servizi"
FAR, ALONE = "lontano da ogni via", "su vie staccate dal resto, dove non abita nessuno"
WEIGHTS = "sttm1/warm/calore_dusaf"


@dataclass(frozen=True)
class Unreached:
    """A service that nobody can walk to.

    Attributes
    ----------
    row
        In `Services`.
    why
        `FAR` or `ALONE`.
    metres
        To the closest node, where it is far from all.
    """

    row: int
    why: str
    metres: float | None


@dataclass(frozen=True)
class Ground:
    """Everything a run rests on.

    Attributes
    ----------
    versions
        Layer → version read.
    members
        Zone → codes of its comuni on the day (see `trama.analyses.territory.places`).
    zone_names
        Zone → name.
    """

    rules: Rules
    weights: dict[str, float]
    versions: dict[str, Version]
    comuni: geopandas.GeoDataFrame
    members: dict[str, list[str]]
    zone_names: dict[str, str]
    network: Network
    people: People
    cells: Cells
    services: Services
    coverage: Coverage

    @property
    def codes(self) -> list[str]:
        """ISTAT codes of the comuni, in order."""
        return self.people.codes

    @cached_property
    def names(self) -> list[str]:
        """Names of the comuni, in order."""
        return [name for _key, name in named(self.comuni)]

    @cached_property
    def around(self) -> Surroundings:
        """What surrounds the cells."""
        limit = self.rules.limit_mm
        return surroundings(self.cells, self.comuni, self.codes, limit, self.rules.snap_m)

    @cached_property
    def zone_of(self) -> NDArray[np.intp]:
        """Number of the zone, from 0, of each comune."""
        number = {code: row for row, codes in enumerate(self.members.values()) for code in codes}
        return np.array([number[code] for code in self.codes], dtype=np.intp)

    @cached_property
    def rows_of(self) -> list[NDArray[np.intp]]:
        """Cells of each comune."""
        order = np.argsort(self.cells.comune, kind="stable")
        bounds = np.searchsorted(self.cells.comune[order], np.arange(len(self.codes) + 1))
        return [order[bounds[row] : bounds[row + 1]] for row in range(len(self.codes))]

    def rows_of_zone(self, zone: str) -> NDArray[np.intp]:
        """Return the cells of a zone."""
        number = list(self.members).index(zone)
        return np.flatnonzero(self.zone_of[self.cells.comune] == number)

    def places(self) -> list[tuple[str, str, str, NDArray[np.intp]]]:
        """Return (kind, key, name, cells) of the territory, the zones and the comuni, in this order."""
        whole = np.arange(len(self.cells), dtype=np.intp)
        found = [("territorio", "territorio", "Intero territorio", whole)]
        found += [("zona", zone, self.zone_names[zone], self.rows_of_zone(zone)) for zone in self.members]
        named_rows = zip(self.codes, self.names, self.rows_of, strict=True)
        return found + [("comune", code, name, rows) for code, name, rows in named_rows]

    def people_of(self, kind: str, key: str, by_comune: NDArray[np.float64]) -> float:
        """Return the residents of a place given those of each comune; NaN where one is not known."""
        if kind == "comune":
            return float(by_comune[self.codes.index(key)])
        if kind == "zona":
            return float(by_comune[self.zone_of == list(self.members).index(key)].sum())
        return float(by_comune.sum())

    @cached_property
    def has_stairs(self) -> bool:
        """Whether some edge of the network is a stair."""
        return bool(self.network.stairs.any())

    @cached_property
    def unreached(self) -> list[Unreached]:
        """Services that nobody can walk to: far from every street, or on ways where nobody lives."""
        services, network = self.services, self.network
        away = np.flatnonzero(services.node < 0)
        _node, gap = network.snapped(services.xy[away], np.inf)
        far = [Unreached(int(row), FAR, float(metres)) for row, metres in zip(away, gap, strict=True)]
        lived = np.unique(network.islands[self.cells.node[self.cells.node >= 0]])
        there = np.flatnonzero(services.node >= 0)
        alone = there[~np.isin(network.islands[services.node[there]], lived)]
        return far + [Unreached(int(row), ALONE, None) for row in alone]

    def graph_of(self, stairs: bool) -> Graph:
        """Return the network, with or without its stairs."""
        return self.network.graph if stairs else self.network.without_stairs


def read_ground(lake: Lake, book: NormBook, rules: Rules, day: date) -> Ground:
    """Open all that a run reads.

    Raises
    ------
    MissingLayers, NoNetwork, NotTogether
        A layer is not there, or nodes and edges do not go together.
    TooMany
        A layer has more rows than memory is sure to hold; none has been read.
    NobodyPlaced
        No cell with residents is near the network.
    """
    needed = [COMUNI, COVER, PEOPLE, *NETWORK, SERVICES]
    versions = open_versions(lake, needed, ANALYSIS)
    for layer in (COVERAGE, STOPS, LINKS):
        if lake.has(layer):
            versions[layer] = lake.version(layer)
    shelf = Taken(versions)
    _refuse_too_many(versions, rules)
    network = network_of(shelf)
    comuni = polygons(versions[COMUNI])
    codes = [str(code) for code in comuni["key"]]
    table = book.value(WEIGHTS, day).value
    weights = {str(code): float(row["residents_weight"] or 0) for code, row in table.items()}
    by_code = {int(code): weight for code, weight in weights.items()}
    cells = spread(versions[COVER], list(comuni.geometry), by_code, network.xy, rules.snap_m)
    if not (cells.node >= 0).any():
        raise NobodyPlaced()
    services = read_services(shelf, rules, network.snapped)
    members, names = zone_members(book, day, codes)
    return Ground(
        rules,
        weights,
        versions,
        comuni,
        members,
        names,
        network,
        read_people(versions[PEOPLE], codes),
        cells,
        services,
        read_coverage(shelf, list(rules.taxonomy.value), codes, services.from_stops),
    )


def _refuse_too_many(versions: dict[str, Version], rules: Rules) -> None:
    for layer in (SERVICES, NETWORK[0]):
        most = rules.most_rows[layer]
        if versions[layer].rows > most:
            raise TooMany(
                layer=layer,
                given=format_number(versions[layer].rows, "count", 0),
                most=format_number(most, "count", 0),
            )
