"""Questions that the page sends as JSON: read strictly, refused in one sentence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from django.http import HttpRequest
from numpy.typing import NDArray
from pyproj import Transformer

from trama.analyses.siting.wanted import COVER, GOALS, LUM_WAYS, PREFERRED, Wanted
from trama.apps.requests import json_of
from trama.kernel.errors import BadInput
from trama.kernel.places import METRIC_EPSG
from trama.kernel.strict_json import NotStrict

DEGREES = 4326
MOST_BYTES = 100_000


class BadRequest(BadInput):
    """What the page sent is not a question."""

    it = "La domanda non si legge: {why}"
    en = "The question cannot be read: {why}"


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object a request carries; raises `BadRequest`, and what `json_of` refuses."""
    try:
        asked = json_of(request, MOST_BYTES)
    except NotStrict as error:
        raise BadRequest(why=f"{error}.") from None
    if not isinstance(asked, dict):
        raise BadRequest(why="non è un insieme di chiavi.")
    return asked


def wanted_of(asked: dict[str, Any]) -> Wanted:
    """Read what is wanted of new services."""
    return Wanted(
        text(asked, "che"),
        text(asked, "gruppo", "tutti"),
        _whole(asked, "quanti", 1),
        one_of(asked, "obiettivo", tuple(GOALS), COVER),
        number(asked, "minuti") if asked.get("minuti") is not None else None,
        text(asked, "area"),
        one_of(asked, "lum", tuple(LUM_WAYS), PREFERRED),
    )


def points_of(given: Any) -> NDArray[np.float64]:
    """Read points in degrees (longitude, latitude) and return them in metres; shape ``(points, 2)``."""
    if not isinstance(given, list) or not given:
        raise BadRequest(why="mancano i luoghi.")
    for point in given:
        if not isinstance(point, list) or len(point) != 2 or not all(map(_is_degrees, point)):
            raise BadRequest(why="un luogo non è una coppia longitudine, latitudine.")
    degrees = np.array(given, dtype=np.float64)
    to_metres = Transformer.from_crs(DEGREES, METRIC_EPSG, always_xy=True)
    east, north = to_metres.transform(degrees[:, 0], degrees[:, 1])
    return np.column_stack([east, north])


def text(asked: dict[str, Any], name: str, otherwise: str = "") -> str:
    """Read a short text."""
    value = asked.get(name, otherwise)
    if not isinstance(value, str) or len(value) > 200:
        raise BadRequest(why=f"«{name}» non è un testo breve.")
    return value


def one_of(asked: dict[str, Any], name: str, among: tuple[str, ...], otherwise: str) -> str:
    """Read one of some words."""
    value = asked.get(name, otherwise)
    if value not in among:
        raise BadRequest(why=f"«{name}» è uno tra {', '.join(among)}.")
    return str(value)


def number(asked: dict[str, Any], name: str, otherwise: float | None = None) -> float:
    """Read a finite number."""
    value = asked.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadRequest(why=f"«{name}» non è un numero.")
    return float(value)


def _whole(asked: dict[str, Any], name: str, otherwise: int) -> int:
    value = number(asked, name, otherwise)
    if not value.is_integer():
        raise BadRequest(why=f"«{name}» non è un numero intero.")
    return int(value)


def _is_degrees(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 180
