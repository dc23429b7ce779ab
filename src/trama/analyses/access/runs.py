"""The runs the lake keeps: one run is one set of layers, known by its trace; half a run is never shown.

The layers of a run take their names one after the other, each by a rename. A process killed between two of
them leaves some current layers of the new run beside others of the old one: whoever reads takes the layers
of one run, the newest of which all are there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from trama.analyses.access import layers
from trama.analyses.access.errors import NotComputed, RunGone
from trama.lake import Lake
from trama.lake.errors import DamagedVersion
from trama.lake.version import Version

ALWAYS = tuple(one for one in layers.MADE if one not in {layers.SUPPLY, layers.TRANSIT})
"""Layers that every run leaves; supply and journeys only where there is something to put in them."""


@dataclass(frozen=True, eq=False)
class Run:
    """The layers of one run.

    Attributes
    ----------
    key
        Its trace, which names it: two runs with the same trace hold the same figures.
    versions
        Layer → version.
    """

    key: str
    versions: dict[str, Version]

    @property
    def cells(self) -> Version:
        """The layer of cells, whose provenance is that of the run."""
        return self.versions[layers.CELLS]

    @property
    def set_id(self) -> str:
        """The set of categories."""
        return str(self.cells.provenance.asked["serie"])

    def get(self, layer: str) -> Version | None:
        """Return a layer of this very run; None where it left none."""
        return self.versions.get(layer)


def runs(lake: Lake) -> tuple[Run, ...]:
    """Return the whole runs, the newest first, each once; read again only when versions have changed."""
    ids = tuple((layer, tuple(lake.ids(layer))) for layer in layers.MADE)
    here = lake.root / layers.CELLS
    stamp = here.stat().st_mtime_ns if here.is_dir() else 0
    return _whole(_At(lake, (str(lake.root), ids, stamp)))


def latest(lake: Lake, set_id: str | None = None) -> Run:
    """Return the newest whole run, of a set if named; raises `NotComputed`."""
    found = next((one for one in runs(lake) if set_id in {None, one.set_id}), None)
    if found is None:
        raise NotComputed()
    return found


def run_called(lake: Lake, key: str) -> Run:
    """Return the run of that key; raises `RunGone` where the lake has none, or not all of it."""
    found = next((one for one in runs(lake) if one.key == key), None)
    if found is None:
        raise RunGone()
    return found


def half_done(lake: Lake, shown: Run) -> list[str]:
    """Return the layers whose current version comes from a newer run that never finished publishing."""
    whole = {one.key for one in runs(lake)}
    return [
        layer
        for layer in layers.MADE
        if lake.has(layer)
        and (now := lake.version(layer)).created > shown.cells.created
        and now.provenance.trace not in whole
    ]


def is_of_half_a_run(lake: Lake, version: Version) -> bool:
    """Tell whether a version of a layer of access is of a run that never finished publishing."""
    return (
        version.layer in layers.MADE
        and bool(version.provenance.trace)
        and all(one.key != version.provenance.trace for one in runs(lake))
    )


@dataclass(frozen=True)
class _At:
    """A lake as it stands: the same where its versions are."""

    lake: Lake
    what: tuple[str, tuple[tuple[str, tuple[str, ...]], ...], int]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _At) and self.what == other.what

    def __hash__(self) -> int:
        return hash(self.what)


@lru_cache(maxsize=8)
def _whole(at: _At) -> tuple[Run, ...]:
    made = {layer: _by_run(at.lake, layer, ids) for layer, ids in at.what[1]}
    found = []
    for key in made[layers.CELLS]:
        versions = {layer: by_run[key] for layer, by_run in made.items() if key in by_run}
        if all(layer in versions for layer in ALWAYS):
            found.append(Run(key, versions))
    return tuple(found)


def _by_run(lake: Lake, layer: str, ids: tuple[str, ...]) -> dict[str, Version]:
    """Return run → its newest version of a layer, the newest first; a damaged version is of no run."""
    found: dict[str, Version] = {}
    for name in reversed(ids):
        with suppress(DamagedVersion):
            version = lake.version(layer, name)
            if version.provenance.trace:
                found.setdefault(version.provenance.trace, version)
    return found
