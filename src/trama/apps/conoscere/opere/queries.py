"""What the pages of funded works read: summaries, legends, shapes for the map, one work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import shapely
from django.http import QueryDict
from django.utils.translation import get_language
from pyproj import Transformer

from trama.analyses.installation import Installation, open_installation
from trama.analyses.opere.effects import STORM
from trama.analyses.opere.register import LAYER, Group, Register, Work
from trama.analyses.opere.run import EFFECTS
from trama.analyses.opere.summary import Choice, Summary, summarise
from trama.apps.conoscere.queries import superseded, unofficial_of
from trama.kernel.errors import NotFound
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake, Version

DEGREES = 4326
READ = (LAYER, EFFECTS, "comuni", "upa")
"""Layers that a summary reads."""
IN_COMUNE = 8
"""Works listed on the page of a comune."""


class UnknownWork(NotFound):
    """The register holds no work of that id."""

    it = "Nel registro non c'è un'opera «{what}». {hint}"
    en = "The register has no work “{what}”. {hint}"


@dataclass(frozen=True)
class Row:
    """A work as a page lists it: the part considered, its effects, why one is missing."""

    work: Work
    share: float
    amount: float | None
    effect: dict[str, Any]
    trace: str

    @property
    def kept(self) -> float | None:
        """Water kept out of the sewers in the storm of one hour, of the whole work."""
        value: float | None = self.effect.get(f"m3_{STORM}")
        return value

    @property
    def fund(self) -> str:
        """Name of its fund, in the reader's language."""
        return name_of(self.work.fund)

    @property
    def state(self) -> str:
        """Name of its state, in the reader's language."""
        return name_of(self.work.state)

    @property
    def start(self) -> str:
        """Day (or year) of its beginning, as people write it."""
        return _said_day(self.work.start)

    @property
    def end(self) -> str:
        """Day (or year) of its end, as people write it."""
        return _said_day(self.work.end)

    @property
    def step(self) -> str:
        """Step of the effect's explanation."""
        return f"{self.work.step}/m3_{STORM}"


def choice_of(asked: QueryDict) -> Choice:
    """Return what an address asks to keep."""
    return Choice(asked.get("fondo", ""), asked.get("stato", ""), asked.get("comune", ""))


def query_of(choice: Choice) -> str:
    """Return the choice as the query of an address; empty where everything is kept."""
    named = {"fondo": choice.fund, "stato": choice.state, "comune": choice.comune}
    return urlencode({name: value for name, value in named.items() if value})


def summary_of(choice: Choice, day: date, installation: Installation | None = None) -> Summary:
    """Return the register summed, as `summarise`: once for the same versions, norms, day and choice.

    It is shared: never change it.
    """
    home = installation or open_installation()
    return _summed(_Asked(home, day, choice))


class _Asked:
    """A question to the register as a cache key; its answer depends on nothing else."""

    __slots__ = ("choice", "day", "home", "key")

    def __init__(self, home: Installation, day: date, choice: Choice) -> None:
        self.home, self.day, self.choice = home, day, choice
        read = [home.lake.version(layer) for layer in READ if home.lake.has(layer)]
        versions = tuple((str(version.folder), version.sha256) for version in read)
        self.key = (versions, id(home.book), day, choice)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key


@lru_cache(maxsize=16)
def _summed(asked: _Asked) -> Summary:
    return summarise(asked.home.lake, asked.home.book, asked.day, asked.choice)


def name_of(group: Group) -> str:
    """Return the name of a fund or a state in the reader's language."""
    return group.name_en if group.name_en and get_language() == "en" else group.name


def rows_of(summary: Summary) -> list[Row]:
    """Return the works considered, the costliest first."""
    trace = summary.effects.provenance.trace if summary.effects else ""
    rows = [
        Row(
            part.work,
            part.share,
            None if part.cents is None else part.cents / 100,
            summary.rows.get(part.work.id, {}),
            trace,
        )
        for part in summary.parts
    ]
    return sorted(rows, key=lambda row: (row.amount is None, -(row.amount or 0), row.work.name))


