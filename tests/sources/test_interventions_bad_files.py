"""Each file that cannot be used gets its own error, whose sentence says what is wrong and what to do."""

from __future__ import annotations

import io
import json
import struct
import time
from pathlib import Path
from typing import Any

import pytest
import shapely

from tests.sources import drawing
from tests.sources.drawing import X, Y
from trama.kernel.errors import TramaError
from trama.sources.interventions import errors, read_intervention

SQUARE = drawing.square()
LINE = shapely.LineString(SQUARE.exterior)
RING = [[X, Y], [X + 100, Y], [X + 100, Y + 100], [X, Y + 100], [X, Y]]
GOOD = drawing.as_bytes(drawing.metric(drawing.feature(SQUARE)))


def polygon(*rings: list[Any]) -> bytes:
    geometry = {"type": "Polygon", "coordinates": list(rings)}
    return drawing.as_bytes(drawing.metric({"type": "Feature", "geometry": geometry, "properties": {}}))


def lon_lat(*points: tuple[float, float]) -> bytes:
    return drawing.as_bytes({"type": "Polygon", "coordinates": [[list(point) for point in points]]})


def without(suffix: str) -> bytes:
    parts = drawing.shapefile_parts(drawing.table(SQUARE, nome=["A"]))
    return drawing.zipped({name: data for name, data in parts.items() if not name.endswith(suffix)})


