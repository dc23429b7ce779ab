"""Every accepted format and system, written by GDAL, comes back as the same area in metres."""

from __future__ import annotations

import io
import json
import math
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.sources import drawing
from trama.sources.interventions import Intervention, read_intervention
from trama.sources.interventions.errors import MissingCrs, UnknownCrs

SYSTEMS = [32632, 25832, 6707, 7791, 3003, 4326]
HOLED = drawing.square(100).difference(drawing.square(20, 30, 30))


def apart_m(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return float(shapely.hausdorff_distance(one, other))


@pytest.mark.parametrize("crs", SYSTEMS)
def test_a_geopackage_in_every_accepted_system_comes_to_metres(crs: int) -> None:
    data = drawing.geopackage(drawing.table(HOLED, crs=crs, nome=["Parcheggio"]))
    found = read_intervention(data, "area.gpkg")
    # 4326, 3003: the inverse and direct transformations of PROJ agree within a millimetre
    assert apart_m(found.geometry, HOLED) < 0.01
    assert found.area_m2 == pytest.approx(9600, rel=1e-6)
    assert (found.nome, found.source_crs) == ("Parcheggio", crs)


@pytest.mark.parametrize("definition", [None, "undefined", 'ENGCRS["Undefined engineering CRS",EDATUM["x"]]'])
def test_a_geopackage_that_knows_no_system_is_read_in_the_one_given(definition: str | None) -> None:
    frame = drawing.table(HOLED).set_crs(None, allow_override=True)  # GDAL calls its system GDAL:99999
    data = drawing.geopackage(frame)
    if definition is not None:
        data = redefined(data, definition)
    assert apart_m(read_intervention(data, "area.gpkg", crs=32632).geometry, HOLED) < 0.01
    with pytest.raises(MissingCrs, match="nel GeoPackage è indefinito"):
        read_intervention(data, "area.gpkg")
    with pytest.raises(UnknownCrs):
        read_intervention(redefined(data, 'PROJCS["Mio sistema",GEOGCS["WGS 84"]]'), "area.gpkg", crs=32632)


def redefined(data: bytes, definition: str) -> bytes:
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    database.execute("UPDATE gpkg_spatial_ref_sys SET definition = ? WHERE srs_id = 99999", (definition,))
    database.commit()
    return database.serialize()


@pytest.mark.parametrize("crs", SYSTEMS)
def test_a_zipped_shapefile_in_every_accepted_system_comes_to_metres(crs: int) -> None:
    data = drawing.shapefile(drawing.table(HOLED, crs=crs, nome=["Però"]))
    found = read_intervention(data, "area.zip")
    assert apart_m(found.geometry, HOLED) < 0.01
    assert found.nome == "Però"
    assert len(found.geometry.interiors) == 1


@pytest.mark.parametrize("crs", SYSTEMS)
def test_a_geojson_with_the_legacy_crs_member_is_read_in_that_system(crs: int) -> None:
    data = drawing.written(drawing.table(HOLED, crs=crs), "GeoJSON", "x.geojson", COORDINATE_PRECISION=9)
    assert apart_m(read_intervention(data, "x.geojson").geometry, HOLED) < 0.01


@pytest.mark.parametrize("crs", [32632, 25832, 6707, 7791, 3003])
def test_a_dxf_is_read_in_the_declared_system(crs: int) -> None:
    frame = drawing.table(drawing.square(), crs=crs)
    data = drawing.dxf(drawing.light_polyline(drawing.corners(frame.geometry.iloc[0])))
    assert apart_m(read_intervention(data, "area.dxf", crs=crs).geometry, drawing.square()) < 0.01


def test_a_dxf_written_by_gdal_is_read_as_gdal_wrote_it() -> None:
    outline = drawing.table(shapely.LineString(drawing.square().exterior))
    data = drawing.written(outline, "DXF", "x.dxf")
    assert apart_m(read_intervention(data, "x.dxf", crs="EPSG:32632").geometry, drawing.square()) < 1e-6


def test_a_geojson_that_says_nothing_is_in_longitude_and_latitude() -> None:
    lon_lat = drawing.table(drawing.square(), crs=4326).geometry.iloc[0]
    found = read_intervention(drawing.as_bytes(drawing.feature(lon_lat)), "x.geojson")
    assert apart_m(found.geometry, drawing.square()) < 0.001


def test_monte_mario_agrees_with_the_seven_parameters_worked_by_hand() -> None:
    """EPSG:1660: dx -104.1 dy -49.1 dz -9.9 m, rx 0.971 ry -2.917 rz 0.714 arc-seconds, ds -11.68 ppm."""
    from pyproj import Transformer

    east, north = 1_514_800.0, 5_034_500.0
    to_cartesian = Transformer.from_pipeline(
        "+proj=pipeline +step +inv +proj=tmerc +lon_0=9 +k=0.9996 +x_0=1500000 +ellps=intl "
        "+step +proj=cart +ellps=intl"
    )
    to_utm = Transformer.from_pipeline(
        "+proj=pipeline +step +inv +proj=cart +ellps=WGS84 +step +proj=utm +zone=32 +ellps=WGS84"
    )
    place = np.array(to_cartesian.transform(east, north, 0.0))
    rx, ry, rz = (math.radians(angle / 3600) for angle in (0.971, -2.917, 0.714))
    turn = np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
    moved = np.array([-104.1, -49.1, -9.9]) + (1 - 11.68e-6) * turn @ place
    x, y, _ = to_utm.transform(*moved)
    box = shapely.box(east, north, east + 100, north + 100)
    document = {**drawing.metric(drawing.feature(box)), "crs": "EPSG:3003"}
    found = read_intervention(drawing.as_bytes(document), "x.geojson")
    nearest = shapely.distance(found.geometry, shapely.Point(x, y))
    assert nearest < 0.01
    assert "monte_mario" in [notice.code for notice in found.warnings]


def test_a_byte_order_mark_is_tolerated() -> None:
    data = b"\xef\xbb\xbf" + drawing.as_bytes(drawing.metric(drawing.feature(drawing.square())))
    assert read_intervention(data, "x.geojson").area_m2 == pytest.approx(10_000)


def test_heights_are_dropped() -> None:
    raised = shapely.force_3d(drawing.square(), 120.0)
    for data, name in (
        (drawing.geopackage(drawing.table(raised)), "x.gpkg"),
        (drawing.shapefile(drawing.table(raised)), "x.zip"),
        (drawing.as_bytes(drawing.metric(drawing.feature(raised))), "x.geojson"),
    ):
        found = read_intervention(data, name)
        assert not found.geometry.has_z
        assert found.area_m2 == pytest.approx(10_000)


def test_a_path_a_stream_and_bytes_read_alike(tmp_path: Path) -> None:
    data = drawing.as_bytes(drawing.metric(drawing.feature(drawing.square())))
    (tmp_path / "x.geojson").write_bytes(data)
    one = read_intervention(tmp_path / "x.geojson")
    other = read_intervention(io.BytesIO(data), "x.geojson")
    assert one == other == read_intervention(data, "x.geojson")


def test_a_geopackage_left_in_write_ahead_mode_is_read() -> None:
    data = bytearray(drawing.geopackage(drawing.table(drawing.square())))
    data[18:20] = b"\x02\x02"
    assert read_intervention(bytes(data), "x.gpkg").area_m2 == pytest.approx(10_000)


def test_the_arc_of_a_polyline_is_followed_within_a_millimetre() -> None:
    """A square of 100 m with a half circle (bulge 1) on one side: 10,000 + pi * 50^2 / 2 m2, by hand."""
    a, b, c, d = drawing.corners(drawing.square())
    outline = shapely.Polygon([a, b, c, d])
    turn = 1.0 if outline.exterior.is_ccw else -1.0
    data = drawing.dxf(drawing.light_polyline([(*a, turn), b, c, d]))
    found = read_intervention(data, "x.dxf", crs=32632)
    assert found.area_m2 == pytest.approx(10_000 + math.pi * 50**2 / 2, rel=2e-5)


def test_a_circle_of_a_drawing_is_an_area() -> None:
    circle = f"0\nCIRCLE\n8\n0\n10\n{drawing.X}\n20\n{drawing.Y}\n40\n30"
    found = read_intervention(drawing.dxf(circle), "x.dxf", crs=32632)
    assert found.area_m2 == pytest.approx(math.pi * 900, rel=1e-4)


def test_old_polylines_of_a_drawing_are_read_with_their_vertices() -> None:
    vertices = "".join(f"\n0\nVERTEX\n8\n0\n10\n{x}\n20\n{y}" for x, y in drawing.corners(drawing.square()))
    data = drawing.dxf(f"0\nPOLYLINE\n8\n0\n66\n1\n70\n1{vertices}\n0\nSEQEND")
    assert read_intervention(data, "x.dxf", crs=32632).area_m2 == pytest.approx(10_000)


def test_an_outline_inside_another_is_a_hole_and_is_said() -> None:
    data = drawing.dxf(
        drawing.light_polyline(drawing.corners(drawing.square(20, 30, 30))),
        drawing.light_polyline(drawing.corners(drawing.square())),
    )
    found = read_intervention(data, "x.dxf", crs=32632)
    assert found.area_m2 == pytest.approx(9600)
    assert "dxf_fori" in [notice.code for notice in found.warnings]


def test_layers_named_after_a_solution_are_its_features() -> None:
    data = drawing.dxf(
        drawing.light_polyline(drawing.corners(drawing.square()), "INTERVENTO"),
        drawing.light_polyline(drawing.corners(drawing.square(20, 10, 10)), "RAIN_GARDEN"),
        drawing.light_polyline(drawing.corners(drawing.square(5, 70, 70)), "arredi"),
    )
    found = read_intervention(data, "x.dxf", crs=32632, nbs_ids={"rain_garden"})
    assert [(kind.id, kind.area_m2, kind.measured) for kind in found.tipologie] == [
        ("rain_garden", 400, True)
    ]
    assert found.area_m2 == pytest.approx(10_000)


def test_what_is_stored_reads_back_the_same() -> None:
    properties = {
        "nome": "A",
        "stato_attuale": {"impermeabile": 9600},
        "tipologie": [{"id": "x", "area_m2": 3}],
    }
    found = read_intervention(
        drawing.as_bytes(drawing.metric(drawing.feature(HOLED, **properties))), "x.json"
    )
    assert Intervention.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_what_the_map_gets_reads_back_within_a_tenth_of_a_millimetre() -> None:
    found = read_intervention(drawing.geopackage(drawing.table(HOLED, nome=["A"])), "x.gpkg")
    again = Intervention.from_geojson(found.to_geojson())
    assert apart_m(again.geometry, found.geometry) < 1e-3
    assert (again.nome, again.tipologie, again.stato_attuale) == (found.nome, found.tipologie, None)
