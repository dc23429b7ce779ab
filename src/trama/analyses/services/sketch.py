"""The map of a sheet on paper: the comune on its ground, its services as dots by category."""

from __future__ import annotations

import shapely

from trama.analyses.paper_map import Drawing, Mark, draw_map
from trama.analyses.services.reading import Row
from trama.analyses.services.rules import Rules
from trama.lake import Lake

GROUND = ("verde", "tessuto_urbano_consolidato", "acque", "strade", "ferrovie", "comuni")
SCALES = (
    5000,
    10_000,
    12_500,
    15_000,
    20_000,
    25_000,
    30_000,
    40_000,
    50_000,
    100_000,
    150_000,
    200_000,
    250_000,
)
BORDER = 'fill="none" stroke="#17324d" stroke-width="0.7"'
ROOM = 0.94


def sketch(lake: Lake, rows: list[Row], istat: str, rules: Rules) -> Drawing:
    """Draw a comune and its services, with scale and north.

    Parameters
    ----------
    rows
        Services, as `roster` gives them.
    """
    comuni = lake.version("comuni").table(columns=["istat"])
    own = comuni[comuni["istat"].astype(str) == istat].geometry.iloc[0]
    marks = [Mark([own], BORDER, "Confine del comune")]
    for name, category in rules.categories.value.items():
        places = [
            (row["lon"], row["lat"]) for row in rows if row["categoria"] == name and row["lon"] is not None
        ]
        if places:
            style = f'fill="{category["colore"]}" stroke="#ffffff" stroke-width="0.12"'
            marks.append(Mark(_points(places), style, str(category["nome"])))
    return draw_map(lake, own.bounds, marks, layers=GROUND, room=ROOM, scales=SCALES)


def _points(places: list[tuple[float, float]]) -> list[shapely.Geometry]:
    import geopandas

    from trama.kernel.places import METRIC_EPSG

    lon, lat = zip(*places, strict=True)
    return list(geopandas.GeoSeries.from_xy(lon, lat, crs=4326).to_crs(METRIC_EPSG))