BAD: list[tuple[str, bytes, str, type[TramaError], str]] = [
    ("empty", b"", "x.geojson", errors.EmptyFile, "vuoto"),
    (
        "no features",
        b'{"type": "FeatureCollection", "features": []}',
        "x.json",
        errors.NoFeatures,
        "non contiene",
    ),
    ("null geometry", b'{"type": "Feature", "geometry": null}', "x.json", errors.NoFeatures, "Disegnare"),
    ("unclosed ring", polygon(RING[:-1]), "x.json", errors.UnclosedRing, "non è chiuso"),
    ("two vertices", polygon([RING[0], RING[1], RING[0]]), "x.json", errors.BadCoordinates, "meno di tre"),
    ("NaN", GOOD.replace(b"514000.0", b"NaN"), "x.json", errors.BadCoordinates, "finite"),
    ("infinite", GOOD.replace(b"514000.0", b"1e999"), "x.json", errors.BadCoordinates, "finite"),
    ("huge integer", GOOD.replace(b"514000.0", b"9" * 400), "x.json", errors.BadCoordinates, "finite"),
    ("endless integer", GOOD.replace(b"514000.0", b"9" * 9000), "x.json", errors.DamagedFile, "cifre"),
    ("text for number", GOOD.replace(b"514000.0", b'"514000"'), "x.json", errors.BadCoordinates, "coppia"),
    (
        "bow tie",
        polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]),
        "x.json",
        errors.SelfCrossing,
        "incrocia",
    ),
    ("zero area", polygon([RING[0], RING[1], RING[0], RING[0]]), "x.json", errors.TooSmall, "linea"),
    (
        "tiny",
        drawing.as_bytes(drawing.metric(drawing.feature(drawing.square(0.5)))),
        "x.json",
        errors.TooSmall,
        "0,25",
    ),
    (
        "lon and lat swapped",
        lon_lat((45.46, 9.18), (45.46, 9.19), (45.47, 9.19), (45.46, 9.18)),
        "x.geojson",
        errors.SwappedAxes,
        "latitudine-longitudine",
    ),
    (
        "metres read as degrees",
        lon_lat(*[(x, y) for x, y in RING]),
        "x.geojson",
        errors.WrongCrs,
        "Sembrano in EPSG:32632",
    ),
    (
        "drawing with an origin of its own",
        drawing.dxf(drawing.light_polyline([(0, 0), (100, 0), (100, 100)])),
        "x.dxf",
        errors.WrongCrs,
        "georiferirlo",
    ),
    (
        "drawing in millimetres",
        drawing.dxf(drawing.light_polyline([(x * 1000, y * 1000) for x, y in RING[:3]])),
        "x.dxf",
        errors.WrongCrs,
        "millimetri",
    ),
    (
        "northing first",
        drawing.dxf(drawing.light_polyline([(y, x) for x, y in RING[:3]])),
        "x.dxf",
        errors.SwappedAxes,
        "nord-est",
    ),
    (
        "point",
        drawing.as_bytes({"type": "Point", "coordinates": [9.2, 45.4]}),
        "x.json",
        errors.NotPolygons,
        "punto",
    ),
    ("line", drawing.geopackage(drawing.table(LINE)), "x.gpkg", errors.NotPolygons, "linea"),
    (
        "line shapefile",
        drawing.shapefile(drawing.table(LINE)),
        "x.zip",
        errors.NotPolygons,
        "linea",
    ),
    (
        "open polyline",
        drawing.dxf(drawing.light_polyline([(x, y) for x, y in RING[:3]], closed=False)),
        "x.dxf",
        errors.NotPolygons,
        "linee aperte",
    ),
    ("empty drawing", drawing.dxf(), "x.dxf", errors.NoFeatures, "non contiene"),
    ("repeated key", b'{"type": "Feature", "type": "Feature"}', "x.json", errors.RepeatedKey, "ripetuta"),
    ("latin-1", GOOD.replace(b"{}", b'{"nome": "Per\xf2"}'), "x.json", errors.WrongEncoding, "UTF-8"),
    ("cut JSON", GOOD[:-30], "x.json", errors.DamagedFile, "riga 1"),
    ("deep nesting", b'{"a":' * 100_000, "x.json", errors.TooComplex, "livelli"),
    ("many brackets", b"{" + b"[" * 700_000, "x.json", errors.TooComplex, "vertici"),
    ("no type", b'{"features": []}', "x.json", errors.UnknownFormat, "type"),
    ("list", b"[1, 2]", "x.json", errors.UnknownFormat, "GeoJSON"),
    ("topology", b'{"type": "Topology"}', "x.json", errors.DamagedFile, "tipo"),
    (
        "cut geopackage",
        drawing.geopackage(drawing.table(SQUARE))[:9000],
        "x.gpkg",
        errors.DamagedFile,
        "base di dati",
    ),
    ("only the header", b"SQLite format 3\x00", "x.gpkg", errors.DamagedFile, "rovinato"),
    ("no .shp", without(".shp"), "x.zip", errors.IncompleteShapefile, ".shx"),
    ("no .prj", without(".prj"), "x.zip", errors.MissingCrs, "manca il .prj"),
    (
        "drawing without system",
        drawing.dxf(drawing.light_polyline(drawing.corners(SQUARE))),
        "x.dxf",
        errors.MissingCrs,
        "--crs",
    ),
    ("cut zip", drawing.shapefile(drawing.table(SQUARE))[:-40], "x.zip", errors.UnsafeArchive, "rovinato"),
    ("PDF", b"%PDF-1.7 x", "x.geojson", errors.UnknownFormat, "PDF"),
    ("DWG", b"AC1032 x", "x.dwg", errors.UnknownFormat, "DWG"),
    ("KML", b"<?xml version='1.0'?><kml/>", "x.kml", errors.UnknownFormat, "XML"),
    (
        "bare .shp",
        drawing.shapefile_parts(drawing.table(SQUARE))["area.shp"],
        "x.shp",
        errors.UnknownFormat,
        "zip",
    ),
    (
        "geopackage called geojson",
        drawing.geopackage(drawing.table(SQUARE)),
        "x.geojson",
        errors.WrongExtension,
        "x.gpkg",
    ),
    ("geojson called zip", GOOD, "x.zip", errors.WrongExtension, "x.geojson"),
    ("UTF-16", '{"type": 1}'.encode("utf-16"), "x.json", errors.UnknownFormat, "UTF-16"),
    ("other system", GOOD.replace(b"32632", b"2056"), "x.json", errors.UnknownCrs, "EPSG:2056"),
    (
        "linked system",
        GOOD.replace(b'"name": "urn:ogc:def:crs:EPSG::32632"', b'"href": "http://x/"'),
        "x.json",
        errors.UnknownCrs,
        "collegamento",
    ),
    (
        "features of the wrong kind",
        b'{"type": "FeatureCollection", "features": {"a": 1}}',
        "x.json",
        errors.DamagedFile,
        "features",
    ),
]


