"""Files made to harm: nothing outside the given bytes is opened, written, reached or run."""

from __future__ import annotations

import io
import socket
import sqlite3
import stat
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from tests.sources import drawing
from trama.kernel.errors import TramaError
from trama.sources.interventions import errors, read_intervention

VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{}</SrcDataSource>"
    "</OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record every file opened for writing and every connection while a file is read."""
    seen: list[str] = []
    active = [True]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if not active[0]:
            return
        if event.startswith("socket.") or event in ("subprocess.Popen", "os.system"):
            seen.append(event)
        if event == "open" and isinstance(arguments[1], str) and set("wax+") & set(arguments[1]):
            seen.append(f"write {arguments[0]}")

    sys.addaudithook(watch)
    monkeypatch.setattr(socket, "socket", lambda *_a, **_k: seen.append("socket"))
    yield seen
    active[0] = False


def pack(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def link(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry, target.encode()


@pytest.mark.parametrize("name", ["x.geojson", "x.gpkg", "x.zip", "x.dxf", "x.vrt", "x"])
@pytest.mark.parametrize(
    "target", ["/etc/passwd", "/vsicurl/http://127.0.0.1:9/x", "http://127.0.0.1:9/x.json"]
)
def test_a_virtual_file_under_any_name_is_refused(name: str, target: str, sealed: list[str]) -> None:
    with pytest.raises(errors.UnknownFormat):
        read_intervention(VRT.format(target).encode(), name, crs=32632)
    assert sealed == []


def test_a_drawing_with_a_virtual_file_in_its_comment_is_read_as_a_drawing(sealed: list[str]) -> None:
    """GDAL's drivers ask only whether the text contains the marker: ours is never asked."""
    outline = drawing.dxf(drawing.light_polyline(drawing.corners(drawing.square())))
    found = read_intervention(
        b"999\n" + VRT.format("/etc/passwd").encode() + b"\n" + outline, "x.dxf", crs=32632
    )
    assert found.area_m2 == pytest.approx(10_000)
    assert sealed == []


def test_addresses_in_a_geojson_are_only_text(sealed: list[str]) -> None:
    document = drawing.metric(drawing.feature(drawing.square(), nome="http://127.0.0.1:9/"))
    document["links"] = [{"href": "http://127.0.0.1:9/"}]
    assert read_intervention(drawing.as_bytes(document), "x.json").nome == "http://127.0.0.1:9/"
    assert sealed == []


def test_nothing_is_written_while_any_format_is_read(sealed: list[str]) -> None:
    sealed.clear()
    frame = drawing.table(drawing.square())
    files = {
        "x.gpkg": drawing.geopackage(frame),
        "x.zip": drawing.shapefile(frame),
        "x.dxf": drawing.dxf(drawing.light_polyline(drawing.corners(drawing.square()))),
        "x.json": drawing.as_bytes(drawing.metric(drawing.feature(drawing.square()))),
    }
    sealed.clear()
    for name, data in files.items():
        read_intervention(data, name, crs=32632)
    assert sealed == []


@pytest.mark.parametrize(
    ("member", "says"),
    [
        (("../../fuori.shp", b"x"), "fuori dall'archivio"),
        (("/etc/area.shp", b"x"), "fuori dall'archivio"),
        (("C:\\area.shp", b"x"), "fuori dall'archivio"),
        ((r"..\..\area.shp", b"x"), "fuori dall'archivio"),
        (link("area.shp", "/etc/passwd"), "collegamento"),
        (("altro.zip", pack(("area.shp", b"x"))), "archivio dentro"),
    ],
    ids=["dots", "absolute", "drive", "backslashes", "symlink", "nested"],
)
def test_an_unsafe_member_is_refused(member: tuple[str | zipfile.ZipInfo, bytes], says: str) -> None:
    before = set(Path(tempfile.gettempdir()).iterdir())
    with pytest.raises(errors.UnsafeArchive, match=says):
        read_intervention(pack(member), "x.zip")
    assert {
        path for path in set(Path(tempfile.gettempdir()).iterdir()) - before if "area" in path.name
    } == set()


def test_a_zip_bomb_is_refused_before_being_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = pack(("area.shp", bytes(60_000_000)))
    assert len(bomb) < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_a, **_k: pytest.fail("the member was opened"))
    with pytest.raises(errors.UnsafeArchive, match="volte"):
        read_intervention(bomb, "x.zip")


def test_a_zip_too_large_once_open_is_refused() -> None:
    with pytest.raises(errors.UnsafeArchive, match="100 MB"):
        read_intervention(pack(*((f"{i}.shp", bytes(30_000_000)) for i in range(4))), "x.zip")


def test_a_zip_of_many_members_is_refused() -> None:
    with pytest.raises(errors.UnsafeArchive, match="101 file"):
        read_intervention(pack(*((f"{i}.txt", b"") for i in range(101))), "x.zip")


def test_a_member_larger_than_it_declares_is_refused() -> None:
    data = bytearray(pack(("area.shp", bytes(5000))))
    for marker, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(marker) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(errors.UnsafeArchive):
        read_intervention(bytes(data), "x.zip")


def edited(*statements: str) -> bytes:
    """A GeoPackage with statements run on it, as somebody hostile could."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        path.write_bytes(drawing.geopackage(drawing.table(drawing.square()), layer="area"))
        base = sqlite3.connect(path, isolation_level=None)
        base.execute("PRAGMA writable_schema=ON")
        for name, count in (
            ("ST_IsEmpty", 1),
            ("ST_MinX", 1),
            ("ST_MaxX", 1),
            ("ST_MinY", 1),
            ("ST_MaxY", 1),
        ):
            base.create_function(name, count, lambda *_: 0)
        for statement in statements:
            base.execute(statement)
        base.close()
        return path.read_bytes()


ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT count(*) AS fid, x'' AS geom FROM n"
)


def test_a_view_in_place_of_a_table_is_never_run() -> None:
    data = edited("DROP TABLE area", f"CREATE VIEW area AS {ENDLESS}")
    with pytest.raises(TramaError):
        read_intervention(data, "x.gpkg")


@pytest.mark.parametrize(
    "expression",
    ["load_extension('x')", "writefile('x', 'y')", "readfile('/etc/passwd')", "randomblob(900000000)"],
)
def test_functions_hidden_in_a_geopackage_are_never_called(expression: str) -> None:
    sql = f"CREATE TABLE area (fid INTEGER PRIMARY KEY, geom BLOB, x AS ({expression}))".replace("'", "''")
    data = edited(f"UPDATE sqlite_master SET sql = '{sql}' WHERE name = 'area' AND type = 'table'")
    with pytest.raises(TramaError):
        read_intervention(data, "x.gpkg")


def test_a_table_named_to_escape_its_quotes_is_only_a_name() -> None:
    name = '"; ATTACH /etc/passwd AS p; --'
    quoted = name.replace("'", "''")
    doubled = name.replace('"', '""')
    data = edited(
        f'ALTER TABLE area RENAME TO "{doubled}"', f"UPDATE gpkg_geometry_columns SET table_name = '{quoted}'"
    )
    assert read_intervention(data, "x.gpkg").area_m2 == pytest.approx(10_000)


def test_several_layers_are_refused_unless_one_is_called_intervento() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        drawing.table(drawing.square()).to_file(path, layer="a", driver="GPKG")
        drawing.table(drawing.square(50)).to_file(path, layer="b", driver="GPKG")
        with pytest.raises(errors.SeveralLayers, match=r"a, b"):
            read_intervention(path)
        drawing.table(drawing.square(20)).to_file(path, layer="Intervento", driver="GPKG")
        assert read_intervention(path).area_m2 == pytest.approx(400)
