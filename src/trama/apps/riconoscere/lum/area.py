"""A drawn perimeter, from the page to metres: kept as it was drawn even where it is no valid area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely

from trama.analyses.installation import open_installation
from trama.analyses.lum.answer import checks_json
from trama.analyses.lum.checks import Check
from trama.analyses.lum.redrawing import check_shape
from trama.apps.riconoscere.area import read_area, to_wkb
from trama.apps.riconoscere.lum.errors import BadRequest
from trama.kernel.errors import TramaError

MOST_CORNERS = 5000
MOST_WORDS = 2000
DEEPEST = 4
"""Lists within lists of a multipolygon: polygons, rings, corners."""
_UNDRAWN = Check(
    "valido", "È un'area disegnata bene", passed=False, found="non c'è ancora un'area: disegnarla."
)


@dataclass(frozen=True)
class Drawn:
    """What the page holds, read: the document as kept, the area in metres, the checks."""

    document: dict[str, Any]
    shape: shapely.Geometry | None
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return all(one.passed for one in self.checks)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The checks as plain JSON."""
        found: list[dict[str, Any]] = checks_json(self.checks)["verifiche"]
        return found

    @property
    def wkb(self) -> bytes | None:
        """The area as the register keeps it."""
        return None if self.shape is None else to_wkb(self.shape)

    @property
    def failed(self) -> str:
        """What is wrong, in one line."""
        return "; ".join(f"{one.label.lower()}: {one.found}" for one in self.checks if not one.passed)


def read_drawn(code: str, document: Any, day: date) -> Drawn:
    """Read and check what the page sends; raises `BadRequest` where it is not that."""
    kept = _document(document)
    if kept["geometria"] is None:
        return Drawn(kept, None, (_UNDRAWN,))
    installation = open_installation()
    try:
        shape = read_area(kept["geometria"])
    except TramaError as error:  # it crosses itself, or lies elsewhere: kept as drawn, and said
        found = error.text()
        return Drawn(kept, None, (Check(_UNDRAWN.id, _UNDRAWN.label, passed=False, found=found),))
    _, checks = check_shape(installation.lake, installation.book, code, shape, day)
    return Drawn(kept, shape, tuple(checks))


def _document(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict) or set(document) - {"geometria", "motivazione"}:
        raise BadRequest(why="lo stato ha «geometria» e «motivazione».")
    geometry, words = document.get("geometria"), document.get("motivazione", "")
    if not isinstance(words, str) or len(words) > MOST_WORDS:
        raise BadRequest(why=f"la motivazione è un testo di al massimo {MOST_WORDS} caratteri.")
    if geometry is not None:
        if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
            raise BadRequest(why="la geometria è un'area, in GeoJSON.")
        if _corners(geometry.get("coordinates")) > MOST_CORNERS:
            raise BadRequest(why=f"il perimetro ha più di {MOST_CORNERS} vertici: semplificarlo.")
    return {"geometria": geometry, "motivazione": words}


def _corners(coordinates: Any, depth: int = DEEPEST) -> int:
    if not isinstance(coordinates, list):
        return 0
    if coordinates and isinstance(coordinates[0], int | float):
        return 1
    if not depth:
        raise BadRequest(why="la geometria è un'area, in GeoJSON.")
    return sum(_corners(one, depth - 1) for one in coordinates)
