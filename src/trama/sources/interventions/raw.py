"""What every reader hands over before anything is checked: features, system, notices, limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from trama.kernel.notices import Notice
from trama.sources.interventions.errors import TooComplex

Ring = npt.NDArray[np.float64]
"""A closed ring: float64, shape (n, 2), east or longitude first, first vertex repeated at the end."""

MAX_FEATURES = 2_000
MAX_VERTICES = 200_000
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class RawFeature:
    """One feature as found: `polygons` is a list of [shell, hole, ...]; nothing is validated yet."""

    number: int
    polygons: Sequence[Sequence[Ring]]
    properties: dict[str, Any]


@dataclass(slots=True)
class RawFile:
    """A file as found. `crs` is the EPSG code it declares, or None where it declares none."""

    name: str
    features: list[RawFeature]
    crs: int | None = None
    notices: list[Notice] = field(default_factory=list)
    crs_detail: tuple[str, str] = ("", "")


class Budget:
    """Counts features and vertices while a file is read, and stops where there are too many."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._features = 0
        self._vertices = 0

    def feature(self) -> int:
        """Count one more feature and return its number, from 1; raises `TooComplex`."""
        self._features += 1
        if self._features > MAX_FEATURES:
            raise too_complex(self._name, "troppi elementi", "too many features", MAX_FEATURES)
        return self._features

    def vertices(self, count: int) -> None:
        """Count `count` more vertices; raises `TooComplex`."""
        self._vertices += count
        if self._vertices > MAX_VERTICES:
            raise too_complex(self._name, "troppi vertici", "too many vertices", MAX_VERTICES)


def shown(text: object, limit: int = 60) -> str:
    r"""Return somebody else's text as it may be put in a sentence: short, without invisible characters.

    >>> shown("Par" + chr(0) + "co")
    'Par?co'
    """
    clean = "".join(character if character.isprintable() else "?" for character in str(text)[: limit + 1])
    return clean if len(clean) <= limit else f"{clean[: limit - 1]}…"


def too_complex(name: str, what: str, what_en: str, limit: int) -> TooComplex:
    """Build the error for what exceeds a limit."""
    return TooComplex(name=name, what=what, what_en=what_en, limit=f"{limit:,}".replace(",", "."))
