"""Official land cover onto the lake's grid: tiny originals made here, against cells counted by hand.

The territory is the one of `tests.fixtures_territory`: 6 x 4 cells of 10 m, three comuni side by side.
"""

from __future__ import annotations

import zipfile
from dataclasses import replace

import geopandas
import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from tests.fixtures_territory import CELL, COVER, EAST, NORTH, small_lake
from trama.norms import load_book
from trama.sources.errors import (
    BadClassTable,
    MissingCrs,
    MissingField,
    NoGrid,
    NoOverlap,
    NoValues,
    UnreadableData,
    WhichLayer,
)
from trama.sources.known import Known
from trama.sources.landcover import read_landcover
from trama.sources.opening import UnknownFormat, UnsafeArchive
from trama.sources.original import Original
from trama.sources.readers import Said, add_original
from trama.sources.territory import Grid, Territory

KNOWN = Known({1111, 1121, 1123, 1411, 2111, 511, 3113})
SOUTH = NORTH - 40
GRID = Affine(CELL, 0, EAST, 0, -CELL, NORTH)


@pytest.fixture
def manifest():
    return load_book().manifests["uso_suolo"]


@pytest.fixture
def lake(tmp_path):
    return small_lake(tmp_path / "casa")


def part(west, south, east, north):
    return box(EAST + west, SOUTH + south, EAST + east, SOUTH + north)


def dusaf(pieces, **more):
    """Features as (code, polygon), with the columns a DUSAF delivery has."""
    codes, shapes = [code for code, _ in pieces], [shape for _, shape in pieces]
    return geopandas.GeoDataFrame({"COD_TEMA": codes, "DESCR": "x", **more}, geometry=shapes, crs=32632)


WHOLE = [("1111", part(0, 0, 20, 40)), ("2111", part(20, 0, 40, 40)), ("511", part(40, 0, 60, 40))]


def cells_of(version):
    with rasterio.open(version.raster) as source:
        return source.read(1)


def save(table, path):
    table.to_file(path)
    return path


def tif(path, cells, transform=GRID, crs=32632, **more):
    options = {"driver": "GTiff", "height": cells.shape[0], "width": cells.shape[1], "count": 1, **more}
    with rasterio.open(path, "w", dtype=cells.dtype, transform=transform, crs=crs, **options) as out:
        out.write(cells, 1)
    return path


@pytest.mark.parametrize("name", ["dusaf.shp", "dusaf.gpkg", "dusaf.geojson"])
def test_polygons_become_codes_at_the_centres_of_the_cells(lake, manifest, tmp_path, name):
    table = dusaf(WHOLE).to_crs(4326) if name.endswith("geojson") else dusaf(WHOLE)
    original = Original(save(table, tmp_path / name))
    reading, version = add_original(lake, manifest, original, Said(), KNOWN)
    assert not reading.stopping
    assert cells_of(version).tolist() == [[1111, 1111, 2111, 2111, 511, 511]] * 4
    assert version.rows == 24


def test_the_new_version_supersedes_the_synthetic_one_and_says_where_it_comes_from(lake, manifest, tmp_path):
    import hashlib

    path = save(dusaf(WHOLE), tmp_path / "dusaf.gpkg")
    said = Said(licence="CC BY 4.0", edition="2021", source="Regione")
    _, version = add_original(lake, manifest, Original(path), said, KNOWN)
    history = [(each.id, each.synthetic) for each in lake.history("uso_suolo")]
    assert history == [("v0001", True), ("v0002", False)]
    assert lake.version("uso_suolo").id == version.id
    made = version.provenance
    assert (made.source, made.licence, made.asked["edition"]) == ("Regione", "CC BY 4.0", "2021")
    assert made.source_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert made.inputs == {"comuni": "v0001"}
    assert version.manifest.synthetic is False
    assert version.manifest.licence == "CC BY 4.0"
    assert not any("sintetic" in limit.lower() for limit in version.manifest.known_limits)
    assert any("centro" in limit for limit in version.manifest.known_limits)


def test_the_same_original_added_twice_is_one_version(lake, manifest, tmp_path):
    original = Original(save(dusaf(WHOLE), tmp_path / "dusaf.gpkg"))
    first = add_original(lake, manifest, original, Said(), KNOWN)[1]
    assert add_original(lake, manifest, original, Said(), KNOWN)[1].id == first.id


