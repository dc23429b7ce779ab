"""The last run opened again: cells, people, distances and coverage as they were, kept in memory by version.

Figures of another category, entry, group or threshold are made from these by the same functions as the run's.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from trama.analyses.access import layers
from trama.analyses.access.answers import Answers
from trama.analyses.access.bounds import surroundings
from trama.analyses.access.figures import Known
from trama.analyses.access.reach import Reach, Target
from trama.analyses.access.residents import CELL_M, Cells, People, read_people
from trama.analyses.access.rules import Rules, read_rules
from trama.analyses.access.runs import Run, latest, run_called
from trama.analyses.access.services import Coverage, Services, Taken, read_coverage, read_services
from trama.analyses.territory.grid import polygons
from trama.analyses.territory.places import named, zone_members
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import NormBook

KEPT = 3
"""Runs open at once; with the one least used goes all that was made of it."""
CUT = "non_tutti"
"""Column that says where the k nearest were not all found."""


@dataclass(frozen=True, eq=False)
class Memory:
    """A run, as its layers keep it.

    Attributes
    ----------
    run
        All the layers it left.
    version
        That of the cells.
    inputs
        Layer → version read by the run.
    transit
        Entry → minutes of each cell by public transport, at the pace of the run's group; NaN where missing.
    answers
        What was made of it: see `trama.analyses.access.answers`.
    """

    run: Run
    version: Version
    times_version: Version
    inputs: dict[str, Version]
    rules: Rules
    cells: Cells
    people: People
    coverage: Coverage
    services: Services
    reach: Reach
    transit: dict[str, NDArray[np.float64]]
    names: list[str]
    members: dict[str, list[str]]
    zone_names: dict[str, str]
    answers: Answers = field(default_factory=Answers, repr=False)

    @property
    def codes(self) -> list[str]:
        """ISTAT codes of the comuni."""
        return self.people.codes

    @property
    def shelf(self) -> Taken:
        """The versions the run read, in the shape of a lake."""
        return Taken(self.inputs)

    @cached_property
    def stairs(self) -> bool:
        """Whether the network knew of stairs."""
        return any(not target.stairs for target in self.reach.mm)

    @cached_property
    def known(self) -> Known:
        """What walks are measured from."""
        comuni = polygons(self.inputs[layers.COMUNI])
        limit, snap = self.rules.limit_mm, self.rules.snap_m
        around = surroundings(self.cells, comuni, self.codes, limit, snap)
        return Known(self.reach, self.coverage, self.cells, around)

    @cached_property
    def zone_of(self) -> NDArray[np.intp]:
        """Number of the zone of each comune."""
        number = {code: row for row, codes in enumerate(self.members.values()) for code in codes}
        return np.array([number[code] for code in self.codes], dtype=np.intp)

    @cached_property
    def places(self) -> list[tuple[str, str, str, NDArray[np.intp]]]:
        """Kind, key, name and cells of the territory, the zones and the comuni."""
        comune, zone = self.cells.comune, self.zone_of[self.cells.comune]
        found = [("territorio", "territorio", "Intero territorio", np.arange(len(self.cells)))]
        for number, key in enumerate(self.members):
            found.append(("zona", key, self.zone_names[key], np.flatnonzero(zone == number)))
        for row, (code, name) in enumerate(zip(self.codes, self.names, strict=True)):
            found.append(("comune", code, name, np.flatnonzero(comune == row)))
        return found

    def cell_at(self, east_m: float, north_m: float) -> int | None:
        """Return the inhabited cell under a point, that with more people where it lies across comuni."""
        east, north = int(east_m // CELL_M), int(north_m // CELL_M)
        found = np.flatnonzero((self.cells.east == east) & (self.cells.north == north))
        if not found.size:
            return None
        people = np.nan_to_num(self.cells.people(self.people.between(0, 200)))
        return int(found[people[found].argmax()])


@dataclass(frozen=True)
class _Key:
    lake: Lake
    book: NormBook
    run: Run

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._what == other._what

    def __hash__(self) -> int:
        return hash(self._what)

    @property
    def _what(self) -> tuple[str, ...]:
        kept = (self.run.cells, self.run.versions[layers.TIMES])
        files = [part for version in kept for part in (str(version.folder), version.sha256)]
        return (self.run.key, *files, str(id(self.book)))


def last_run(lake: Lake, book: NormBook, set_id: str | None = None) -> Memory:
    """Return the last whole run, of a set if named; raises `NotComputed` where there has been none."""
    return _open(_Key(lake, book, latest(lake, set_id)))


def that_run(lake: Lake, book: NormBook, key: str) -> Memory:
    """Return a run by its key; raises `RunGone` where it is not there whole."""
    return _open(_Key(lake, book, run_called(lake, key)))


_memories: OrderedDict[_Key, Memory] = OrderedDict()
_opening = Lock()


def _open(key: _Key) -> Memory:
    """Return a run, kept: the memory that gives way to it forgets what was made of it."""
    with _opening:
        if key in _memories:
            _memories.move_to_end(key)
            return _memories[key]
        found = _memories[key] = _read(key)
        while len(_memories) > KEPT:
            _memories.popitem(last=False)[1].answers.clear()
        return found


def _read(key: _Key) -> Memory:
    from datetime import date

    version, times = key.run.cells, key.run.versions[layers.TIMES]
    lake, origin = key.lake, version.provenance
    day = date.fromisoformat(origin.day)
    asked = origin.asked
    rules = read_rules(key.book, day, asked["serie"], asked.get("decadimento", ""), asked.get("bacino", ""))
    inputs = {layer: lake.version(layer, version) for layer, version in origin.inputs.items()}
    comuni = inputs[layers.COMUNI].table(columns=["istat", "nome"]).rename(columns={"istat": "key"})
    comuni = comuni.sort_values("key", ignore_index=True)
    codes = [str(code) for code in comuni["key"]]
    cells = _cells(version, codes)
    services = read_services(Taken(inputs), rules, _nowhere)
    members, names = zone_members(key.book, day, codes)
    return Memory(
        key.run,
        version,
        times,
        inputs,
        rules,
        cells,
        read_people(inputs[layers.PEOPLE], codes),
        read_coverage(Taken(inputs), list(rules.taxonomy.value), codes, services.from_stops),
        services,
        _reach(times, len(cells), services.id, rules.limit_mm),
        _transit(key.run, len(cells)),
        [name for _code, name in named(comuni)],
        members,
        names,
    )


def _nowhere(points: NDArray[Any], _limit_m: float) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Put nothing on the network: nothing is searched here."""
    return np.full(len(points), -1, np.int32), np.full(len(points), np.inf)


