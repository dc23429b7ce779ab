"""The norms packages that are installed: what each declares, and how it is found."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from trama.norms.errors import NoNormsPackage

GROUP = "trama.norms"


@dataclass(frozen=True)
class NormsPackage:
    """What a norms package declares of itself: its name, its folder, its formulas by name."""

    name: str
    title: str
    root: Path
    formulas: dict[str, Callable[..., Any]] = field(default_factory=dict)


def chosen_name(name: str) -> str:
    """Return `name` where a package is installed under it, or the first by name where `name` is empty.

    Raises
    ------
    NoNormsPackage
        None is installed under that name.
    """
    found = {entry.name for entry in _installed(tuple(sys.path))}
    chosen = name or min(found, default="")
    if chosen not in found:
        raise NoNormsPackage(name=chosen or GROUP)
    return chosen


def package_called(name: str) -> NormsPackage:
    """Return an installed package, by a name that `chosen_name` gave."""
    package = next(entry for entry in _installed(tuple(sys.path)) if entry.name == name).load()
    assert isinstance(package, NormsPackage)
    return package


@lru_cache(maxsize=4)
def _installed(_path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """Return the norms packages that announce themselves; looked for once for each search path."""
    return tuple(entry_points(group=GROUP))
