"""Versions: immutable, numbered, described, read back as written, refused when they do not fit."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import geopandas
import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from shapely.geometry import Polygon, box

from trama.kernel.layers import FieldSpec
from trama.lake import Lake, tiles
from trama.lake.errors import (
    BadLayerId,
    DamagedVersion,
    SchemaMismatch,
    UnknownLayer,
    UnknownTrace,
    UnknownVersion,
)
from trama.lake.files import write_json

GRID = Affine(10, 0, 500_000, 0, -10, 5_040_000)
quick = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_versions_are_numbered_in_order_and_nothing_is_overwritten(lake, areas, squares, put_table):
    first, second = put_table(areas, squares(3)), put_table(areas, squares(4))
    assert [version.id for version in lake.history("upa")] == ["v0001", "v0002"]
    assert len(lake.version("upa", "v0001").table()) == 3
    assert len(lake.version("upa").table()) == 4
    assert first.sha256 != second.sha256


def test_the_same_data_made_the_same_way_stay_one_version(lake, areas, squares, put_table, by_hand):
    first, again = put_table(areas, squares()), put_table(areas, squares())
    assert (first.id, again.id) == ("v0001", "v0001")
    official = put_table(areas, squares(), replace(by_hand, synthetic=False, source="upa.gpkg"))
    assert official.id == "v0002"


def test_versions_after_the_ten_thousandth_are_still_in_order(lake, areas, squares, put_table):
    version = put_table(areas, squares(1))
    version.folder.rename(version.folder.with_name("v9999"))
    assert put_table(areas, squares(2)).id == "v10000"
    assert put_table(areas, squares(3)).id == "v10001"
    assert lake.version("upa").id == "v10001"


def test_the_current_version_as_of_an_instant_is_the_last_one_published_by_then(
    lake, areas, squares, put_table
):
    first, second = put_table(areas, squares(1)), put_table(areas, squares(2))
    then = datetime.fromisoformat(first.created)
    assert lake.as_of("upa", then).id == "v0001"
    assert lake.as_of("upa", datetime.now(UTC) + timedelta(seconds=1)).id == "v0002"
    assert first.created < second.created
    with pytest.raises(UnknownVersion, match="prima versione"):
        lake.as_of("upa", then - timedelta(days=1))


def test_a_geopackage_reader_such_as_pandas_or_arrow_reads_a_table_as_it_is(areas, squares, put_table):
    version = put_table(areas, squares())
    columns = pyarrow.parquet.read_schema(version.data)
    geo = json.loads(columns.metadata[b"geo"])
    assert geo["primary_column"] == "geometry"
    assert geo["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 32632}
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert geopandas.read_parquet(version.data).crs.to_epsg() == 32632
    assert list(pd.read_parquet(version.data)["codice"]) == ["000", "001", "002"]


def test_rows_can_be_asked_by_column_and_by_box(areas, squares, put_table):
    version = put_table(areas, squares(5))
    found = version.table(columns=["codice"], bbox=(500_000, 4_999_000, 500_250, 5_001_000))
    assert list(found["codice"]) == ["000", "001"]
    assert "quota" not in found


def test_a_raster_is_a_cloud_optimised_geotiff_with_overviews_that_keep_classes(cover, put_raster):
    cells = np.repeat(np.repeat(np.arange(1, 5, dtype="uint16").reshape(2, 2), 600, 0), 600, 1)
    version = put_raster(cover, cells)
    with rasterio.open(version.raster) as source:
        assert source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert source.block_shapes == [(512, 512)]
        assert source.overviews(1)
        assert source.crs.to_epsg() == 32632
        assert source.nodata == 0
        small = source.read(1, out_shape=(75, 75))
        assert set(np.unique(small)) <= {1, 2, 3, 4}
    with version.raster.open("rb") as file:
        assert b"LAYOUT=IFDS_BEFORE_DATA" in file.read(200)
    assert version.rows == cells.size


@quick
@given(data=st.data())
def test_a_raster_read_back_equals_what_was_written(tmp_path_factory, cover, by_hand, data):
    kind = data.draw(st.sampled_from(["uint8", "uint16", "int16", "int32", "float32", "float64"]))
    shape = data.draw(st.tuples(st.integers(1, 40), st.integers(1, 40)))
    cells = data.draw(arrays.arrays(np.dtype(kind), shape))
    lake = Lake(tmp_path_factory.mktemp("lake") / "lake")
    nodata = np.nan if kind.startswith("float") else 0
    with lake.draft(cover, by_hand) as draft:
        draft.write_raster(cells, GRID, nodata=nodata)
    with rasterio.open(lake.version("uso_suolo").raster) as source:
        assert source.read(1).tobytes() == cells.tobytes()
        assert source.transform == GRID
    draft.version.verify()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
rows = st.lists(
    st.tuples(texts, st.floats(allow_nan=True), st.floats(-1e6, 1e6), st.floats(0.01, 1e4)),
    min_size=1,
    max_size=8,
)


@quick
@given(rows=rows)
def test_a_table_read_back_equals_what_was_written(tmp_path_factory, areas, by_hand, rows):
    table = geopandas.GeoDataFrame(
        {"codice": [row[0] for row in rows], "quota": [row[1] for row in rows]},
        geometry=[box(x, 0, x + side, side) for _, _, x, side in rows],
        crs=32632,
    )
    lake = Lake(tmp_path_factory.mktemp("lake") / "lake")
    with lake.draft(areas, by_hand) as draft:
        draft.write_table(table)
    back = lake.version("upa").table()
    assert list(back["codice"]) == list(table["codice"])
    assert np.array_equal(back["quota"], table["quota"], equal_nan=True)
    assert (back.geometry.to_wkb() == table.geometry.to_wkb()).all()


def test_two_processes_write_the_same_table_and_raster_to_the_same_bytes(tmp_path):
    code = """
