"""The cost of a cell against the number of cells, as a picture that needs no library to be made or seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Points = Sequence[tuple[float, float]]
"""(cells, nanoseconds per cell)."""

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 380, 64, 170, 36, 52
STYLES = (("#0b5394", ""), ("#b45f06", "7 4"), ("#38761d", "2 4"), ("#741b47", "9 3 2 3"))
"""Told apart by dashes too, for who does not see colours and for grey printers."""


def svg(title: str, curves: Mapping[str, Points]) -> str:
    """Draw the curves on logarithmic axes.

    Parameters
    ----------
    curves
        Label → points, by growing number of cells.
    """
    xs = [x for points in curves.values() for x, _ in points]
    ys = [y for points in curves.values() for _, y in points]
    across = _Axis(min(xs), max(xs), LEFT, WIDTH - RIGHT)
    up = _Axis(min(ys) / 1.5, max(ys) * 1.5, HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" role="img" aria-label="{title}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{title}</text>',
        *(_gridline(x, across, vertical=True) for x in _ticks(min(xs), max(xs))),
        *(_gridline(y, up, vertical=False) for y in _ticks(min(ys) / 1.5, max(ys) * 1.5)),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">cells</text>',
        f'<text transform="translate(16,{HEIGHT / 2}) rotate(-90)" text-anchor="middle">ns per cell</text>',
        *(
            _curve(label, points, across, up, STYLES[number % len(STYLES)])
            for number, (label, points) in enumerate(curves.items())
        ),
    ]
    return "\n".join([*parts, "</svg>", ""])


class _Axis:
    """A logarithmic axis from pixel `start` to pixel `end`."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.start = low, start
        self.scale = (end - start) / (math.log(high / low) or 1.0)

    def at(self, value: float) -> float:
        return round(self.start + self.scale * math.log(value / self.low), 1)


def _ticks(low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [m * 10.0**d for d in decades for m in (1, 2, 5) if low <= m * 10.0**d <= high]


def _gridline(value: float, axis: _Axis, *, vertical: bool) -> str:
    place, text = axis.at(value), f"{value / 1e6:g} M" if value >= 1e6 else f"{value:g}"
    if vertical:
        line = f'x1="{place}" x2="{place}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"'
        label = f'x="{place}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle"'
    else:
        line = f'x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{place}" y2="{place}"'
        label = f'x="{LEFT - 6}" y="{place + 4}" text-anchor="end"'
    return f'<line {line} stroke="#ddd"/><text {label}>{text}</text>'


def _curve(label: str, points: Points, across: _Axis, up: _Axis, style: tuple[str, str]) -> str:
    colour, dashes = style
    places = [(across.at(x), up.at(y)) for x, y in points]
    path = " ".join(f"{x},{y}" for x, y in places)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places)
    last = places[-1]
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dashes}"/>{dots}'
        f'<text x="{last[0] + 8}" y="{last[1] + 4}" fill="{colour}">{label}</text>'
    )