def _cells(version: Version, codes: list[str]) -> Cells:
    table = version.table().sort_values("numero", ignore_index=True)
    bounds = shapely.bounds(table.geometry.to_numpy())
    row = {code: number for number, code in enumerate(codes)}
    return Cells(
        np.round(bounds[:, 0] / CELL_M).astype(np.int32),
        np.round(bounds[:, 1] / CELL_M).astype(np.int32),
        table["istat"].map(row).to_numpy(dtype=np.intp),
        table["quota"].to_numpy(dtype=np.float64),
        bounds[:, :2] + CELL_M / 2,
        table["nodo"].fillna(-1).to_numpy(dtype=np.int32),
        table["distanza_rete_m"].fillna(np.inf).to_numpy(dtype=np.float64),
    )


def _transit(run: Run, cells: int) -> dict[str, NDArray[np.float64]]:
    """Read the journeys of the run; nothing where it had none."""
    found = run.get(layers.TRANSIT)
    if found is None:
        return {}
    table = found.table(columns=["voce", "minuti"])
    minutes = table["minuti"].to_numpy(dtype=np.float64)
    names = table["voce"].astype(str).to_numpy()[::cells]
    return {str(voce): minutes[row * cells : (row + 1) * cells] for row, voce in enumerate(names)}


def _reach(version: Version, cells: int, ids: NDArray[np.object_], limit_mm: int) -> Reach:
    """Read the distances, target after target as they were written.

    A run of before did not say where the k nearest were not all found: there they may not be, as far as the
    mean allows.
    """
    import pyarrow.parquet as pq

    says = CUT in {spec.name for spec in version.manifest.fields}
    wanted = ["traguardo", "distanza_mm", "servizio", *([CUT] if says else [])]
    table = pq.read_table(version.data, columns=wanted)
    cut = table[CUT].to_pandas().fillna(False).to_numpy(dtype=bool) if says else None
    names = table["traguardo"].to_pandas().astype("category")
    mm = table["distanza_mm"].to_pandas().fillna(-1).to_numpy(dtype=np.int32)
    chosen = table["servizio"].to_pandas().astype("category")
    row_of = {str(one): row for row, one in enumerate(ids)}
    rows = np.array([row_of.get(str(one), -1) for one in chosen.cat.categories] + [-1], dtype=np.int32)
    service = rows[chosen.cat.codes.to_numpy()]
    found = Reach()
    codes = names.cat.codes.to_numpy()
    for start in range(0, len(mm), cells):
        target = Target.named(str(names.cat.categories[codes[start]]))
        found.mm[target] = mm[start : start + cells]
        if target.k > 1:
            here = found.mm[target]
            may = here.astype(np.int64) * target.k >= limit_mm
            found.cut[target] = may if cut is None else cut[start : start + cells]
        else:
            found.service[target] = service[start : start + cells]
    return found
