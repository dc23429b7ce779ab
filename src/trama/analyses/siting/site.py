"""A site on the map, with all that the siting criteria need to measure it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import shapely

from trama.analyses.access.memory import Memory, last_run
from trama.analyses.access.rules import EVERYONE, Group, Rules, group_of
from trama.analyses.siting.candidates import Perimeters, read_perimeters
from trama.analyses.siting.errors import AreaTooLarge, OffTheNetwork
from trama.analyses.territory.location import Location, locate
from trama.analyses.walking import Network, network_of
from trama.engines.network import reached
from trama.kernel.trace import LayerUse, Node, ParameterUse
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import InForce, NormBook
from trama.norms.sheets import Sheet

M2_PER_HA = 10_000.0


@dataclass(frozen=True)
class Site:
    """Where a service would stand.

    Attributes
    ----------
    shape
        Polygon in EPSG:32632; around a point, a square whose side is in the norms.
    voce
        Entry of the taxonomy it would be.
    node
        Node of the network closest to its inner point.
    """

    lake: Lake
    book: NormBook
    sheet: Sheet
    day: date
    shape: shapely.Geometry
    voce: str
    memory: Memory
    network: Network
    perimeters: Perimeters
    where: Location
    node: int

    @classmethod
    def at(
        cls, lake: Lake, book: NormBook, sheet: Sheet, day: date, shape: shapely.Geometry, voce: str
    ) -> Site:
        """Lay a site on the map.

        Raises
        ------
        NotComputed
            Access was never computed.
        OutsideTerritory, OffTheNetwork
            The site is nowhere near.
        AreaTooLarge
            It is larger, all its parts together, than the norms let a site be: refused before any search.
        """
        if shape.geom_type == "Point":
            side = float(book.value(f"{sheet.path}/lato_punto_m", day).value)
            shape = shapely.box(
                shape.x - side / 2, shape.y - side / 2, shape.x + side / 2, shape.y + side / 2
            )
        most_ha = float(book.value(f"{sheet.path}/area_massima_ha", day).value)
        if shape.area > most_ha * M2_PER_HA:
            raise AreaTooLarge(
                area=format_number(shape.area / M2_PER_HA, decimals=0),
                most=format_number(most_ha, decimals=0),
            )
        where = locate(lake, book, day, shape)
        memory = last_run(lake, book)
        network = network_of(memory.shelf)
        inner = shape.representative_point()
        limit = memory.rules.snap_m
        node = int(network.snapped(np.array([[inner.x, inner.y]]), limit)[0][0])
        if node < 0:
            raise OffTheNetwork(given="proposto", limit=int(limit))
        return cls(lake, book, sheet, day, shape, voce, memory, network, read_perimeters(lake), where, node)

    def norm(self, name: str) -> InForce:
        """Return a parameter of the criteria as in force on the day."""
        return self.book.value(f"{self.sheet.path}/{name}", self.day)

    def minutes(self, name: str) -> float:
        """Return a time of the criteria."""
        return float(self.norm(name).value)

    @property
    def everyone(self) -> Group:
        """All residents, at an adult's pace."""
        return group_of(self.memory.rules, EVERYONE)

    @property
    def rules(self) -> Rules:
        """The norms of access."""
        return self.memory.rules

    @property
    def versions(self) -> Mapping[str, Version]:
        """Layer → version that the last run of access read."""
        return self.memory.inputs

    @cached_property
    def ball(self) -> np.ndarray:
        """Minutes on foot from the site to every node, at an adult's pace; infinite beyond the catchment."""
        longest = max(self.minutes("minuti_piedi"), self.minutes("minuti_vicino"))
        nodes, mm = reached(self.network.graph, self.node, self.everyone.reach_mm(longest))
        found = np.full(self.network.graph.nodes, np.inf)
        found[nodes] = mm / self.everyone.mm_per_minute
        return found

    @property
    def walked(self) -> tuple[LayerUse, ...]:
        """The layers a walk leans on."""
        return (*self.network.uses(), self.memory.version.use())

    @property
    def pace(self) -> ParameterUse:
        """The pace walked."""
        return self.rules.norms["velocita"].use(only=EVERYONE)


def missing(key: str, label: str, unit: str, why: str) -> Node:
    """Return the step of a measure that is not there, and why."""
    return Node(key, label, None, unit, source="mancante", note=why)