BROKEN = [
    *WHOLE,
    # a bow tie, a hole outside its shell, a shape that is not there
    ("1411", Polygon([(EAST, SOUTH), (EAST + 20, SOUTH + 10), (EAST + 20, SOUTH), (EAST, SOUTH + 10)])),
    (
        "1411",
        Polygon(part(40, 20, 60, 40).exterior.coords, [part(100, 100, 110, 110).exterior.coords]),
    ),
    ("1411", Polygon()),
]


def test_three_broken_features_are_told_with_their_place_and_stop_the_version(lake, manifest, tmp_path):
    original = Original(save(dusaf(BROKEN), tmp_path / "dusaf.gpkg"))
    reading, version = add_original(lake, manifest, original, Said(), KNOWN)
    assert version is None
    assert len(lake.history("uso_suolo")) == 1
    (finding,) = reading.stopping
    assert (finding.check, finding.count) == ("valid_geometry", 3)
    assert [place["why"] for place in finding.where] == [
        "il contorno si incrocia",
        "un buco sta fuori dal contorno",
        "manca la geometria",
    ]
    assert finding.where[0]["at"] == [EAST + 10, SOUTH + 5]
    assert finding.where[0]["id"] == "elemento 4"
    assert "--repair" in finding.hint


def test_repair_rebuilds_broken_features_and_says_by_how_much(lake, manifest, tmp_path):
    original = Original(save(dusaf(BROKEN), tmp_path / "dusaf.gpkg"), repair=True)
    reading, version = add_original(lake, manifest, original, Said(), KNOWN)
    assert reading.mended == ["valid_geometry"]
    assert reading.to_json()["controlli"][0]["esito"] == "riparato"
    assert any("Riparati 2 elementi" in note and "tolti 1 senza forma" in note for note in reading.notes)
    assert cells_of(version)[0, 5] == 1411, "the shell without its impossible hole"
    assert version.provenance.asked["repair"] is True


def test_an_unknown_code_is_named_with_its_area_and_stops_the_version(lake, manifest, tmp_path):
    pieces = [*WHOLE[:2], ("9999", part(40, 0, 60, 40)), ("abc", part(0, 0, 10, 10))]
    original = Original(save(dusaf(pieces), tmp_path / "dusaf.gpkg"))
    reading, version = add_original(lake, manifest, original, Said(), KNOWN)
    assert version is None
    found = {place["id"]: place["area_m2"] for place in reading.stopping[0].where}
    assert found == {"9999": 800.0, "abc": 100.0}
    reading, version = add_original(lake, manifest, replace(original, repair=True), Said(), KNOWN)
    assert (cells_of(version)[:, 4:] == 0).all(), "an unknown class is missing, never zero of something"


def test_a_class_table_gives_unknown_values_their_code(lake, manifest, tmp_path):
    table = tmp_path / "classi.csv"
    table.write_text("valore;codice;nome\n9999;3113;bosco\n1111;1111;\n2111;2111;\n", encoding="utf-8")
    pieces = [*WHOLE[:2], ("9999", part(40, 0, 60, 40))]
    original = Original(save(dusaf(pieces), tmp_path / "dusaf.gpkg"), classes=table)
    _, version = add_original(lake, manifest, original, Said(), KNOWN)
    assert (cells_of(version)[:, 4:] == 3113).all()


def test_a_finer_code_than_the_norms_know_is_brought_to_its_ancestor(lake, manifest, tmp_path):
    pieces = [("11231", part(0, 0, 20, 40)), *WHOLE[1:]]
    original = Original(save(dusaf(pieces), tmp_path / "dusaf.gpkg"))
    reading, version = add_original(lake, manifest, original, Said(), KNOWN)
    assert (cells_of(version)[:, :2] == 1123).all()
    assert any("11231 → 1123" in note for note in reading.notes)


@pytest.mark.parametrize("codes", [[1111, 2111, 511], [1111.0, 2111.0, 511.0], [" 1111", "2111 ", "511"]])
def test_codes_written_as_numbers_or_with_blanks_are_the_same_codes(lake, manifest, tmp_path, codes):
    table = dusaf([(code, shape) for code, (_, shape) in zip(codes, WHOLE, strict=True)])
    _, version = add_original(lake, manifest, Original(save(table, tmp_path / "d.gpkg")), Said(), KNOWN)
    assert cells_of(version)[0].tolist() == [1111, 1111, 2111, 2111, 511, 511]