import sys, geopandas, numpy as np
from pathlib import Path
from shapely.geometry import box
from affine import Affine
from trama.kernel.layers import FieldSpec, Manifest, Provenance, SourceSpec
from trama.lake import Lake, tiles
def made(name, kind, cell):
    fields = (FieldSpec(cell, "number", "1", ""),)
    return Manifest(name, name, "", "", "", SourceSpec("x"), 32632, kind, fields)
lake = Lake(Path(sys.argv[1]))
rng = np.random.default_rng(7)
shapes = [box(i, 0, i + 1, 1) for i in range(500)]
table = geopandas.GeoDataFrame({"n": rng.random(500)}, geometry=shapes, crs=32632)
with lake.draft(made("a", "polygon", "n"), Provenance("x", True)) as a: a.write_table(table)
with lake.draft(made("b", "raster", "cell"), Provenance("x", True)) as b:
    b.write_raster(rng.random((700, 700)).astype("float32"), Affine(10, 0, 5e5, 0, -10, 5e6), nodata=-1)
print(a.version.sha256, b.version.sha256)
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / f"lake{n}")],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for n in range(2)
    ]
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    "layer", ["../fuori", "/etc", "a/b", "", ".", "..", "Uso", "uso suolo", "a\0b", "a" * 101]
)
def test_a_layer_id_that_is_not_a_plain_word_is_refused(lake, areas, by_hand, layer, tmp_path):
    with pytest.raises(BadLayerId), lake.draft(replace(areas, id=layer), by_hand):
        pass
    with pytest.raises(UnknownLayer):
        lake.version(layer)
    assert not list(tmp_path.rglob("*"))


@pytest.mark.parametrize("version", ["../v0001", "v0002", "v1", "/", "..", "v0001/"])
def test_a_version_id_that_does_not_exist_is_refused(lake, areas, squares, put_table, version):
    put_table(areas, squares())
    with pytest.raises(UnknownVersion, match="v0001"):
        lake.version("upa", version)


@pytest.mark.parametrize("trace", ["../../x", "", "g" * 20, "0" * 19, "0" * 20])
def test_a_trace_id_that_does_not_exist_is_refused(lake, trace):
    with pytest.raises(UnknownTrace):
        lake.traces.load(trace)


