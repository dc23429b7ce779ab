"""The hydrograph and the storage, drawn as vectors for paper and screen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from trama.analyses.invarianza.pratica.series import Series
from trama.kernel.units import format_number

WIDTH, LEFT, RIGHT = 160.0, 17.0, 4.0
TOP, HEIGHT, GAP, BOTTOM = 8.0, 26.0, 13.0, 11.0
INK, SOFT, LINE = "#17324d", "#455b71", "#d9dee4"
_LINE = 3.6
"""Height of a line of text."""
_HOURS = "ore dall'inizio della pioggia"
BLUE, GREEN, RED = "#0066cc", "#2f8f5b", "#a11d2c"


@dataclass(frozen=True, slots=True)
class Mark:
    """A level to draw across a panel."""

    value: float
    label: str
    colour: str = RED


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: its title, unit, curves as (values, colour, filled), and levels across it."""

    title: str
    unit: str
    curves: tuple[tuple[Sequence[float], str, bool], ...]
    marks: tuple[Mark, ...] = ()


def hydrograph(found: Series, marks: dict[str, list[Mark]], font: str = "Libertinus Serif") -> str:
    """Return an SVG of three panels on one axis of time: what comes in, what goes out, what is inside.

    Parameters
    ----------
    marks
        Levels to draw in the panels ``uscita`` and ``invaso``.
    font
        Family of the text.
    """
    out = [(found.receiver_l_s, BLUE, False)]
    if max(found.soil_l_s) > 0:
        out.append((found.soil_l_s, GREEN, False))
    title = "Uscita: al ricettore (blu), nel suolo (verde)" if len(out) > 1 else "Uscita al ricettore"
    if max(found.receiver_l_s) == 0:
        title, out = "Uscita nel suolo", [(found.soil_l_s, GREEN, False)]
    panels = (
        Panel("Ingresso nelle opere", "l/s", ((found.inflow_l_s, INK, True),)),
        Panel(title, "l/s", tuple(out), tuple(marks.get("uscita", ()))),
        Panel("Volume invasato", "m³", ((found.stored_m3, BLUE, True),), tuple(marks.get("invaso", ()))),
    )
    total = TOP + len(panels) * HEIGHT + (len(panels) - 1) * GAP + BOTTOM
    body = [_panel(panel, found.times_h, TOP + at * (HEIGHT + GAP)) for at, panel in enumerate(panels)]
    body.append(_hours(found.times_h, TOP + len(panels) * HEIGHT + (len(panels) - 1) * GAP))
    size = f'viewBox="0 0 {WIDTH:g} {total:g}" width="{WIDTH:g}mm" height="{total:g}mm"'
    style = f'font-family="{escape(font)}" font-size="3.1" fill="{SOFT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g {style}>{"".join(body)}</g></svg>'


def _panel(panel: Panel, times_h: Sequence[float], top: float) -> str:
    levels = [value for values, _, _ in panel.curves for value in values]
    highest = max(*levels, *(mark.value for mark in panel.marks), 1e-9)
    step = nice_step(highest, 4)
    scale = math.ceil(highest * 1.02 / step) * step
    base = top + HEIGHT
    parts = [f'<text x="0" y="{top - 4:.2f}" fill="{INK}">{escape(panel.title)} [{panel.unit}]</text>']
    for level in range(round(scale / step) + 1):
        y = base - HEIGHT * level * step / scale
        parts.append(f'<path d="M{LEFT} {y:.2f}H{WIDTH - RIGHT}" stroke="{LINE}" stroke-width="0.2"/>')
        parts.append(
            f'<text x="{LEFT - 1.5}" y="{y + 1:.2f}" text-anchor="end">{_written(level * step)}</text>'
        )
    for values, colour, filled in panel.curves:
        points = "L".join(
            f"{_x(hour, times_h):.2f} {base - HEIGHT * max(value, 0) / scale:.2f}"
            for hour, value in zip(times_h, values, strict=True)
        )
        if filled:
            closed = f"M{_x(times_h[0], times_h):.2f} {base}L{points}L{_x(times_h[-1], times_h):.2f} {base}Z"
            parts.append(f'<path d="{closed}" fill="{colour}" fill-opacity="0.14"/>')
        parts.append(f'<path d="M{points}" fill="none" stroke="{colour}" stroke-width="0.45"/>')
    return "".join([*parts, *_marks(panel.marks, base, scale)])


def _marks(marks: Sequence[Mark], base: float, scale: float) -> Iterator[str]:
    """Yield the levels with their labels: over the line, or under it where the one above leaves no room."""
    above = -math.inf
    for mark in sorted(marks, key=lambda mark: -mark.value):
        y = base - HEIGHT * mark.value / scale
        shift = 3.0 if y - above < _LINE else -0.9
        above = y + (_LINE if shift > 0 else 0)
        dash = f'stroke="{mark.colour}" stroke-width="0.3" stroke-dasharray="1.4 0.8"'
        yield f'<path d="M{LEFT} {y:.2f}H{WIDTH - RIGHT}" {dash}/>'
        text = f'x="{WIDTH - RIGHT}" y="{y + shift:.2f}" text-anchor="end" fill="{mark.colour}"'
        yield f"<text {text}>{escape(mark.label)}</text>"


def _hours(times_h: Sequence[float], base: float) -> str:
    step = nice_step(times_h[-1], 8)
    ticks = []
    for at in range(int(times_h[-1] / step) + 1):
        x = _x(at * step, times_h)
        ticks.append(f'<path d="M{x:.2f} {base}v1.2" stroke="{SOFT}" stroke-width="0.3"/>')
        ticks.append(
            f'<text x="{x:.2f}" y="{base + 4.6:.2f}" text-anchor="middle">{_written(at * step)}</text>'
        )
    caption = f'<text x="{WIDTH - RIGHT}" y="{base + 9:.2f}" text-anchor="end">{_HOURS}</text>'
    return "".join([*ticks, caption])


def _x(hour: float, times_h: Sequence[float]) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * hour / times_h[-1]


def nice_step(highest: float, parts: int) -> float:
    """Return a round step that parts `highest` into at most `parts` or so.

    >>> nice_step(3614, 4), nice_step(29.4, 4), nice_step(96, 8)
    (1000.0, 10.0, 20.0)
    """
    rough = highest / parts
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * whole for whole in (1, 2, 5, 10) if power * whole >= rough)


def _written(value: float) -> str:
    return format_number(value, "1", 0 if value == int(value) else 2)
