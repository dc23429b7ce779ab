"""What the page asks: a place, a kind of service, answers; read strictly, nothing is kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pyproj import Transformer

from trama.apps.riconoscere.area import read_area
from trama.apps.riconoscere.errors import BadField
from trama.apps.riconoscere.outline import CRS_CHOICES, pair
from trama.apps.riconoscere.state import AnswerState, Key, Text, read_day
from trama.kernel.places import METRIC_EPSG

DEGREES = 4326


class SiteQuestion(BaseModel):
    """A place to be judged: ``geometria`` is a GeoJSON point or area in degrees."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    voce: Annotated[str, Field(max_length=40)]
    geometria: dict[str, Any]
    nome: Annotated[Text, Field(max_length=200)] = ""
    risposte: Annotated[dict[Key, AnswerState], Field(max_length=60)] = {}
    giorno: date | None = None

    @field_validator("giorno", mode="before")
    @classmethod
    def _day(cls, text: object) -> object:
        return read_day(text)

    @property
    def shape(self) -> shapely.Geometry:
        """The place in EPSG:32632; raises `BadField`, or what the reader of areas refuses."""
        if self.geometria.get("type") == "Point":
            return _point(self.geometria.get("coordinates"))[0]
        return read_area(self.geometria)


def read_spot(text: str, crs: str) -> list[float]:
    """Return the point of two coordinates written by hand, as longitude and latitude.

    >>> read_spot("9,1712 45,5431", "4326")
    [9.1712, 45.5431]

    Raises
    ------
    BadField
        Not two numbers, a system not among those accepted, nowhere on the map.
    """
    if crs not in CRS_CHOICES:
        raise BadField(field="crs", why="scegliere un sistema di riferimento dall'elenco.")
    if not text.strip():
        raise BadField(field="coordinate", why="scrivere due numeri, come 9,19 45,46.")
    x, y = pair(text.strip()[:200], 1)
    lon, lat = Transformer.from_crs(int(crs), DEGREES, always_xy=True).transform(x, y)
    return [round(float(one), 9) for one in _point([float(lon), float(lat)], "coordinate")[1]]


def around(point: list[float]) -> shapely.Polygon:
    """Return a square of a metre around longitude and latitude, EPSG:32632: what can be located."""
    return _point(point)[0].buffer(0.5, cap_style="square")


def _point(given: Any, field: str = "geometria") -> tuple[shapely.Point, list[float]]:
    numbers = isinstance(given, list) and len(given) == 2 and all(map(_is_number, given))
    if not numbers or abs(given[0]) > 180 or abs(given[1]) > 90:
        raise BadField(field=field, why="servono longitudine e latitudine in gradi, come 9,19 e 45,46.")
    x, y = Transformer.from_crs(DEGREES, METRIC_EPSG, always_xy=True).transform(*given)
    if not np.isfinite([x, y]).all():
        raise BadField(field=field, why="il punto è fuori da ogni mappa: spostarlo nel territorio.")
    return shapely.Point(x, y), given


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))
