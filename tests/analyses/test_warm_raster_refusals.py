"""What `warm raster` refuses: one sentence in Italian that says what to do, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from tests.analyses.storm_files import square
from tests.analyses.warm_files import TABLE, WarmFiles
from trama.analyses.rasters import errors
from trama.analyses.warm import raster_errors
from trama.kernel.errors import BadInput

Spoil = Callable[[WarmFiles], object]
ETO = np.full((2, 3), 5.0)


def oblong(files: WarmFiles) -> None:
    place = from_origin(files.east, files.north, 10, 20)
    with rasterio.open(
        files.lulc,
        "w",
        driver="GTiff",
        width=3,
        height=2,
        count=1,
        dtype="uint8",
        crs="EPSG:32632",
        transform=place,
    ) as dataset:
        dataset.write(files.cover()[None])


FILES: dict[str, tuple[Spoil, type[BadInput], str]] = {
    "a code that is in no table": (
        lambda f: f.write_lulc(np.array([[7, 7, 2], [1, 9, 255]], dtype=np.uint8)),
        errors.MissingCodes,
        "mancano 2 codici di uso del suolo presenti nel raster: 7 (2 celle), 9 (1 cella)",
    ),
    "a land cover in degrees": (
        lambda f: f.write_lulc(f.cover(), crs="EPSG:4326"),
        errors.GeographicCrs,
        "Riproiettarlo in metri",
    ),
    "cells that are not square": (oblong, raster_errors.NotSquare, "celle quadrate"),
    "an evapotranspiration elsewhere": (
        lambda f: WarmFiles.write_eto(WarmFiles(f.folder, east=f.east + 9000), ETO),
        errors.NoOverlap,
        "non si sovrappongono",
    ),
    "zones elsewhere": (
        lambda f: f.write_zones({"a": square(9000, 9000, 9010, 9010)}),
        errors.NoOverlap,
        "non si sovrappongono",
    ),
    "a negative evapotranspiration": (
        lambda f: f.write_eto(ETO - 6, nodata=-9999),
        raster_errors.BadEvapotranspiration,
        "non può essere negativa",
    ),
    "an evapotranspiration of nothing": (
        lambda f: f.write_eto(ETO * 0),
        raster_errors.BadEvapotranspiration,
        "da 0 a 0 mm",
    ),
    "an evapotranspiration without data": (
        lambda f: f.write_eto(ETO * 0 - 1),
        raster_errors.NoEvapotranspiration,
        "alcun dato",
    ),
    "a missing value left undeclared": (
        lambda f: f.write_eto(np.array([[5.0, 5.0, 9999.0], [5.0, 5.0, 5.0]])),
        raster_errors.BadEvapotranspiration,
        "va da 5 a 9999 mm: non può essere negativa, né zero dappertutto, né oltre 5000",
    ),
    "a table without a column": (
        lambda f: f.table.write_text(TABLE.replace("albedo", "riflesso")),
        errors.BadTable,
        "mancano le colonne albedo",
    ),
    "a shade in percent": (
        lambda f: f.table.write_text(TABLE.replace("0.9", "90")),
        errors.BadTable,
        "alla riga 2 shade è fuori da 0-1 (codice 1)",
    ),
    "a negative crop coefficient": (
        lambda f: f.table.write_text(TABLE.replace("1.1", "-1")),
        errors.BadTable,
        "alla riga 4 kc è negativo",
    ),
    "a green area that is half": (
        lambda f: f.table.write_text(TABLE.replace("0.4,0", "0.4,0.5")),
        errors.BadTable,
        "green_area non è 0 o 1",
    ),
}
GIVEN: dict[str, tuple[dict[str, object], type[BadInput], str]] = {
    "kelvin": ({"t_ref": 295.0}, raster_errors.BadTemperature, "si converte togliendo 273,15"),
    "a cold island": ({"uhi_max": -1.0}, raster_errors.BadTemperature, "uhi-max"),
    "no number": ({"t_ref": float("nan")}, raster_errors.BadTemperature, "t-ref"),
    "weights of more than one": ({"shade": 0.9}, raster_errors.BadWeights, "sommano a 1.3"),
    "weights below zero": ({"shade": 1.2, "albedo": -0.4}, raster_errors.BadWeights, "tra 0 e 1"),
    "a distance below zero": (
        {"t_air_average_radius": -5.0},
        raster_errors.BadDistance,
        "«t-air-average-radius» è -5 m",
    ),
    "a distance beyond reason": (
        {"green_area_cooling_distance": 90_000.0},
        raster_errors.BadDistance,
        "tra 0 e 6000 m",
    ),
    "a method of one's own": ({"cc_method": "magia"}, raster_errors.BadMethod, "scegliere «factors»"),
    "a compression of one's own": ({"compress": "zip"}, errors.BadCompression, "scegliere tra"),
}


@pytest.fixture
def files(tmp_path: Path) -> WarmFiles:
    return WarmFiles(tmp_path / "in").write()


@pytest.mark.parametrize("case", FILES)
def test_files_that_cannot_be_used_are_refused(case: str, files: WarmFiles, tmp_path: Path) -> None:
    spoil, trouble, sentence = FILES[case]
    spoil(files)
    with pytest.raises(trouble) as refused:
        files.run(tmp_path / "out")
    assert sentence in refused.value.text("it")
    assert refused.value.text("en") != refused.value.text("it")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("case", GIVEN)
def test_parameters_that_cannot_be_used_are_refused(case: str, files: WarmFiles, tmp_path: Path) -> None:
    given, trouble, sentence = GIVEN[case]
    with pytest.raises(trouble) as refused:
        files.run(tmp_path / "out", **given)
    assert sentence in refused.value.text("it")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
