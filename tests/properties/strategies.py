"""Named strategies: polygons as people draw them, files, YAML documents."""

from __future__ import annotations

import math
from typing import Any

import shapely
from hypothesis import strategies as st

CENTER = (514_000.0, 5_034_000.0)
"""Milan, EPSG:32632."""

centimetres = st.integers(-2_000_000, 2_000_000).map(lambda value: value / 100)


@st.composite
def star_polygons(draw: st.DrawFn, max_corners: int = 24) -> shapely.Polygon:
    """Valid polygons around a centre, corners at rising angles, coordinates in whole centimetres."""
    corners = draw(st.integers(3, max_corners))
    x, y = CENTER[0] + draw(centimetres), CENTER[1] + draw(centimetres)
    radii = draw(st.lists(st.integers(500, 30_000), min_size=corners, max_size=corners))
    points = [
        (
            round(x + radius / 100 * math.cos(2 * math.pi * index / corners), 2),
            round(y + radius / 100 * math.sin(2 * math.pi * index / corners), 2),
        )
        for index, radius in enumerate(radii)
    ]
    return shapely.Polygon(points)


@st.composite
def holed_polygons(draw: st.DrawFn) -> shapely.Polygon:
    """A valid polygon, sometimes with a hole: itself, smaller."""
    shell = draw(star_polygons())
    if not draw(st.booleans()):
        return shell
    hole = shapely.Polygon(
        [
            (round(shell.centroid.x + dx, 2), round(shell.centroid.y + dy, 2))
            for dx, dy in ((0.1, 0.1), (0.6, 0.1), (0.6, 0.6), (0.1, 0.6))
        ]
    )
    return shapely.Polygon(shell.exterior, [hole.exterior]) if shell.contains_properly(hole) else shell


@st.composite
def areas(draw: st.DrawFn) -> shapely.Geometry:
    """A valid polygon or multipolygon of parts that do not touch."""
    first = draw(holed_polygons())
    if not draw(st.booleans()):
        return first
    second = shapely.affinity.translate(draw(star_polygons()), 41_000.0, 0.0)
    return shapely.MultiPolygon([first, second])


magics = st.sampled_from(
    [
        b"",
        b"{",
        b'{"type": "Feature", "geometry": ',
        b"\xef\xbb\xbf{",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"SQLite format 3\x00",
        b"  0\nSECTION\n  2\nENTITIES\n",
        b"<OGRVRTDataSource>",
        b"\x00\x00\x27\x0a",
    ]
)
files = st.builds(bytes.__add__, magics, st.binary(max_size=600))
names = st.sampled_from(["x.geojson", "x.json", "x.gpkg", "x.zip", "x.dxf", "x.shp", "x", "x.exe"])

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**7), 10**7)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["Feature", "FeatureCollection", "Polygon", "MultiPolygon", "GeometryCollection", "Point"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "features", "geometry", "geometries", "coordinates", "properties", "crs", "name"]
            )
            | st.sampled_from(
                ["nome", "tipologie", "tipologia", "stato_attuale", "progetto", "id", "area_m2"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)

dxf_values = st.sampled_from(
    [
        "LWPOLYLINE",
        "POLYLINE",
        "VERTEX",
        "SEQEND",
        "CIRCLE",
        "ENDSEC",
        "SECTION",
        "ENTITIES",
        "INTERVENTO",
        "1",
    ]
) | st.floats().map(repr)
dxf_pairs = st.lists(
    st.tuples(st.sampled_from([0, 2, 8, 10, 20, 40, 42, 70, 90, 230, 999]), dxf_values), max_size=60
)

plain_keys = st.text("abcdefghilmnopqrstuvz_àèìòù0123456789", min_size=1, max_size=12)
tricky_words = st.sampled_from(
    [
        "no",
        "yes",
        "on",
        "off",
        "y",
        "n",
        "NO",
        "Yes",
        "015146",
        "000001",
        "1_000",
        "0x1F",
        "12:30",
        "2021-10-06",
    ]
)
istat_codes = st.integers(0, 999_999).map(lambda code: f"{code:06d}")
