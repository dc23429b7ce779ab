"""Opening what somebody gave us: recognised by content, measured, never trusted."""

import contextlib
import io
import json
import struct
import zipfile
from pathlib import Path

import geopandas
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from trama.kernel.errors import TramaError
from trama.sources.opening import (
    GEOJSON,
    GEOPACKAGE,
    SHAPEFILE,
    VECTORS,
    ActiveGeopackage,
    EmptyFile,
    FileTooLarge,
    IncompleteShapefile,
    Limits,
    MissingFile,
    UnknownFormat,
    UnsafeArchive,
    kind_of,
    opened,
)

SQUARE = geopandas.GeoDataFrame({"a": [1]}, geometry=[box(0, 0, 10, 10)], crs=32632)


def _zip(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return path


def _shapefile_zip(tmp_path: Path, folder: str = "") -> Path:
    SQUARE.to_file(tmp_path / "quadrato.shp")
    parts = {f"{folder}{file.name}": file.read_bytes() for file in tmp_path.glob("quadrato.*")}
    return _zip(tmp_path / "dato.zip", parts)


@pytest.mark.parametrize(
    ("name", "driver", "kind"),
    [
        ("a.gpkg", "GPKG", GEOPACKAGE),
        ("a.shp", "ESRI Shapefile", SHAPEFILE),
        ("a.geojson", "GeoJSON", GEOJSON),
    ],
)
def test_a_format_is_recognised_by_its_content_and_opened(tmp_path, name, driver, kind):
    SQUARE.to_file(tmp_path / name, driver=driver)
    with opened(tmp_path / name, VECTORS) as file:
        assert file.kind == kind
        assert len(pyogrio.read_dataframe(file.target)) == 1


def test_a_geopackage_with_a_misleading_name_is_read_as_what_it_is(tmp_path):
    SQUARE.to_file(tmp_path / "a.gpkg", driver="GPKG")
    (tmp_path / "a.gpkg").rename(tmp_path / "a.pdf")
    with opened(tmp_path / "a.pdf", VECTORS) as file:
        assert len(pyogrio.read_dataframe(file.target)) == 1


@pytest.mark.parametrize("folder", ["", "consegna/dati/"])
def test_a_zipped_shapefile_opens_wherever_it_lies_in_the_archive_and_leaves_nothing_behind(tmp_path, folder):
    with opened(_shapefile_zip(tmp_path, folder), VECTORS) as file:
        assert len(pyogrio.read_dataframe(file.target)) == 1
        extracted = file.path
    assert not extracted.exists()


def test_an_upper_case_shapefile_opens(tmp_path):
    SQUARE.to_file(tmp_path / "q.shp")
    for part in list(tmp_path.glob("q.*")):
        part.rename(part.with_name(f"Q{part.suffix.upper()}"))
    with opened(tmp_path / "Q.SHP", VECTORS) as file:
        assert len(pyogrio.read_dataframe(file.target)) == 1


def test_a_shapefile_without_its_parts_says_which(tmp_path):
    SQUARE.to_file(tmp_path / "q.shp")
    (tmp_path / "q.dbf").unlink()
    with pytest.raises(IncompleteShapefile, match=r"\.dbf"), opened(tmp_path / "q.shp", VECTORS):
        pass


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.vrt", "a.json"])
@pytest.mark.parametrize(
    "content",
    [
        b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
        b"</OGRVRTDataSource>",
        b'{"type": "gdal_streamed_alg", "command_line": "gdal vector convert a b"}',
        b"0\nSECTION\n999\n<OGRVRTDataSource></OGRVRTDataSource>",
        b"<VRTDataset></VRTDataset>",
        b"SQLite format 3\0" + b"\0" * 80,
        b"\x7fELF" + b"\1" * 200,
    ],
)
def test_a_recipe_in_disguise_is_refused_whatever_its_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnknownFormat), opened(tmp_path / name, VECTORS):
        pass


def test_a_geojson_that_hides_a_recipe_further_on_is_read_only_as_geojson(tmp_path):
    text = {"type": "FeatureCollection", "x": " " * 9000, "features": [], "y": "gdal_streamed_alg"}
    (tmp_path / "a.geojson").write_text(json.dumps(text))
    with opened(tmp_path / "a.geojson", VECTORS) as file:
        assert pyogrio.read_info(file.target)["driver"] == "GeoJSON"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        "CREATE VIRTUAL TABLE porta USING fts4(x)",
    ],
)
def test_a_geopackage_that_computes_its_contents_is_refused(tmp_path, sql):
    import sqlite3

    SQUARE.to_file(tmp_path / "a.gpkg", driver="GPKG")
    with opened(tmp_path / "a.gpkg", VECTORS):
        pass  # its own spatial index is a virtual table, and is fine
    with contextlib.closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        database.execute(sql)
        database.commit()
    with pytest.raises(ActiveGeopackage, match="GeoPackage nuovo"), opened(tmp_path / "a.gpkg", VECTORS):
        pass