def test_verify_notices_an_altered_data_file(areas, squares, put_table):
    version = put_table(areas, squares())
    version.verify()
    data = bytearray(version.data.read_bytes())
    data[len(data) // 2] ^= 1
    version.data.write_bytes(data)
    with pytest.raises(DamagedVersion, match="impronta"):
        version.verify()


def test_verify_notices_an_altered_record(lake, areas, squares, put_table):
    version = put_table(areas, squares())
    record = json.loads((version.folder / "version.json").read_text())
    record["provenance"]["synthetic"] = False
    write_json(version.folder / "version.json", record)
    with pytest.raises(DamagedVersion, match="modificata"):
        lake.version("upa").verify()


def test_tiles_made_in_memory_are_those_made_on_the_disk(lake, areas, squares, by_hand, monkeypatch):
    found = []
    for rows in (100, 1):  # the three squares stay in memory, then do not
        monkeypatch.setattr(tiles, "IN_MEMORY_ROWS", rows)
        with lake.draft(areas, by_hand) as draft:
            draft.write_table(squares())
            draft.write_tiles(squares(), max_zoom=10)
            assert [file.name for file in draft.folder.glob("*.pmtiles*")] == ["tiles.pmtiles"]
            found.append((draft.folder / "tiles.pmtiles").read_bytes())
    assert found[0] == found[1]
    assert len(found[0]) > 500


def test_verify_notices_altered_tiles_and_missing_files(lake, areas, squares, by_hand):
    with lake.draft(areas, by_hand) as draft:
        draft.write_table(squares())
        draft.write_tiles(squares(), max_zoom=8)
    version = draft.version
    version.verify()
    assert version.tiles.read_bytes()[:8] == b"PMTiles\x03"
    version.tiles.write_bytes(b"PMTiles\x03 altro")
    with pytest.raises(DamagedVersion, match="tiles"):
        version.verify()
    version.data.unlink()
    with pytest.raises(DamagedVersion, match="manca il file"):
        version.verify()


def test_a_version_whose_record_is_unreadable_says_so_and_does_not_stop_the_next(
    lake, areas, squares, put_table
):
    version = put_table(areas, squares(1))
    (version.folder / "version.json").write_text("{")
    with pytest.raises(DamagedVersion, match="v0001"):
        lake.version("upa")
    assert put_table(areas, squares(2)).id == "v0002"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: t.drop(columns="quota"), "mancano i campi quota"),
        (lambda t: t.assign(altro=1), "altro non sono previsti"),
        (lambda t: t.to_crs(4326), "EPSG:32632"),
        (lambda t: t.set_crs(None, allow_override=True), "EPSG:32632"),
        (lambda t: t.head(0), "nemmeno una riga"),
        (lambda t: t.set_geometry([Polygon()] * 3, crs=32632), "nessuna riga ha una geometria"),
        (lambda t: pd.DataFrame(t.drop(columns="geometry")), "manca la geometria"),
    ],
)
def test_data_that_do_not_fit_the_manifest_are_refused_and_leave_no_trace(
    lake, areas, squares, by_hand, change, why
):
    with pytest.raises(SchemaMismatch, match=why), lake.draft(areas, by_hand) as draft:
        draft.write_table(change(squares()))
    assert lake.layers() == []
    assert list((lake.root / "upa").iterdir()) == []


def test_a_draft_without_data_or_with_data_of_the_other_kind_is_refused(lake, areas, cover, squares, by_hand):
    with pytest.raises(SchemaMismatch, match="alcun dato"), lake.draft(areas, by_hand):
        pass
    with pytest.raises(SchemaMismatch, match="tabella, non una griglia"), lake.draft(areas, by_hand) as draft:
        draft.write_raster(np.ones((2, 2), "uint8"), GRID, nodata=0)
    with pytest.raises(SchemaMismatch, match="griglia, non una tabella"), lake.draft(cover, by_hand) as draft:
        draft.write_table(squares())


def test_a_plain_table_has_rows_and_no_geometry(lake, areas, squares, put_table):
    plain = replace(areas, id="elenco", geometry="table", checks=())
    version = put_table(plain, pd.DataFrame(squares().drop(columns="geometry")))
    assert type(version.table()) is pd.DataFrame
    assert list(version.table(columns=["quota"]).columns) == ["quota"]


def test_an_error_of_the_caller_inside_a_raster_block_is_not_taken_for_a_full_disk(lake, cover, by_hand):
    with (
        pytest.raises(rasterio.errors.RasterioIOError, match="inesistente"),
        lake.draft(cover, by_hand) as draft,
        draft.open_raster((10, 10), GRID, "uint8", 0),
    ):
        rasterio.open("inesistente.tif")
    assert lake.layers() == []


def test_broken_and_repeated_rows_are_found_with_their_place(areas, squares, put_table):
    table = squares(3)
    table.loc[1, "geometry"] = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    table.loc[2, "codice"] = "000"
    found = {finding["check"]: finding for finding in put_table(areas, table).findings}
    assert found["unique_id"]["count"] == 2
    assert found["valid_geometry"]["where"][0]["id"] == "001"
    assert "Self-intersection" in found["valid_geometry"]["where"][0]["why"]


def test_the_record_of_a_version_says_what_its_fields_mean(areas, squares, put_table):
    version = put_table(
        replace(areas, fields=(*areas.fields[:1], FieldSpec("quota", "number", "1", "Quota"))), squares()
    )
    record = json.loads((version.folder / "version.json").read_text())
    assert record["manifest"]["fields"][1]["meaning"] == "Quota"
    assert record["files"] == {"data.parquet": version.sha256}
