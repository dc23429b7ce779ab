"""Streets and lines of the last run at a group's pace, kept: building them takes longer than asking them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trama.analyses.access.answers import kept_with_run
from trama.analyses.access.memory import Memory
from trama.analyses.access.rules import Group, Rules
from trama.analyses.access.transit import TransitGraph, graph_of
from trama.analyses.walking import Network, network_of
from trama.lake.version import Version

KEPT = 2


@dataclass(frozen=True)
class _Timetables:
    versions: Mapping[str, Version]
    network: Network
    rules: Rules


@kept_with_run(KEPT)
def lines_of(memory: Memory, group: Group) -> TransitGraph:
    """Return the graph of streets and lines that a run read, as `group` walks it; it must have read lines."""
    return graph_of(_Timetables(memory.inputs, network_of(memory.shelf), memory.rules), group)
