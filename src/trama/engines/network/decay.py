"""How much a service counts as it stands further away: W(t) of the floating catchments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trama.engines.network.compiled import inlined

Floats = npt.NDArray[np.float64]

ZONES, LINEAR, EXPONENTIAL, GAUSSIAN, LOGISTIC, POWER, PLATEAU = range(7)


@dataclass(frozen=True, eq=False)
class Decay:
    """A weight between 0 and 1 for every distance; made by one of the functions below.

    Attributes
    ----------
    kind
        One of the constants of this module.
    numbers
        Its parameters, in millimetres: of `ZONES` the outer edges, of the others one or two numbers.
    weights
        Of `ZONES`, the weight within each edge (inclusive); beyond the last it is 0.
    """

    kind: int
    numbers: Floats
    weights: Floats

    def of(self, distance_mm: npt.ArrayLike) -> Floats:
        """Return the weights of distances [mm], for a drawing or a check; same shape."""
        mm = np.asarray(distance_mm, np.float64)
        if self.kind == ZONES:
            return np.append(self.weights, 0.0)[np.searchsorted(self.numbers, mm, side="left")]
        first, second = float(self.numbers[0]), float(self.numbers[-1])
        formulas: dict[int, Callable[[], Floats]] = {
            LINEAR: lambda: np.maximum(0.0, 1 - mm / first),
            EXPONENTIAL: lambda: np.exp(-mm / first),
            GAUSSIAN: lambda: np.exp(-(mm * mm) / first),
            LOGISTIC: lambda: 1 / (1 + np.exp((mm - second) / first)),
            POWER: lambda: np.maximum(mm / second, 1.0) ** -first,
            PLATEAU: lambda: np.clip((second - mm) / (second - first), 0.0, 1.0),
        }
        return formulas[self.kind]()


def zones(edges_mm: Sequence[float], weights: Sequence[float]) -> Decay:
    """Make steps: the first weight up to the first edge, inclusive, and so on; 0 beyond the last.

    Raises
    ------
    ValueError
        Edges that do not grow, or weights of another number or outside 0-1.

    >>> zones([1000, 2000], [1, 0.5]).of([0, 1000, 1001, 2001]).tolist()
    [1.0, 1.0, 0.5, 0.0]
    """
    edges, steps = np.asarray(edges_mm, np.float64), np.asarray(weights, np.float64)
    if not len(edges) or len(edges) != len(steps) or (np.diff(edges) <= 0).any():
        raise ValueError("zones need growing edges and one weight each")
    if steps.min() < 0 or steps.max() > 1:
        raise ValueError("a weight lies between 0 and 1")
    return Decay(ZONES, edges, steps)


def linear(zero_mm: float) -> Decay:
    """Make max(0, 1 - d / zero)."""
    return _smooth(LINEAR, zero_mm)


def exponential(scale_mm: float) -> Decay:
    """Make exp(-d / scale): with λ per minute, the scale is the distance walked in 1/λ minutes."""
    return _smooth(EXPONENTIAL, scale_mm)


def gaussian(beta_mm2: float) -> Decay:
    """Make exp(-d² / β): with β in square minutes, times the square of the millimetres a minute."""
    return _smooth(GAUSSIAN, beta_mm2)


def logistic(scale_mm: float, half_mm: float) -> Decay:
    """Make 1 / (1 + exp((d - half) / scale))."""
    return _smooth(LOGISTIC, scale_mm, half_mm)


def power(exponent: float, full_mm: float) -> Decay:
    """Make (d / full)^-exponent, 1 within `full`: power alone would have no value at the door."""
    return _smooth(POWER, exponent, full_mm)


def plateau(full_mm: float, zero_mm: float) -> Decay:
    """Make 1 up to `full`, then a straight line down to 0 at `zero`.

    Raises
    ------
    ValueError
        The line does not go down.

    >>> plateau(400, 2400).of([0, 400, 1400, 2400, 3000]).tolist()
    [1.0, 1.0, 0.5, 0.0, 0.0]
    """
    if not full_mm < zero_mm:
        raise ValueError("a plateau ends before its decay does")
    return _smooth(PLATEAU, full_mm, zero_mm)


def _smooth(kind: int, *numbers: float) -> Decay:
    if not all(np.isfinite(number) and number > 0 for number in numbers):
        raise ValueError("the parameters of a decay are positive")
    return Decay(kind, np.array(numbers, np.float64), np.empty(0))


@inlined
def weight_of(mm: int, kind: int, numbers: Floats, weights: Floats) -> float:  # noqa: PLR0911
    """Return the weight of one distance, within a kernel."""
    if kind == ZONES:
        for i in range(len(numbers)):
            if mm <= numbers[i]:
                return weights[i]  # type: ignore[no-any-return]
        return 0.0
    if kind == LINEAR:
        return max(0.0, 1 - mm / numbers[0])  # type: ignore[no-any-return]
    if kind == EXPONENTIAL:
        return np.exp(-mm / numbers[0])  # type: ignore[no-any-return]
    if kind == GAUSSIAN:
        return np.exp(-(np.float64(mm) * mm) / numbers[0])  # type: ignore[no-any-return]
    if kind == LOGISTIC:
        return 1 / (1 + np.exp((mm - numbers[1]) / numbers[0]))  # type: ignore[no-any-return]
    if kind == PLATEAU:
        return min(1.0, max(0.0, (numbers[1] - mm) / (numbers[1] - numbers[0])))  # type: ignore[no-any-return]
    return max(mm / numbers[1], 1.0) ** -numbers[0]  # type: ignore[no-any-return]