def test_a_gap_is_told_with_area_and_place_and_stays_missing(lake, manifest, tmp_path):
    original = Original(save(dusaf(WHOLE[:2]), tmp_path / "dusaf.gpkg"))
    reading, version = add_original(lake, manifest, original, Said(), KNOWN)
    gap = next(finding for finding in reading.findings if finding.check == "no_gap")
    assert (gap.ok, gap.count) == (False, 8)
    assert "0,08 ha" in gap.hint
    assert gap.where[0]["at"] == [EAST + 45, NORTH - 5]
    assert (cells_of(version)[:, 4:] == 0).all()
    assert gap.hint in version.manifest.known_limits


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(5)))
def test_the_order_of_features_does_not_matter_and_the_smaller_of_two_wins(tmp_path_factory, order):
    pieces = [*WHOLE, ("1411", part(0, 0, 30, 20)), ("1121", part(10, 10, 40, 20))]
    path = save(dusaf([pieces[row] for row in order]), tmp_path_factory.mktemp("ordine") / "d.gpkg")
    grid, territory = Grid(GRID, 4, 6), Territory(part(0, 0, 60, 40))
    reading = read_landcover(Original(path), grid, territory, KNOWN.codes)
    assert reading.cells.tolist() == [
        [1111, 1111, 2111, 2111, 511, 511],
        [1111, 1111, 2111, 2111, 511, 511],
        [1411, 1121, 1121, 1121, 511, 511],
        [1411, 1411, 1411, 2111, 511, 511],
    ]


def test_a_raster_with_a_class_table_is_read_at_the_nearest_cell(lake, manifest, tmp_path):
    classes = tmp_path / "classi.csv"
    classes.write_text("value,code\n1,1111\n2,2111\n3,511\n", encoding="utf-8")
    cells = np.array([[1, 2, 3], [1, 2, 3]], "uint8")
    path = tif(tmp_path / "lc.tif", cells, Affine(20, 0, EAST, 0, -20, NORTH))
    reading, version = add_original(lake, manifest, Original(path, classes=classes), Said(), KNOWN)
    assert cells_of(version).tolist() == [[1111, 1111, 2111, 2111, 511, 511]] * 4
    assert any("più vicina" in note for note in reading.notes)
    assert any("non dichiara un valore di «senza dato»" in note for note in reading.notes)


def test_a_raster_of_codes_in_another_reference_system_is_brought_to_the_grid(lake, manifest, tmp_path):
    from rasterio.warp import Resampling, calculate_default_transform, reproject

    bounds = (EAST - 100, SOUTH - 100, EAST + 160, NORTH + 100)
    wide = np.full((24, 26), 2111, "uint16")
    origin = Affine(10, 0, bounds[0], 0, -10, bounds[3])
    transform, width, height = calculate_default_transform(32632, 4326, 26, 24, *bounds)
    cells = np.zeros((height, width), "uint16")
    reproject(
        wide, cells, src_transform=origin, src_crs=32632, dst_transform=transform, dst_crs=4326,
        resampling=Resampling.nearest,
    )  # fmt: skip
    path = tif(tmp_path / "lc.tif", cells, transform, 4326, nodata=0)
    reading, version = add_original(lake, manifest, Original(path), Said(), KNOWN)
    assert (cells_of(version) == 2111).all()
    assert any("Riproiettato" in note for note in reading.notes)


def test_an_unknown_value_of_a_raster_says_where_its_first_cell_is(lake, manifest, tmp_path):
    cells = COVER.copy()
    cells[3, 2] = 77
    original = Original(tif(tmp_path / "lc.tif", cells, nodata=0))
    reading, version = add_original(lake, manifest, original, Said(), KNOWN)
    assert version is None
    (place,) = reading.stopping[0].where
    assert (place["id"], place["at"], place["area_m2"]) == ("77", [EAST + 25, SOUTH + 5], 100.0)


def test_a_raster_without_nodata_smaller_than_the_territory_leaves_the_rest_missing(lake, manifest, tmp_path):
    original = Original(tif(tmp_path / "lc.tif", np.full((4, 2), 1111, "uint16")))
    reading, version = add_original(lake, manifest, original, Said(), KNOWN)
    assert cells_of(version)[0].tolist() == [1111, 1111, 0, 0, 0, 0]
    assert next(finding for finding in reading.findings if finding.check == "no_gap").count == 16