def legend(summary: Summary, which: str) -> list[dict[str, Any]]:
    """Return the funds (``fund``) or the states (``state``) of the works, with how many are each."""
    groups: dict[str, Group] = {}
    counts: dict[str, int] = {}
    for part in summary.parts:
        group = getattr(part.work, which)
        groups[group.id] = group
        counts[group.id] = counts.get(group.id, 0) + 1
    norms = summary.register.funds if which == "fund" else summary.register.states
    order = {key: at for at, key in enumerate(norms.value)}
    found = sorted(groups.values(), key=lambda group: (order.get(group.id, len(order)), group.name))
    return [
        {
            "id": one.id,
            "name": name_of(one),
            "colour": one.colour,
            "count": counts[one.id],
            "known": one.known,
        }
        for one in found
    ]


def choices(register: Register, which: str) -> list[dict[str, str]]:
    """Return every fund, or state, of the register, for a person to choose from."""
    found = {getattr(work, which).id: getattr(work, which) for work in register.works}
    return [{"id": one.id, "name": name_of(one)} for one in sorted(found.values(), key=lambda one: one.name)]


def stale_effects(lake: Lake) -> list[tuple[str, str, str]]:
    """Return the inputs of the effects that were replaced since."""
    return superseded(lake, lake.version(EFFECTS)) if lake.has(EFFECTS) else []


def unofficial(lake: Lake, effects: Version | None) -> list[dict[str, Any]]:
    """Return the parameters behind the effects that no act has set."""
    return unofficial_of(lake, effects) if effects else []


def geojson(summary: Summary) -> str:
    """Return the works on the map, in degrees: each with its shape, and a point for seeing it from afar."""
    placed = [part.work for part in summary.parts if part.work.shape is not None]
    to_degrees = Transformer.from_crs(METRIC_EPSG, DEGREES, always_xy=True)
    features = []
    for work in placed:
        said = {"id": work.id, "nome": work.name, "fund": work.fund.colour, "state": work.state.colour}
        for role, shape in (("shape", work.shape), ("point", shapely.point_on_surface(work.shape))):
            if role == "shape" and shapely.get_dimensions(shape) == 0:
                continue
            moved = shapely.transform(shape, to_degrees.transform, interleaved=False)
            drawn = json.loads(shapely.to_geojson(shapely.set_precision(moved, 1e-6, mode="pointwise")))
            features.append({"type": "Feature", "geometry": drawn, "properties": {**said, "role": role}})
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def bounds(summary: Summary) -> list[float] | None:
    """Return the box of the works on the map, in degrees; None where none is."""
    shapes = [part.work.shape for part in summary.parts if part.work.shape is not None]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    to_degrees = Transformer.from_crs(METRIC_EPSG, DEGREES, always_xy=True)
    box = to_degrees.transform_bounds(west - 300, south - 300, east + 300, north + 300)
    return [round(float(edge), 5) for edge in box]


def find_work(summary: Summary, key: str) -> Row:
    """Return one work; raises `UnknownWork`."""
    found = next((row for row in rows_of(summary) if row.work.id == key), None)
    if found is None:
        raise UnknownWork(what=key[:80], hint="Cercarla nell'elenco delle opere.")
    return found


def in_comune(istat: str, day: date) -> dict[str, Any] | None:
    """Return what the page of a comune says of its works; None where no register has any."""
    installation = open_installation()
    if not installation.lake.has("opere_finanziate"):
        return None
    summary = summary_of(Choice(comune=istat), day, installation)
    if not summary.parts:
        return None
    rows = rows_of(summary)
    return {
        "summary": summary,
        "total": summary.total.to_json(),
        "rows": rows[:IN_COMUNE],
        "more": max(0, len(rows) - IN_COMUNE),
        "query": query_of(summary.choice),
        "unofficial": unofficial(installation.lake, summary.effects),
    }


def solution_name(summary: Summary, work: Work) -> str:
    """Return the catalogue's name of a work's solution, else what the list writes."""
    if work.solution is None:
        return work.written_solution
    row = summary.register.catalogue.value[work.solution]
    return str(row["name_en" if get_language() == "en" else "name_it"])


def _said_day(text: str) -> str:
    """Write a day the Italian way; a year stays.

    >>> _said_day("2024-12-31"), _said_day("2024")
    ('31.12.2024', '2024')
    """
    return ".".join(reversed(text.split("-")))
