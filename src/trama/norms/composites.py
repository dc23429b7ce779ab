"""The grammar of a composite index: pillars, indicators, where each is measured, the tables it leans on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from trama.kernel.units import UNITS
from trama.norms.errors import NormError
from trama.norms.parameters import Name, Parameter

_CLOSED = ConfigDict(extra="forbid", strict=True, frozen=True)
Inside = Literal["tutto", "tuc"]
"""Over which ground a mean is taken: the whole place, or its consolidated urban fabric."""


class OfTable(BaseModel):
    """A column of the table that another analysis leaves for each grain: ``storm`` → ``storm_comuni``.

    `coverage` is the column that says on which share of the ground the figure rests.
    """

    model_config = _CLOSED
    kind: Literal["table"]
    table: str
    column: str
    coverage: str | None = None
    times: float = 1.0


class OfCover(BaseModel):
    """Mean, over the cells, of what a table of the norms says of their land cover."""

    model_config = _CLOSED
    kind: Literal["cover"]
    table: str
    column: str
    inside: Inside = "tutto"
    complement: bool = False
    times: float = 1.0


class OfRaster(BaseModel):
    """Mean of a raster of the lake; with `below`, share of the cells under that parameter."""

    model_config = _CLOSED
    kind: Literal["raster"]
    layer: str
    inside: Inside = "tutto"
    below: str | None = None
    times: float = 1.0


class RunoffRatio(BaseModel):
    """Runoff over rain (SCS-CN), for the rain that a parameter names."""

    model_config = _CLOSED
    kind: Literal["runoff_ratio"]
    rain: str


class DesignRain(BaseModel):
    """One-hour depth of a return period, from the table of rainfall parameters by comune."""

    model_config = _CLOSED
    kind: Literal["design_rain"]
    table: str
    years: str


class Residents(BaseModel):
    """Residents over the area of the place or of its urban fabric."""

    model_config = _CLOSED
    kind: Literal["residents"]
    per: Literal["km2", "ha_tuc"]


class GreenPerPerson(BaseModel):
    """Area of the land covers listed in a parameter, over the residents."""

    model_config = _CLOSED
    kind: Literal["green_per_person"]
    classes: str


class MeshSize(BaseModel):
    """Effective mesh size of the ground that is not built, crossing borders (Moser and others 2007).

    What is sealed more than the parameter `barrier` cuts.
    """

    model_config = _CLOSED
    kind: Literal["mesh"]
    table: str
    barrier: str


class EdgeDensity(BaseModel):
    """Length of the edge of the urban fabric over its area."""

    model_config = _CLOSED
    kind: Literal["tuc_edges"]


class MeanOfTables(BaseModel):
    """Mean of several table columns; missing where any is."""

    model_config = _CLOSED
    kind: Literal["mean"]
    of: list[OfTable]


Measure = Annotated[
    OfTable
    | OfCover
    | OfRaster
    | RunoffRatio
    | DesignRain
    | Residents
    | GreenPerPerson
    | MeshSize
    | EdgeDensity
    | MeanOfTables,
    Field(discriminator="kind"),
]


_BOUNDS: Mapping[str, tuple[float, float]] = {
    "%": (0, 100),
    "m2/ha": (0, 10_000),
    "day": (0, 366),
    "degC": (-math.inf, math.inf),
}
"""Unit → least and most of what it can measure, whoever says it; from 0 up where it is not here."""


class Indicator(BaseModel):
    """One indicator.

    `direction` is read on the index: ``+`` more of it raises the index, ``-`` lowers it, ``band`` lowers it
    as it leaves the best band. Without `measure` nobody computes it: an institution loads its values. `proxy`
    says, in Italian, what the measure stands for where it is not the very thing declared. `least` and `most`
    say what its value can be, where the unit does not: a value beyond is a mistake, never a far place.
    """

    model_config = _CLOSED
    name: Name
    unit: str
    direction: Literal["+", "-", "band"]
    source: str
    measure: Measure | None = None
    proxy: str = ""
    least: float | None = None
    most: float | None = None

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, unit: str) -> str:
        if unit not in UNITS:
            raise ValueError(f"unità «{unit}» sconosciuta: scegliere tra {', '.join(UNITS)}")
        return unit

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and most that its value can be, infinite where nothing bounds it."""
        least, most = _BOUNDS.get(self.unit, (0.0, math.inf))
        return (least if self.least is None else self.least, most if self.most is None else self.most)


