"""A small map of the intervention for paper: what is around it, scale, north."""

from __future__ import annotations

import shapely

from trama.analyses.paper_map import STYLES, Drawing, Mark, draw_map
from trama.lake import Lake

__all__ = ["Drawing", "draw_place"]
_OUTLINE = 'fill="#0066cc" fill-opacity="0.25" stroke="#0052a3" stroke-width="0.6"'
_GROUND = tuple(layer for layer in STYLES if layer != "vie")


def draw_place(lake: Lake, polygon: shapely.Geometry) -> Drawing:
    """Draw `polygon` (EPSG:32632) with its surroundings, as `draw_map`."""
    west, south, east, north = polygon.bounds
    mark = Mark([polygon], _OUTLINE, "Intervento")
    return draw_map(lake, (west, south, east, north), [mark], layers=_GROUND)
