"""What `storm raster` refuses: one sentence in Italian that says what to do, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.analyses.storm_files import TABLE, StormFiles, square
from trama.analyses.rasters import errors
from trama.analyses.storm import raster_errors as storm_errors
from trama.analyses.storm.raster import run_raster
from trama.kernel.errors import BadInput

Spoil = Callable[[StormFiles], object]

CODES = np.array([[1, 1, 2], [1, 2, 255]], dtype=np.uint8)
SOILS = np.array([[2, 2, 2], [1, 2, 2]], dtype=np.uint8)


def moved(files: StormFiles) -> StormFiles:
    return StormFiles(files.folder, east=files.east + 9000, north=files.north)


CASES: dict[str, tuple[Spoil, type[BadInput], str]] = {
    "a code that is in no table": (
        lambda f: f.write_lulc(np.array([[7, 7, 2], [1, 9, 255]], dtype=np.uint8)),
        errors.MissingCodes,
        "mancano 2 codici di uso del suolo presenti nel raster: 7 (2 celle), 9 (1 cella)",
    ),
    "a soil that is no group": (
        lambda f: f.write_soils(np.array([[0, 2, 2], [5, 5, 2]], dtype=np.uint8)),
        storm_errors.BadSoilCodes,
        "0 (1 cella), 5 (2 celle)",
    ),
    "a land cover in degrees": (
        lambda f: f.write_lulc(CODES, crs="EPSG:4326"),
        errors.GeographicCrs,
        "Riproiettarlo in metri",
    ),
    "a land cover without a system": (
        lambda f: f.write_lulc(CODES, crs=None),
        errors.MissingCrs,
        "non dichiara il sistema di coordinate",
    ),
    "soils without a system": (
        lambda f: f.write_soils(SOILS, crs=None),
        errors.MissingCrs,
        "soils.tif",
    ),
    "zones without a system": (
        lambda f: f.write_zones(f.two_zones(), suffix=".shp", crs=None),
        errors.MissingCrs,
        "zones.shp",
    ),
    "a GeoPackage of zones without a system": (
        lambda f: f.write_zones(f.two_zones(), crs=None),
        errors.MissingCrs,
        "zones.gpkg",
    ),
    "a land cover of many bands": (
        lambda f: f.write_lulc(np.stack([CODES, CODES])),
        errors.ManyBands,
        "2 bande",
    ),
    "a land cover with fractions": (
        lambda f: f.write_lulc(CODES.astype(np.float32) + 0.5),
        errors.NotCodes,
        "codici interi",
    ),
    "a broken land cover": (
        lambda f: f.lulc.write_bytes(b"II*\0broken"),
        errors.UnreadableFile,
        "non si legge come raster",
    ),
    "no soils at all": (lambda f: f.soils.unlink(), errors.UnreadableFile, "verificare che il file esista"),
    "broken zones": (
        lambda f: f.zones.write_bytes(b"SQLite format 3\0" + b"x" * 200),
        errors.UnreadableFile,
        "file vettoriale",
    ),
    "an empty file of zones": (lambda f: f.write_zones({}), errors.NoZones, "alcun poligono"),
    "zones without geometry": (
        lambda f: f.write_zones({"a": shapely.Polygon()}),
        errors.NoZones,
        "alcun poligono",
    ),
    "zones that are points": (
        lambda f: f.write_zones({"a": shapely.Point(5, 5)}),
        errors.NotPolygons,
        "Point",
    ),
    "zones elsewhere": (
        lambda f: f.write_zones({"a": square(9000, 9000, 9010, 9010)}),
        errors.NoOverlap,
        "non si sovrappongono",
    ),
    "soils elsewhere": (
        lambda f: StormFiles.write_soils(moved(f), SOILS),
        errors.NoOverlap,
        "non si sovrappongono",
    ),
    "no table": (lambda f: f.table.unlink(), errors.UnreadableFile, "tabella CSV"),
    "an empty table": (lambda f: f.table.write_text(""), errors.BadTable, "è vuota"),
    "a table of titles": (lambda f: f.table.write_text(TABLE.splitlines()[0]), errors.BadTable, "righe"),
    "a table without a column": (
        lambda f: f.table.write_text("lucode,CN_A,CN_B,CN_C\n1,1,1,1\n"),
        errors.BadTable,
        "mancano le colonne cn_d",
    ),
    "a curve number above a hundred": (
        lambda f: f.table.write_text(TABLE.replace("80", "180")),
        errors.BadTable,
        "alla riga 2 un curve number è fuori da 0-100",
    ),
    "a negative curve number": (
        lambda f: f.table.write_text(TABLE.replace("80", "-3")),
        errors.BadTable,
        "fuori da 0-100",
    ),
    "a curve number that is not one": (
        lambda f: f.table.write_text(TABLE.replace("80", "nan")),
        errors.BadTable,
        "fuori da 0-100",
    ),
    "a curve number left out": (
        lambda f: f.table.write_text(TABLE.replace("80", "")),
        errors.BadTable,
        "alla riga 2 «» in cn_b non è un numero",
    ),
    "a repeated code": (
        lambda f: f.table.write_text(TABLE + "1,ancora,1,1,1,1\n"),
        errors.BadTable,
        "il codice 1 è ripetuto",
    ),
    "a code with a fraction": (
        lambda f: f.table.write_text(TABLE.replace("1,prato", "1.5,prato")),
        errors.BadTable,
        "non è intero",
    ),
}


@pytest.fixture
def files(tmp_path: Path) -> StormFiles:
    return StormFiles(tmp_path / "in").write()


@pytest.mark.parametrize("case", CASES)
def test_it_refuses(case: str, files: StormFiles, tmp_path: Path) -> None:
    spoil, expected, words = CASES[case]
    spoil(files)
    out = tmp_path / "out"
    with pytest.raises(expected) as caught:
        run_raster(files.lulc, files.soils, files.table, 50.0, files.zones, out, lambda_=0.2)
    assert words in caught.value.text("it")
    assert caught.value.text("en") != caught.value.text("it")
    assert caught.value.exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@pytest.mark.parametrize("rain", [0.0, -5.0, float("nan"), float("inf"), 3001.0, "50"])
def test_it_refuses_a_rain_that_is_no_depth(rain: float, files: StormFiles, tmp_path: Path) -> None:
    with pytest.raises(storm_errors.BadRain, match="maggiore di zero"):
        run_raster(files.lulc, files.soils, files.table, rain, files.zones, tmp_path / "out", lambda_=0.2)
    assert not (tmp_path / "out").exists()


def test_it_refuses_a_lambda_outside_its_scale(files: StormFiles, tmp_path: Path) -> None:
    with pytest.raises(storm_errors.BadLambda, match="tra 0 e 1"):
        run_raster(files.lulc, files.soils, files.table, 50.0, files.zones, tmp_path / "out", lambda_=2.0)


def test_it_refuses_an_unknown_compression(files: StormFiles, tmp_path: Path) -> None:
    with pytest.raises(errors.BadCompression, match="zstd, deflate, lzw, none"):
        run_raster(
            files.lulc,
            files.soils,
            files.table,
            50.0,
            files.zones,
            tmp_path / "o",
            lambda_=0.2,
            compress="rar",
        )


def test_a_refusal_leaves_the_old_results(files: StormFiles, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_raster(files.lulc, files.soils, files.table, 50.0, files.zones, out, lambda_=0.2)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    files.write_soils(np.full((2, 3), 9, dtype=np.uint8))
    with pytest.raises(storm_errors.BadSoilCodes):
        run_raster(files.lulc, files.soils, files.table, 50.0, files.zones, out, lambda_=0.2)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_it_refuses_a_place_that_is_a_file(files: StormFiles, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("occupato")
    with pytest.raises(errors.CannotWrite, match=r"[Ss]cegliere un'altra cartella"):
        run_raster(files.lulc, files.soils, files.table, 50.0, files.zones, tmp_path / "out", lambda_=0.2)
    assert (tmp_path / "out").read_text() == "occupato"


@pytest.mark.parametrize("cut", [";", "\t"])
def test_tables_cut_otherwise_are_read(cut: str, files: StormFiles, tmp_path: Path) -> None:
    files.table.write_text("\ufeff" + TABLE.replace(",", cut).replace("80", "80,0"), encoding="utf-8")
    run_raster(files.lulc, files.soils, files.table, 50.0, files.zones, tmp_path / "out", lambda_=0.2)