class Pillar(BaseModel):
    """A pillar. With `complement` people read 1 minus its score: adaptation lowers vulnerability."""

    model_config = _CLOSED
    name: Name
    complement: bool = False
    indicators: list[str] = Field(min_length=1)


class CompositeIndex(BaseModel):
    """A composite index: its tables stand beside it, its rules in the folder `rules`.

    `needs_every_pillar`: without data for one of them there is no index, rather than another index.
    """

    model_config = _CLOSED
    id: str
    path: str
    title: Name
    asks: Name
    high_is: Name
    formula: str
    rules: str
    goalposts: str
    weights: str
    pillar_weights: str
    bands: str | None = None
    classes: str
    needs_every_pillar: bool = False
    pillars: dict[str, Pillar]
    indicators: dict[str, Indicator]

    @model_validator(mode="after")
    def _one_place_each(self) -> CompositeIndex:
        listed = [name for pillar in self.pillars.values() for name in pillar.indicators]
        if twice := sorted({name for name in listed if listed.count(name) > 1}):
            raise ValueError(f"l'indicatore {twice[0]} è in più di un pilastro")
        if strange := sorted(set(listed) ^ set(self.indicators)):
            raise ValueError(f"l'indicatore {strange[0]} deve stare sia in indicators sia in un pilastro")
        if self.bands is None and any(one.direction == "band" for one in self.indicators.values()):
            raise ValueError("un indicatore con direction band chiede la tabella bands")
        return self

    @property
    def order(self) -> list[str]:
        """Indicators, pillar by pillar."""
        return [name for pillar in self.pillars.values() for name in pillar.indicators]

    def tables(self) -> list[str]:
        """Return the paths of the parameters it leans on, its measures' own included."""
        own = [self.goalposts, self.weights, self.pillar_weights, *([self.bands] if self.bands else [])]
        return [*(f"{self.path}/{name}" for name in own), self.classes]


def check_index(index: CompositeIndex, parameters: Mapping[str, Parameter]) -> None:
    """Check the tables of `index` in every dated value.

    Raises
    ------
    NormError
        An indicator without goalposts, without a weight or without a band; goalposts in the wrong order;
        weights that are not numbers from 0 up, or all zero in a pillar.
    """
    for value in _values(index, index.goalposts, parameters):
        for name in index.order:
            _check_goalposts(index, name, value.get(name))
    for value in _values(index, index.weights, parameters):
        for key, pillar in index.pillars.items():
            _check_weights(index, {name: value.get(name) for name in pillar.indicators}, key)
    for value in _values(index, index.pillar_weights, parameters):
        _check_weights(index, {key: value.get(key) for key in index.pillars}, "pilastri")
    if index.bands:
        for value in _values(index, index.bands, parameters):
            for name, one in index.indicators.items():
                if one.direction == "band" and not isinstance(value.get(name), dict):
                    raise _error(index, f"in «{index.bands}» manca la fascia migliore di {name}.")


def _values(
    index: CompositeIndex, name: str, parameters: Mapping[str, Parameter]
) -> Iterator[dict[str, Any]]:
    return (dated.value for dated in parameters[f"{index.path}/{name}"].values if dated.value is not None)


def _check_goalposts(index: CompositeIndex, name: str, row: Any) -> None:
    low, high = (row.get("low"), row.get("high")) if isinstance(row, dict) else (None, None)
    if not (_number(low) and _number(high)) or float(low or 0) >= float(high or 0):
        why = f"in «{index.goalposts}» {name} vuole due numeri, low minore di high."
        raise _error(index, why)


def _check_weights(index: CompositeIndex, weights: Mapping[str, Any], where: str) -> None:
    for key, weight in weights.items():
        if not _number(weight) or weight < 0:
            raise _error(index, f"il peso di {key} deve essere un numero da 0 in su.")
    if not any(weights.values()):
        raise _error(index, f"i pesi ({where}) non possono essere tutti zero.")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _error(index: CompositeIndex, why: str) -> NormError:
    return NormError(file=f"{index.path}/index.yaml", line=1, why=why)