def test_an_absent_and_an_empty_file_have_their_own_sentence(tmp_path):
    (tmp_path / "vuoto.gpkg").touch()
    with pytest.raises(EmptyFile), opened(tmp_path / "vuoto.gpkg", VECTORS):
        pass
    with pytest.raises(MissingFile), opened(tmp_path / "altro.gpkg", VECTORS):
        pass


def test_a_file_over_the_limit_is_not_read(tmp_path):
    with (tmp_path / "a.gpkg").open("wb") as file:
        file.truncate(200_000_000)
    with (
        pytest.raises(FileTooLarge, match="200 MB"),
        opened(tmp_path / "a.gpkg", VECTORS, Limits(file_bytes=50_000_000)),
    ):
        pass


def test_200_mb_of_garbage_are_refused_at_the_first_bytes(tmp_path):
    with (tmp_path / "a.gpkg").open("wb") as file:
        file.write(b"\xde\xad\xbe\xef" * 100)
        file.truncate(200_000_000)
    with pytest.raises(UnknownFormat), opened(tmp_path / "a.gpkg", VECTORS):
        pass


def test_a_zip_bomb_is_refused_before_anything_is_extracted(tmp_path):
    bomb = _zip(tmp_path / "bomba.zip", {"a.shp": bytes(60_000_000)})
    with pytest.raises(UnsafeArchive, match="occuperebbe 60 MB"), opened(bomb, VECTORS):
        pass


def test_a_zip_that_lies_about_its_size_is_stopped_while_it_is_extracted(tmp_path):
    bomb = _zip(tmp_path / "bomba.zip", {"a.shp": bytes(3_000_000)})
    data = bytearray(bomb.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 1000)
    data[22:26] = struct.pack("<I", 1000)
    bomb.write_bytes(data)
    with pytest.raises(UnsafeArchive), opened(bomb, VECTORS):
        pass


@pytest.mark.parametrize("name", ["../fuori.gpkg", "/etc/fuori.gpkg", "a/../../fuori.gpkg", "C:\\fuori.gpkg"])
def test_a_zip_that_points_outside_itself_is_refused(tmp_path, name):
    with (
        pytest.raises(UnsafeArchive, match="fuori"),
        opened(_zip(tmp_path / "a.zip", {name: b"x"}), VECTORS),
    ):
        pass


def test_a_zip_with_a_symbolic_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("a.gpkg")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr(link, "/etc/passwd")
    with pytest.raises(UnsafeArchive, match="collegamento"), opened(tmp_path / "a.zip", VECTORS):
        pass


def test_a_zip_with_too_many_files_is_refused(tmp_path):
    many = _zip(tmp_path / "a.zip", {f"{number}.txt": b"x" for number in range(20)})
    with pytest.raises(UnsafeArchive, match="20 file"), opened(many, VECTORS, Limits(members=10)):
        pass


def test_a_zip_within_a_zip_is_not_followed(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as out:
        out.writestr("a.txt", "x")
    with (
        pytest.raises(UnknownFormat),
        opened(_zip(tmp_path / "a.zip", {"b.zip": inner.getvalue()}), VECTORS),
    ):
        pass


def test_a_zip_with_two_data_sets_asks_for_one(tmp_path):
    SQUARE.to_file(tmp_path / "a.gpkg", driver="GPKG")
    data = (tmp_path / "a.gpkg").read_bytes()
    with (
        pytest.raises(UnsafeArchive, match=r"a\.gpkg, b\.gpkg"),
        opened(_zip(tmp_path / "a.zip", {"a.gpkg": data, "b.gpkg": data}), VECTORS),
    ):
        pass


def test_a_truncated_zip_is_refused(tmp_path):
    archive = _shapefile_zip(tmp_path)
    archive.write_bytes(archive.read_bytes()[:-30])
    with pytest.raises(UnsafeArchive, match="danneggiato"), opened(archive, VECTORS):
        pass


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(st.binary(max_size=300), st.binary(max_size=100).map(lambda tail: b"PK\x03\x04" + tail))
)
def test_any_bytes_are_either_opened_or_refused_with_a_sentence(tmp_path, data):
    (tmp_path / "a.zip").write_bytes(data)
    with contextlib.suppress(TramaError), opened(tmp_path / "a.zip", VECTORS):
        pass


def test_kind_of_reads_past_a_byte_order_mark(tmp_path):
    (tmp_path / "a").write_bytes(b'\xef\xbb\xbf {"type": "FeatureCollection"}')
    assert kind_of(tmp_path / "a") == GEOJSON
