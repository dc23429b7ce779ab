"""The maps of the atlas on paper: one LUM with its three areas; the territory with all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from trama.analyses.lum.answer import Sheet
from trama.analyses.lum.outputs import GEOMETRY, Row
from trama.analyses.lum.rules import Rules
from trama.analyses.paper_map import STYLES, Drawing, Mark, draw_map
from trama.lake import Lake

WALK = 'fill="#2f8f5b" fill-opacity="0.22" stroke="#1e6b42" stroke-width="0.35"'
CIRCLE = 'fill="none" stroke="#17324d" stroke-width="0.45" stroke-dasharray="1.6 1"'
REDRAWN = 'fill="#c2570c" fill-opacity="0.12" stroke="#a8440a" stroke-width="0.8"'
STOP = 'fill="#17324d" stroke="#ffffff" stroke-width="0.3"'
GREY = "#6b7683"
_AROUND = ("verde", "tessuto_urbano_consolidato", "acque", "vie", "strade", "ferrovie", "comuni")
_SCALES = (5000, 7500, 10_000, 12_500, 15_000, 20_000, 25_000)
_WHOLE = ("acque", "ferrovie", "comuni")


def draw_lum(lake: Lake, sheet: Sheet, stops: Sequence[shapely.Geometry]) -> Drawing:
    """Draw a LUM: catchment on foot, circle, the comune's perimeter where there is one, stops."""
    marks = []
    if sheet.walk is not None:
        marks.append(Mark([sheet.walk], WALK, "Raggiunto a piedi"))
    marks.append(Mark([sheet.circle], CIRCLE, f"Cerchio di {sheet.row['raggio_m']:g} m"))
    if sheet.redrawn is not None:
        marks.append(Mark([sheet.perimeter], REDRAWN, "Perimetro del comune"))
    marks.append(Mark(list(stops), STOP, "Fermate"))
    west, south, east, north = shapely.total_bounds([sheet.circle, sheet.perimeter])
    bounds = (float(west), float(south), float(east), float(north))
    return draw_map(lake, bounds, marks, layers=_AROUND, room=0.85, scales=_SCALES)


def draw_atlas(lake: Lake, rules: Rules, rows: Sequence[Row]) -> Drawing:
    """Draw every LUM of the territory as a dot of its level's colour."""
    colours: Mapping[str, str] = {key: str(row["colour"]) for key, row in rules.colours.value.items()}
    marks = []
    for level in rules.levels.value:
        dots = [row[GEOMETRY].centroid for row in rows if row["livello"] == level]
        if dots:
            style = f'fill="{colours.get(level, GREY)}" stroke="#ffffff" stroke-width="0.2"'
            marks.append(Mark(dots, style, f"Livello {level}, {rules.level_name(level)}"))
    comuni = lake.version("comuni")
    return draw_map(lake, comuni.bbox, marks, layers=[layer for layer in _WHOLE if layer in STYLES], room=1.0)
