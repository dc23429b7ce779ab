"""Access on the territory: who reaches what on foot, how unequally, and what the lake keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.analyses.access import layers, outputs
from trama.analyses.access.figures import AccessOf, CategoryOf, Fifteen, Known, fifteen, measure
from trama.analyses.access.ground import Ground, read_ground
from trama.analyses.access.inequality import COMUNE, Inequality, access_of, curve_of, inequality
from trama.analyses.access.opportunities import mean_of, opportunities
from trama.analyses.access.reach import look_for, searched
from trama.analyses.access.rules import EVERYONE, Group, group_of, read_rules
from trama.analyses.access.supply import supplies, supply_rows
from trama.analyses.access.supplying import supply_node
from trama.analyses.access.tracing import asked, run_trace, unreached_rows
from trama.analyses.access.transit import journeys, ridden, riding_rows
from trama.analyses.territory.made import Steps
from trama.analyses.territory.writing import versions_json
from trama.kernel.layers import Provenance
from trama.kernel.trace import Trace
from trama.lake import Lake, Version
from trama.lake.staging import staged
from trama.norms import NormBook

if TYPE_CHECKING:
    from numpy.typing import NDArray

MADE_BY = "accesso"
WRITINGS = 10
WHOLE = ("territorio", "territorio")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class AccessResult:
    """What a run found and left.

    Attributes
    ----------
    places
        Kind (``territorio``, ``zona``, ``comune``) and figures, the territory first.
    unequal
        Key, name, group and measures, of the territory first.
    riding
        Kind, key, name and figures of each entry by public transport.
    reached
        Kind, key and category → services within the threshold, on average over residents.
    """

    ground: Ground
    group: Group
    places: list[tuple[str, AccessOf]]
    unequal: list[tuple[str, str, Group, Inequality]]
    supply: list[dict[str, Any]]
    riding: list[tuple[str, str, str, CategoryOf]]
    reached: dict[tuple[str, str, str], float | None]
    versions: dict[str, Version]
    trace: Trace

    @property
    def territory(self) -> AccessOf:
        """The whole."""
        return self.places[0][1]

    def to_json(self) -> dict[str, Any]:
        """Return the answer of ``trama access run``, its envelope apart."""
        rules, whole = self.ground.rules, self.territory
        return {
            "serie": rules.set_id,
            "serie_nome": rules.published["name_it"],
            "gruppo": self.group.id,
            "velocita_m_s": self.group.m_s,
            "soglia_min": rules.threshold,
            "celle": len(self.ground.cells),
            "servizi": len(self.ground.services.id),
            "servizi_staccati": self.ground.services.detached,
            "servizi_irraggiungibili": unreached_rows(self.ground),
            "categorie_non_calcolabili": rules.not_computable,
            "livelli": versions_json(self.versions),
            "territorio": {
                **whole.to_json(),
                "categorie": [
                    {**one.to_json(), "servizi_entro": self.reached.get((*WHOLE, one.category.id))}
                    for one in whole.categories
                ],
            },
            "trasporto_pubblico": [
                one.to_json() for kind, _k, _n, one in self.riding if kind == "territorio"
            ],
            "offerta": [
                {key: value for key, value in row.items() if key not in {"chiave", "ambito", "luogo", "nome"}}
                for row in self.supply
                if row["ambito"] == "territorio"
            ],
            "zone": [{"zona": of.key, **of.to_json()} for kind, of in self.places if kind == "zona"],
            "comuni": [
                {
                    "istat": of.key,
                    **of.to_json(),
                    "categorie": [one.to_json() for one in of.categories],
                }
                for kind, of in self.places
                if kind == "comune"
            ],
            "disuguaglianza": [
                {"gruppo": group.id, **one.to_json()}
                for key, _name, group, one in self.unequal
                if key == "territorio"
            ],
        }


def run_access_whole(lake: Lake, book: NormBook, **kwargs: Any) -> AccessResult:
    """Run `run_access` writing aside; all its layers take their place together, or none does."""
    with staged(lake) as aside:
        result = run_access(aside, book, **kwargs)
        return replace(result, versions={**result.versions, **aside.publish()})


def run_access(
    lake: Lake,
    book: NormBook,
    *,
    day: date,
    set_id: str | None = None,
    group: str = EVERYONE,
    decay: str = "",
    catchment: str = "",
    progress: Progress | None = None,
) -> AccessResult:
    """Compute the fifteen minutes of the territory from the current layers, and leave the tables in the lake.

    Parameters
    ----------
    set_id
        Set of categories; the norms' own where None.
    group
        Group of walkers of the tables of cells, comuni and zones; the others are in the table of categories.
    decay, catchment
        Function that turns minutes into access, and weights of the two-step catchment; the norms' own where
        empty.

    Raises
    ------
    MissingLayers, NoNetwork, NotTogether, NobodyPlaced
        Something to read is missing or does not go together; nothing has been written.
    UnknownSet, NotSelectable, UnknownGroup, UnknownDecay
        What was asked is not there.
    NotInForce
        A norm has no value on `day`.
    """
    rules = read_rules(book, day, set_id, decay, catchment)
    walker = group_of(rules, group)
    ground = read_ground(lake, book, rules, day)
    stairs = ground.has_stairs
    targets = searched(rules, stairs)
    steps = Steps(progress, len(targets) + len(rules.groups) + WRITINGS)
    reach = look_for(targets, ground.services, ground.graph_of, ground.cells, rules.limit_mm, steps.one_more)
    known = Known(reach, ground.coverage, ground.cells, ground.around)
    every: dict[str, Fifteen] = {}
    for one in rules.groups.values():
        every[one.id] = fifteen(rules, one, known, stairs)
        steps.one_more()
    access = {key: access_of(found, rules) for key, found in every.items()}
    measured = {key: _measured(ground, found) for key, found in every.items()}
    unequal = _unequal(ground, every, access, walker)
    reached = _reached(ground, every[walker.id])
    rides = journeys(ground, walker)
    steps.one_more()
    riding = ridden(ground, walker, rides)
    supply = [row for one in supplies(ground) for row in supply_rows(one, rules, ground.places())]
    trace = run_trace(book, ground, walker, measured[walker.id], unequal, riding, supply_node(ground, supply))
    origin = _origin(lake, ground, walker, trace)
    versions = {
        layers.CELLS: outputs.write_cells(lake, book, origin, ground, every[walker.id], access[walker.id])
    }
    steps.one_more()
    versions |= outputs.write_places(lake, book, origin, ground, walker.id, measured[walker.id])
    tables = {
        layers.TIMES: outputs.times_table(ground, reach),
        layers.CATEGORIES: outputs.typed(
            book, layers.CATEGORIES, [*_categories(measured, walker, reached), *riding_rows(walker, riding)]
        ),
        layers.INEQUALITY: outputs.typed(book, layers.INEQUALITY, _unequal_rows(ground, unequal)),
        layers.LORENZ: outputs.typed(book, layers.LORENZ, _lorenz(ground, every, access)),
        layers.SUPPLY: outputs.typed(book, layers.SUPPLY, supply),
        layers.TRANSIT: outputs.rides_table(ground, rides),
    }
    for layer, table in tables.items():
        if len(table):
            versions[layer] = outputs.write_table(lake, book, origin, layer, table)
        steps.one_more()
    figures = measured[walker.id]
    return AccessResult(ground, walker, figures, unequal, supply, riding, reached, versions, trace)


def _measured(ground: Ground, found: Fifteen) -> list[tuple[str, AccessOf]]:
    by_comune = ground.people.between(found.group.first, found.group.last)
    people = ground.cells.people(by_comune)
    return [
        (
            kind,
            measure(found, ground.rules, key, name, rows, people, ground.people_of(kind, key, by_comune)),
        )
        for kind, key, name, rows in ground.places()
    ]


def _unequal(
    ground: Ground, every: dict[str, Fifteen], access: dict[str, NDArray[np.float64]], walker: Group
) -> list[tuple[str, str, Group, Inequality]]:
    """Measure the territory and the zones for every group, the comuni for the group of the run."""
    found = []
    comune = ground.cells.comune
    smaller = {"territorio": ground.zone_of[comune], "zona": comune, COMUNE: np.zeros_like(comune)}
    for key, of in every.items():
        people = ground.cells.people(ground.people.between(of.group.first, of.group.last))
        for kind, place, name, rows in ground.places():
            if kind != COMUNE or key == walker.id:
                measures = inequality(of, access[key], people, ground.rules, rows, smaller[kind])
                found.append((place, name, of.group, measures))
    return found


def _unequal_rows(ground: Ground, unequal: list[tuple[str, str, Group, Inequality]]) -> list[dict[str, Any]]:
    kinds = {key: kind for kind, key, _name, _rows in ground.places()}
    return [
        {
            "chiave": f"{kinds[key]}/{key}/{group.id}",
            "ambito": kinds[key],
            "luogo": key,
            "nome": name,
            "gruppo": group.id,
            **one.to_json(),
        }
        for key, name, group, one in unequal
    ]


def _reached(ground: Ground, found: Fifteen) -> dict[tuple[str, str, str], float | None]:
    """Return the mean number of services within the threshold by (kind, key, category), for one group."""
    counts = opportunities(ground, found)
    people = ground.cells.people(ground.people.between(found.group.first, found.group.last))
    return {
        (kind, key, category): mean_of(values, people, rows)
        for kind, key, _name, rows in ground.places()
        for category, values in counts.items()
    }


def _categories(
    measured: dict[str, list[tuple[str, AccessOf]]],
    walker: Group,
    reached: dict[tuple[str, str, str], float | None],
) -> list[dict[str, Any]]:
    return [
        {
            "chiave": f"{kind}/{of.key}/{group}/{one.category.id}",
            "ambito": kind,
            "luogo": of.key,
            "nome_luogo": of.name,
            "gruppo": group,
            **one.to_json(),
            "servizi_entro": reached.get((kind, of.key, one.category.id)) if group == walker.id else None,
        }
        for group, places in measured.items()
        for kind, of in places
        for one in of.categories
    ]


def _lorenz(
    ground: Ground, every: dict[str, Fifteen], access: dict[str, NDArray[np.float64]]
) -> list[dict[str, Any]]:
    found = []
    for key, of in every.items():
        people = ground.cells.people(ground.people.between(of.group.first, of.group.last))
        curve = curve_of(access[key], people)
        points = zip(curve.people.tolist(), curve.access.tolist(), strict=True)
        found += [
            {"chiave": f"{key}/{n:03d}", "gruppo": key, "quota_residenti": p, "quota_accesso": a}
            for n, (p, a) in enumerate(points)
        ]
    return found


def _origin(lake: Lake, ground: Ground, group: Group, trace: Trace) -> Provenance:
    return Provenance(
        made_by=MADE_BY,
        synthetic=any(version.synthetic for version in ground.versions.values()),
        inputs={layer: version.id for layer, version in sorted(ground.versions.items())},
        asked=asked(ground, group),
        day=ground.rules.day.isoformat(),
        trace=lake.traces.save(trace),
    )