GOOD = dusaf(WHOLE)


def _two_layers(folder):
    GOOD.to_file(folder / "a.gpkg", layer="uno")
    GOOD.to_file(folder / "a.gpkg", layer="due")
    return folder / "a.gpkg"


def _cut(path, length):
    path.write_bytes(path.read_bytes()[:length])
    return path


def _garbage(folder):
    with (folder / "a.tif").open("wb") as file:
        file.write(b"\xba\xad" * 50)
        file.truncate(200_000_000)
    return folder / "a.tif"


def _bomb(folder):
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.tif", bytes(60_000_000))
    return folder / "a.zip"


AWAY = Affine(10, 0, 0, 0, -10, 0)
BAD = {
    "missing crs": (MissingCrs, lambda d: save(GOOD.set_crs(None, allow_override=True), d / "a.gpkg")),
    "missing crs of a raster": (MissingCrs, lambda d: tif(d / "a.tif", COVER, crs=None)),
    "elsewhere": (NoOverlap, lambda d: save(GOOD.set_geometry(GOOD.translate(50_000)), d / "a.gpkg")),
    "a raster elsewhere": (NoOverlap, lambda d: tif(d / "a.tif", COVER, AWAY)),
    "all nodata": (NoValues, lambda d: tif(d / "a.tif", np.zeros((4, 6), "uint16"), nodata=0)),
    "no code column": (MissingField, lambda d: save(GOOD.rename(columns={"COD_TEMA": "x"}), d / "a.gpkg")),
    "two layers": (WhichLayer, _two_layers),
    "a truncated geopackage": (UnreadableData, lambda d: _cut(save(GOOD, d / "a.gpkg"), 5000)),
    "a truncated raster": (UnreadableData, lambda d: _cut(tif(d / "a.tif", COVER), 120)),
    "garbage": (UnknownFormat, _garbage),
    "a zip bomb": (UnsafeArchive, _bomb),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_original_is_refused_in_both_languages_and_nothing_is_written(lake, manifest, tmp_path, kind):
    expected, make = BAD[kind]
    with pytest.raises(expected) as refused:
        add_original(lake, manifest, Original(make(tmp_path)), Said(), KNOWN)
    assert refused.value.text()
    assert refused.value.text("en") != refused.value.text()
    assert refused.value.exit_code == 2
    assert len(lake.history("uso_suolo")) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,b\n1,2\n", "colonne"),
        ("valore,codice\n1,\n", "riga 2"),
        ("valore,codice\n1,2\n1,3\n", "due codici"),
        ("valore,codice\n", "non ha righe"),
        ("", "colonne"),
    ],
)
def test_a_bad_class_table_is_refused_with_the_line(lake, manifest, tmp_path, text, why):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    original = Original(save(GOOD, tmp_path / "a.gpkg"), classes=tmp_path / "t.csv")
    with pytest.raises(BadClassTable, match=why):
        add_original(lake, manifest, original, Said(), KNOWN)


def test_a_missing_reference_system_can_be_declared(lake, manifest, tmp_path):
    save(dusaf(WHOLE).set_crs(None, allow_override=True), tmp_path / "a.gpkg")
    _, version = add_original(lake, manifest, Original(tmp_path / "a.gpkg", crs=32632), Said(), KNOWN)
    assert cells_of(version)[0, 0] == 1111
    path = tif(tmp_path / "a.tif", COVER, crs=None, nodata=0)
    _, version = add_original(lake, manifest, Original(path, crs=32632), Said(), KNOWN)
    assert (cells_of(version) == COVER).all()


def test_one_layer_of_several_can_be_named(lake, manifest, tmp_path):
    dusaf(WHOLE).to_file(tmp_path / "a.gpkg", layer="uno")
    dusaf(WHOLE[:1]).to_file(tmp_path / "a.gpkg", layer="due")
    _, version = add_original(lake, manifest, Original(tmp_path / "a.gpkg", inner="uno"), Said(), KNOWN)
    assert version.rows == 24


def test_without_territory_there_is_nothing_to_write_on(manifest, tmp_path):
    from trama.lake import Lake

    original = Original(save(dusaf(WHOLE), tmp_path / "a.gpkg"))
    with pytest.raises(NoGrid, match="trama demo build"):
        add_original(Lake(tmp_path / "vuoto"), manifest, original, Said(), KNOWN)
