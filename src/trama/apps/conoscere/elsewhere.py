"""What the other rooms of Conoscere say of a comune: its soils, its indices, its place in the Rete Verde."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trama.apps.conoscere import tables
from trama.apps.conoscere.comune import Fact, facts_of
from trama.apps.conoscere.indici.queries import said
from trama.apps.conoscere.queries import step_of, superseded, unofficial_of
from trama.lake import Lake, Version
from trama.norms import NormBook

SOILS, NETWORK = "suoli_comuni", "rvm_comuni"
SOIL_FACTS = ("attitudine", "classe", "offerta_eventi_estremi", "offerta_microclima", "offerta_ricarica")


@dataclass(frozen=True)
class Ranked:
    """A figure by which the comuni are put in order, with the interval of its place.

    Attributes
    ----------
    rank, low, high, count
        Place, the interval it may have, how many comuni have one; None where this comune has none.
    """

    id: str
    title: str
    value: float | None
    class_name: str
    rank: int | None
    low: int | None
    high: int | None
    count: int
    version: Version
    step: str
    unofficial: bool
    stale: bool

    @property
    def trace(self) -> str:
        """Id of the trace that explains it."""
        return self.version.provenance.trace


def soil_section(lake: Lake, istat: str) -> dict[str, Any]:
    """Return what the page of a comune shows of its soils; nothing where their map was never drawn."""
    if not lake.has(SOILS):
        return {}
    version = lake.version(SOILS)
    facts: list[Fact] = facts_of(lake, SOILS, SOIL_FACTS, istat)
    return {"soils": facts, "soils_version": version, "soils_stale": superseded(lake, version)}


def indices(lake: Lake, book: NormBook, istat: str) -> list[Ranked]:
    """Return the indices of a comune, each with its place and the interval of it."""
    found = []
    for index in sorted(book.indices.values(), key=lambda one: one.id, reverse=True):
        layer = f"indice_{index.id}_comuni"
        if not lake.has(layer):
            continue
        version = lake.version(layer)
        names = ("indice", "rango", "rango_basso", "rango_alto")
        found.append(_ranked(lake, version, istat, (index.id, said(index.title)), names, ""))
    return found


def network(lake: Lake, istat: str) -> Ranked | None:
    """Return the place of a comune among those of the Rete Verde; None where it was never computed."""
    if not lake.has(NETWORK):
        return None
    names = ("priorita", "rango", "rango_p5", "rango_p95")
    return _ranked(lake, lake.version(NETWORK), istat, ("priorita", ""), names, "/priorita")


def _ranked(
    lake: Lake, version: Version, istat: str, called: tuple[str, str], names: tuple[str, ...], below: str
) -> Ranked:
    row = tables.row(version, istat) or {}
    value, rank, low, high = (row.get(name) for name in names)
    step = f"comuni/{istat}{below}"
    node = step_of(lake, version, step)
    status = node.status if node else None
    ranks = tables.values(version, names[1]).values()
    return Ranked(
        *called,
        value,
        str(row.get("classe_nome") or ""),
        rank,
        low,
        high,
        sum(one is not None for one in ranks),
        version,
        step if node else "",
        bool(unofficial_of(lake, version)) if status is None else not status.official,
        bool(superseded(lake, version)),
    )
