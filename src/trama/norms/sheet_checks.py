"""What a sheet's own tables must satisfy for its arithmetic to mean anything."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from trama.norms.errors import NormError
from trama.norms.parameters import Parameter
from trama.norms.sheets import Sheet
from trama.norms.steps import Steps

TOLERANCE = 1e-6
Parameters = Mapping[str, Parameter]


def check_sheet(sheet: Sheet, parameters: Parameters) -> None:
    """Check weights and points of `sheet` in every dated value.

    Raises
    ------
    NormError
        Weights that are not numbers from 0 up, or do not sum to 1 in a part; points beyond the scale.
    """
    for value in _values(sheet, sheet.weights, parameters):
        for key, part in sheet.parts.items():
            _check_weights(sheet, sheet.weights, {name: value.get(name) for name in part.criteria}, key)
    for rule in sheet.conclusions:
        for value in _values(sheet, rule.parts, parameters):
            _check_weights(sheet, rule.parts, value, "delle parti")
    for name in {table for criterion in sheet.criteria.values() for table in criterion.tables}:
        for value in _values(sheet, name, parameters):
            for points in _points(value):
                if not 0 <= points <= sheet.top_points:
                    why = f"«{name}» dà {points:g} punti: la scala va da 0 a {sheet.top_points:g}."
                    raise _error(sheet, why)


def _values(sheet: Sheet, name: str, parameters: Parameters) -> Iterator[Any]:
    return (dated.value for dated in parameters[f"{sheet.path}/{name}"].values if dated.value is not None)


def _check_weights(sheet: Sheet, name: str, weights: Mapping[str, Any], where: str) -> None:
    for key, weight in weights.items():
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not number or not math.isfinite(weight) or weight < 0:
            raise _error(sheet, f"in «{name}» il peso di {key} deve essere un numero da 0 in su.")
    total = sum(weights.values())
    if abs(total - 1) > TOLERANCE:
        raise _error(sheet, f"in «{name}» i pesi ({where}) devono sommare a 1: sommano a {total:g}.")


def _points(value: Any) -> Iterator[float]:
    if isinstance(value, dict) and "steps" in value:
        ladder = Steps.model_validate(value)
        yield from (float(step.points) for step in ladder.steps)
        yield float(ladder.otherwise)
    elif isinstance(value, dict):
        yield from (
            float(row["points"]) for row in value.values() if isinstance(row, dict) and "points" in row
        )


def _error(sheet: Sheet, why: str) -> NormError:
    return NormError(file=f"{sheet.path}/parameters.yaml", line=1, why=why)
