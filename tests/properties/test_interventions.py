"""What holds for every polygon and every file, whatever they are."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import geopandas
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.analyses.test_location import locate
from tests.properties import strategies
from tests.sources import drawing
from trama.kernel.errors import TramaError
from trama.sources.interventions import Intervention, read_intervention

GRID = geopandas.GeoDataFrame(
    {
        "istat": [f"0150{row}{column}" for row in range(6) for column in range(6)],
        "nome": [f"C{row}{column}" for row in range(6) for column in range(6)],
    },
    geometry=[
        shapely.box(
            484_000 + 15_000 * column,
            5_004_000 + 10_000 * row,
            499_000 + 15_000 * column,
            5_014_000 + 10_000 * row,
        )
        for row in range(6)
        for column in range(6)
    ],
    crs=32632,
)


def read_or_refuse(data: bytes, name: str) -> None:
    """Read; only a `TramaError` with a sentence in both languages may come out."""
    said(partial(read_intervention, data, name, crs=32632 if name == "x.dxf" else None))


def said(call: Callable[[], object]) -> None:
    refusal: TramaError | None = None
    try:
        call()
    except TramaError as error:
        refusal = error
    if refusal is not None:
        assert refusal.text("it").encode()
        assert refusal.text("en").encode()


@given(strategies.files, strategies.names)
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes, name: str) -> None:
    read_or_refuse(data, name)


@given(strategies.json_values)
@settings(max_examples=200)
def test_any_json_is_read_or_refused_with_a_sentence(document: Any) -> None:
    read_or_refuse(json.dumps(document).encode(), "x.json")
    said(partial(Intervention.from_geojson, document))


@given(
    st.dictionaries(st.sampled_from(["nome", "tipologie", "tipologia", "progetto"]), strategies.json_values)
)
@settings(max_examples=100)
def test_any_properties_are_read_or_refused_with_a_sentence(properties: dict[str, Any]) -> None:
    document = drawing.metric(drawing.feature(drawing.square(), **properties))
    read_or_refuse(drawing.as_bytes(document), "x.json")


@given(strategies.dxf_pairs)
@settings(max_examples=150)
def test_any_drawing_is_read_or_refused_with_a_sentence(pairs: list[tuple[int, str]]) -> None:
    lines = "\n".join(f"{code}\n{value}" for code, value in pairs)
    read_or_refuse(f"0\nSECTION\n2\nENTITIES\n{lines}\n0\nEOF\n".encode(), "x.dxf")


PACKAGE = drawing.geopackage(drawing.table(drawing.square(), nome=["A"]))
SHAPES = drawing.shapefile_parts(drawing.table(drawing.square(), nome=["A"]))
DRAWING = drawing.dxf(drawing.light_polyline(drawing.corners(drawing.square())))


def spoiled(data: bytes, spots: list[tuple[float, int]], cut: float) -> bytes:
    """The bytes with some changed, and an end cut off."""
    changed = bytearray(data)
    for where, value in spots:
        changed[min(int(where * len(changed)), len(changed) - 1)] = value
    return bytes(changed[: max(1, int(cut * len(changed)))])


spots = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8)
cuts = st.just(1.0) | st.floats(0, 1)


@given(spots, cuts)
@settings(max_examples=150)
def test_a_spoiled_geopackage_is_read_or_refused_with_a_sentence(
    spots: list[tuple[float, int]], cut: float
) -> None:
    read_or_refuse(spoiled(PACKAGE, spots, cut), "x.gpkg")


@given(st.sampled_from(sorted(SHAPES)), spots, cuts, st.booleans())
@settings(max_examples=150)
def test_a_spoiled_shapefile_is_read_or_refused_with_a_sentence(
    part: str, spots: list[tuple[float, int]], cut: float, outside: bool
) -> None:
    if outside:
        read_or_refuse(spoiled(drawing.zipped(SHAPES), spots, cut), "x.zip")
    else:
        read_or_refuse(drawing.zipped({**SHAPES, part: spoiled(SHAPES[part], spots, cut)}), "x.zip")


@given(spots, cuts)
@settings(max_examples=100)
def test_a_spoiled_drawing_is_read_or_refused_with_a_sentence(
    spots: list[tuple[float, int]], cut: float
) -> None:
    read_or_refuse(spoiled(DRAWING, spots, cut), "x.dxf")


@given(st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=40)), max_size=4))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_any_zip_is_read_or_refused_with_a_sentence(members: list[tuple[str, bytes]]) -> None:
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        for name, content in members:
            try:
                archive.writestr(name or "x", content)
            except UnicodeEncodeError:
                continue
    read_or_refuse(pack.getvalue(), "x.zip")


@given(strategies.areas())
@settings(max_examples=25)
def test_an_area_goes_through_every_format_within_a_centimetre(area: shapely.Geometry) -> None:
    """GDAL writes, we read: corners within 1 cm, area within 0.1 %."""
    degrees = drawing.table(area, crs=4326)
    for data, name in (
        (drawing.written(degrees, "GeoJSON", "x.geojson", COORDINATE_PRECISION=9), "x.geojson"),
        (drawing.geopackage(drawing.table(area)), "x.gpkg"),
        (drawing.shapefile(drawing.table(area)), "x.zip"),
    ):
        found = read_intervention(data, name)
        assert shapely.hausdorff_distance(found.geometry, area) < 0.01
        assert found.area_m2 == pytest.approx(area.area, rel=1e-3)
    again = Intervention.from_geojson(found.to_geojson())
    assert shapely.hausdorff_distance(again.geometry, area) < 0.01
    assert Intervention.from_json(json.loads(json.dumps(found.to_json()))) == found


@given(st.lists(strategies.star_polygons(8), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_the_features_does_not_matter(shapes: list[shapely.Polygon], random: Any) -> None:
    shuffled = list(shapes)
    random.shuffle(shuffled)
    one, other = (
        read_intervention(drawing.as_bytes(drawing.metric(*map(drawing.feature, order))), "x.json").geometry
        for order in (shapes, shuffled)
    )
    assert shapely.symmetric_difference(one, other).area < 1e-3


@given(strategies.areas())
def test_the_shares_of_the_comuni_sum_to_one(area: shapely.Geometry) -> None:
    found = locate(area, GRID)
    assert sum(found.shares.values()) == pytest.approx(1, abs=1e-12)
    assert all(0 < share <= 1 for share in found.shares.values())
    assert sum(item.area_m2 for item in found.comuni) == pytest.approx(area.area * (1 - found.outside_share))


@given(strategies.star_polygons(), st.floats(0.1, 0.9), st.booleans())
def test_cutting_the_polygon_in_two_does_not_change_the_shares(
    area: shapely.Polygon, where: float, across: bool
) -> None:
    west, south, east, north = area.bounds
    middle = west + where * (east - west) if across else south + where * (north - south)
    half = shapely.box(west, south, middle, north) if across else shapely.box(west, south, east, middle)
    one, other = shapely.intersection(area, half), shapely.difference(area, half)
    pieces = [part for part in (*shapely.get_parts(one), *shapely.get_parts(other)) if part.area > 0]
    whole, cut = locate(area, GRID).shares, locate(shapely.MultiPolygon(pieces), GRID).shares
    for code in set(whole) | set(cut):
        assert whole.get(code, 0) == pytest.approx(cut.get(code, 0), abs=1e-6)


@given(strategies.star_polygons(), st.integers(0, 23))
@example(drawing.square(), 1)
def test_the_corner_a_ring_starts_from_does_not_matter(area: shapely.Polygon, start: int) -> None:
    points = list(area.exterior.coords)[:-1]
    start %= len(points)
    turned = shapely.Polygon([*points[start:], *points[:start]])
    one, other = (
        read_intervention(drawing.as_bytes(drawing.metric(drawing.feature(shape))), "x.json").geometry
        for shape in (area, turned)
    )
    assert one.equals_exact(other)
