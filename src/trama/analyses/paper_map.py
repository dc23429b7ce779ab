"""A map for paper: layers of the lake and what is drawn over them, as SVG, with scale and north."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import shapely

from trama.kernel.trace import LayerUse
from trama.lake import Lake

WIDTH_MM, HEIGHT_MM = 160.0, 95.0
_TEXT = 'font-size="3" font-family="Libertinus Serif" fill="#222"'
SCALES = (1000, 2000, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000)
STYLES = {
    "verde": 'fill="#dfe9d5" stroke="none"',
    "tessuto_urbano_consolidato": 'fill="#eceae6" stroke="none"',
    "acque": 'fill="#cfe0ea" stroke="#9fbfd3" stroke-width="0.25"',
    "zone_rispetto_pozzi": 'fill="none" stroke="#5b7f9b" stroke-width="0.25" stroke-dasharray="1 0.6"',
    "vie": 'fill="none" stroke="#d8d3ca" stroke-width="0.25"',
    "strade": 'fill="none" stroke="#b9b3a8" stroke-width="0.35"',
    "ferrovie": 'fill="none" stroke="#6f6a63" stroke-width="0.3" stroke-dasharray="1.2 0.5"',
    "comuni": 'fill="none" stroke="#4a4a4a" stroke-width="0.25" stroke-dasharray="2 0.7 0.4 0.7"',
}
"""Layers of the ground and how they look, from the lowest."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG document, its scale denominator, the layers drawn, and the key: (sample as SVG, what it is)."""

    svg: str
    scale: int
    layers: tuple[LayerUse, ...]
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn over the ground: shapes in EPSG:32632, SVG attributes, its name in the key."""

    shapes: Sequence[shapely.Geometry]
    style: str
    name: str


def draw_map(
    lake: Lake,
    bounds: tuple[float, float, float, float],
    marks: Sequence[Mark],
    *,
    layers: Iterable[str] = tuple(STYLES),
    room: float = 0.5,
    scales: Sequence[int] = SCALES,
) -> Drawing:
    """Draw `marks` over layers of the lake, at a round scale, on 160 x 95 mm.

    Layers that the lake does not hold are left out; those drawn are listed for the caption. A point is a dot.

    Parameters
    ----------
    bounds
        West, south, east, north of what is to be seen, EPSG:32632; it takes at most `room` of the paper.
    """
    scale = round_scale(bounds, room, scales)
    west, south, east, north = bounds
    x, y = (west + east) / 2, (south + north) / 2
    half_width, half_height = WIDTH_MM / 2000 * scale, HEIGHT_MM / 2000 * scale
    frame = shapely.box(x - half_width, y - half_height, x + half_width, y + half_height)
    pieces, used, ground = [], [], []
    for layer in layers:
        if not lake.has(layer):
            continue
        version = lake.version(layer)
        _, shapes = version.features([], frame.bounds)
        path = "".join(_paths(shapely.clip_by_rect(shapes, *frame.bounds), frame, scale))
        if path:
            pieces.append(f'<path d="{path}" {STYLES[layer]}/>')
            used.append(version.use())
            ground.append((sample(STYLES[layer]), version.manifest.title))
    key = []
    for mark in marks:
        pieces.append(_drawn(mark, frame, scale))
        if mark.name:
            key.append((sample(mark.style), mark.name))
    return Drawing(_document(pieces, scale), scale, tuple(used), (*key, *ground))


def sample(style: str) -> str:
    """Return a little drawing of how something looks: a patch where it is filled, else a line."""
    path = "M0.5 2.2H6.5" if 'fill="none"' in style else "M0.5 0.5H6.5V3.5H0.5Z"
    size = 'viewBox="0 0 7 4" width="7mm" height="4mm"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="{path}" {style}/></svg>'


def round_scale(
    bounds: tuple[float, float, float, float], room: float = 0.5, scales: Sequence[int] = SCALES
) -> int:
    """Return the round scale at which some bounds take at most `room` of the paper."""
    west, south, east, north = bounds
    needed = max((east - west) * 1000 / (WIDTH_MM * room), (north - south) * 1000 / (HEIGHT_MM * room))
    return next((scale for scale in scales if scale >= needed), 1_000_000)


def _drawn(mark: Mark, frame: shapely.Geometry, scale: int) -> str:
    west, _, _, north = frame.bounds
    mm = 1000 / scale
    dots = [
        f'<circle cx="{(x - west) * mm:.2f}" cy="{(north - y) * mm:.2f}" r="0.9" {mark.style}/>'
        for x, y in shapely.get_coordinates([one for one in mark.shapes if one.geom_type == "Point"])
    ]
    areas = [one for one in mark.shapes if one.geom_type != "Point"]
    path = "".join(_paths(shapely.clip_by_rect(areas, *frame.bounds), frame, scale)) if areas else ""
    return "".join(dots) + (f'<path d="{path}" {mark.style}/>' if path else "")


def _paths(shapes: object, frame: shapely.Geometry, scale: int) -> Iterator[str]:
    west, _, _, north = frame.bounds
    for part in shapely.get_parts(shapely.get_parts(shapes)):
        if part.is_empty or part.geom_type == "Point":
            continue
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            points = [
                f"{(x - west) * 1000 / scale:.2f} {(north - y) * 1000 / scale:.2f}"
                for x, y in shapely.get_coordinates(ring)
            ]
            yield "M" + "L".join(points) + ("Z" if part.geom_type == "Polygon" else "")


def _document(pieces: list[str], scale: int) -> str:
    bar_m = scale / 50
    bar_mm = bar_m * 1000 / scale
    end = 5 + bar_mm
    label = escape(f"{bar_m:g} m" if bar_m < 1000 else f"{bar_m / 1000:g} km")
    y = HEIGHT_MM - 5
    furniture = (
        f'<rect x="3" y="{y - 4.6}" width="{bar_mm + 16}" height="8" fill="#fff" fill-opacity="0.85"/>'
        f'<path d="M5 {y}H{end}M5 {y - 1}V{y + 1}M{end} {y - 1}V{y + 1}" stroke="#222" stroke-width="0.4"/>'
        f'<text x="{end + 1.5}" y="{y + 1}" {_TEXT}>{label}</text>'
        f'<path d="M{WIDTH_MM - 7} 12L{WIDTH_MM - 5} 5L{WIDTH_MM - 3} 12L{WIDTH_MM - 5} 10.5Z" fill="#222"/>'
        f'<text x="{WIDTH_MM - 6.1}" y="4" {_TEXT}>N</text>'
    )
    size = f'viewBox="0 0 {WIDTH_MM:g} {HEIGHT_MM:g}" width="{WIDTH_MM:g}mm" height="{HEIGHT_MM:g}mm"'
    ground = '<rect width="100%" height="100%" fill="#fbfaf8"/>'
    frame = '<rect width="100%" height="100%" fill="none" stroke="#888" stroke-width="0.3"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}{"".join(pieces)}{furniture}{frame}</svg>'