@pytest.mark.parametrize(
    ("data", "name", "error", "says"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_a_bad_file_is_refused_with_a_sentence(
    data: bytes, name: str, error: type[TramaError], says: str
) -> None:
    crs = 32632 if name == "x.dxf" and error is not errors.MissingCrs else None
    with pytest.raises(TramaError) as caught:
        read_intervention(data, name, crs=crs)
    assert type(caught.value) is error
    assert says in caught.value.text("it")
    assert caught.value.text("en") != caught.value.text("it")
    assert "{" not in caught.value.text("en").replace("{why}", "")
    assert caught.value.exit_code == 2


def test_a_crossing_says_where_and_proposes_a_mending() -> None:
    tie = polygon([RING[0], RING[2], RING[1], RING[3], RING[0]])
    with pytest.raises(errors.SelfCrossing, match=r"514050\.0, y 5034050\.0.*2 parti, 5\.000 m²") as caught:
        read_intervention(tie, "x.json")
    assert caught.value.proposal is not None
    assert shapely.from_geojson(json.dumps(caught.value.proposal)).is_valid
    mended = read_intervention(tie, "x.json", mend=True)
    assert mended.area_m2 == pytest.approx(5000)  # two triangles of 100 x 50 / 2, by hand
    assert "riparato" in [notice.code for notice in mended.warnings]


def test_an_outline_that_only_touches_itself_is_mended_because_its_area_stays() -> None:
    touching = [
        [X, Y],
        [X + 100, Y],
        [X + 50, Y + 50],
        [X + 100, Y + 100],
        [X, Y + 100],
        [X + 50, Y + 50],
        [X, Y],
    ]
    assert read_intervention(polygon(touching), "x.json").area_m2 == pytest.approx(5000)


def test_a_file_on_disk_is_refused_by_its_size_without_being_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "enorme.geojson"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    monkeypatch.setattr(Path, "open", lambda *_args, **_kwargs: pytest.fail("the file was opened"))
    with pytest.raises(errors.FileTooLarge, match="50 MB"):
        read_intervention(path)


def test_a_stream_is_read_no_further_than_the_limit() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(errors.FileTooLarge):
        read_intervention(stream, "x.geojson", max_bytes=3_000_000)  # type: ignore[arg-type]
    assert stream.taken <= 4_100_000


@pytest.mark.parametrize("where", ["manca.geojson", ".", "a\x00b"])
def test_a_path_that_leads_to_no_file_is_said(tmp_path: Path, where: str) -> None:
    with pytest.raises(errors.FileNotThere):
        read_intervention(tmp_path / where)


def test_too_many_vertices_are_refused_before_being_computed() -> None:
    ring = [[X + i, Y] for i in range(200_001)] + [[X, Y]]
    with pytest.raises(errors.TooComplex, match=r"200\.000"):
        read_intervention(polygon(ring), "x.json")


def test_too_many_features_are_refused() -> None:
    document = drawing.metric(*[drawing.feature(drawing.square(1, i)) for i in range(2001)])
    with pytest.raises(errors.TooComplex, match="elementi"):
        read_intervention(drawing.as_bytes(document), "x.json")


def test_a_geometry_that_announces_more_points_than_there_are_is_damaged() -> None:
    blob = (
        b"GP\x00\x01" + struct.pack("<i", 32632) + b"\x01" + struct.pack("<III", 3, 1, 100_000) + b"\x00" * 64
    )
    from trama.sources.interventions.raw import Budget
    from trama.sources.interventions.wkb import polygons

    with pytest.raises(errors.DamagedFile, match="finisce prima"):
        polygons(blob, "x.gpkg", 1, Budget("x.gpkg"))


def test_a_system_given_against_the_one_declared_is_refused() -> None:
    with pytest.raises(errors.ConflictingCrs, match=r"EPSG:32632.*EPSG:3003"):
        read_intervention(GOOD, "x.json", crs=3003)
    assert read_intervention(GOOD, "x.json", crs=32632).source_crs == 32632


def test_a_shapefile_without_its_table_is_read_and_said() -> None:
    found = read_intervention(without(".dbf"), "x.zip")
    assert [notice.code for notice in found.warnings] == ["shapefile_senza_dbf"]
    assert found.nome == ""


def test_a_shapefile_without_its_index_is_read() -> None:
    assert read_intervention(without(".shx"), "x.zip").nome == "A"


def test_a_very_large_area_is_remarked_on() -> None:
    found = read_intervention(
        drawing.as_bytes(drawing.metric(drawing.feature(drawing.square(2000)))), "x.json"
    )
    assert "400 ettari" in str(found.warnings[0])


def test_a_name_with_braces_or_control_characters_does_not_break_the_sentence() -> None:
    with pytest.raises(errors.EmptyFile, match=r"a\{0\}\?b"):
        read_intervention(b"", "a{0}\x1bb")


def comb(teeth: int, lying: bool) -> list[list[float]]:
    points = [[0.0, -1.0]]
    for tooth in range(teeth):
        x, width = 1000 * tooth / teeth, 400 / teeth
        points += [[x, 0.0], [x, 1000.0], [x + width, 1000.0], [x + width, 0.0]]
    points += [[1000.0, -1.0], [0.0, -1.0]]
    return [[X + y, Y + x] if lying else [X + x, Y + y] for x, y in points]


def test_two_combs_laid_across_each_other_are_refused_at_once() -> None:
    """Both are valid; their union would have sixteen million vertices."""
    document = drawing.metric(
        *(drawing.feature(shapely.Polygon(comb(2000, lying))) for lying in (False, True))
    )
    start = time.perf_counter()
    with pytest.raises(errors.TooComplex, match="incroci"):
        read_intervention(drawing.as_bytes(document), "x.json")
    assert time.perf_counter() - start < 5


def test_a_detailed_outline_is_not_taken_for_a_comb() -> None:
    outline = shapely.Point(X, Y).buffer(500, quad_segs=5000)
    found = read_intervention(drawing.as_bytes(drawing.metric(drawing.feature(outline))), "x.json")
    assert found.area_m2 == pytest.approx(outline.area)
