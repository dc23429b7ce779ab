"""A scenario asked of the place with plain numbers (`tests.fixtures_place`), without a file."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from tests.fixtures_place import DAY
from trama.analyses.whatif import run_whatif
from trama.analyses.whatif.run import Effects
from trama.lake import Lake
from trama.norms import load_book

BOOK = load_book()


@dataclass(frozen=True)
class Piece:
    id: str
    geometry: shapely.Geometry
    quantity: float | None = None


@dataclass(frozen=True)
class Drawn:
    pieces: tuple[Piece, ...]
    nome: str = "prova"
    area: shapely.Geometry | None = None
    event: str = "t50_1h"
    rain_mm: float | None = None
    answers: dict = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", self.answers or {})


def effects(lake: Lake, *pieces: Piece, **asked) -> Effects:
    return run_whatif(lake, BOOK, Drawn(pieces, **asked), DAY, keep=False, with_sheets=False)
