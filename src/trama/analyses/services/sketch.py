"""A small map for paper: the comune in its territory, its services as dots by category."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from trama.analyses.services.rules import Rules

if TYPE_CHECKING:
    import geopandas

WIDTH = 560.0
MARGIN_M = 2200.0
SIMPLIFY_M = 25.0


def sketch(
    comuni: geopandas.GeoDataFrame, services: geopandas.GeoDataFrame, istat: str, rules: Rules
) -> tuple[str, list[tuple[str, str]]]:
    """Return an SVG of the surroundings of a comune, and (category, colour) of what is drawn.

    Parameters
    ----------
    comuni, services
        Layers of the lake; services of the comune only are drawn.
    """
    own = comuni[comuni["istat"].astype(str) == istat].geometry.iloc[0]
    west, south, east, north = own.buffer(MARGIN_M).bounds
    scale = WIDTH / (east - west)
    height = (north - south) * scale
    window = shapely.box(west, south, east, north)

    def at(x: float, y: float) -> str:
        return f"{(x - west) * scale:.1f},{(north - y) * scale:.1f}"

    def outline(shape: Any, style: str) -> str:
        rings = [
            ring
            for part in shapely.get_parts(shapely.simplify(shapely.intersection(shape, window), SIMPLIFY_M))
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        ]
        steps = "".join("M" + "L".join(at(x, y) for x, y in ring.coords) + "Z" for ring in rings)
        return f'<path d="{steps}" {style}/>' if steps else ""

    near = comuni[comuni.intersects(window)]
    paper = [outline(shape, 'fill="#f3f1ea" stroke="#b9b3a3" stroke-width="0.8"') for shape in near.geometry]
    paper.append(outline(own, 'fill="#ffffff" stroke="#17324d" stroke-width="1.8"'))
    drawn = {}
    for voice, point in zip(services["voce"], services.geometry, strict=True):
        category = rules.categories.value.get(str(voice)[:3])
        if category:
            drawn[category["nome"]] = category["colore"]
            x, y = at(point.x, point.y).split(",")
            paper.append(
                f'<circle cx="{x}" cy="{y}" r="2.3" fill="{category["colore"]}" fill-opacity="0.85"/>'
            )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}">'
    return f"{head}{''.join(paper)}</svg>", sorted(drawn.items())
