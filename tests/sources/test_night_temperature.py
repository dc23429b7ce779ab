"""An observed night temperature: degrees as given, kelvin noticed, impossible cells refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

from tests.fixtures_territory import EAST, NORTH, small_lake
from trama.lake import Lake
from trama.norms import load_book
from trama.sources.errors import NoValues
from trama.sources.original import Original
from trama.sources.readers import Said, add_original

LAYER = "temperatura_notte_osservata"
NIGHT = np.array([[26.0, 25.0, 24.0], [27.0, 24.5, 23.5]], dtype=np.float32)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return small_lake(tmp_path / "casa")


def save(path: Path, cells: np.ndarray, nodata: float | None = None) -> Path:
    rows, columns = cells.shape
    where = Affine(20, 0, EAST, 0, -20, NORTH)
    options: dict[str, Any] = {"height": rows, "width": columns, "crs": 32632, "transform": where}
    with rasterio.open(path, "w", "GTiff", count=1, dtype="float32", nodata=nodata, **options) as out:
        out.write(cells.astype(np.float32), 1)
    return path


def add(lake: Lake, file: Path, *, repair: bool = False) -> tuple[Any, np.ndarray | None]:
    reading, version = add_original(lake, load_book().manifests[LAYER], Original(file, repair=repair), Said())
    if version is None:
        return reading, None
    assert version.manifest.geometry == "raster"
    with rasterio.open(version.raster) as source:
        x, y = EAST + 10, NORTH - 10
        return reading, np.array([value[0] for value in source.sample([(x, y), (x + 40, y - 20)])])


def test_degrees_celsius_come_in_as_they_are(lake: Lake, tmp_path: Path) -> None:
    reading, found = add(lake, save(tmp_path / "notte.tif", NIGHT))
    assert found.tolist() == [26.0, 23.5]
    assert "cella d'origine" in reading.rule
    assert not lake.version(LAYER).synthetic


def test_kelvin_are_noticed_and_nothing_is_written(lake: Lake, tmp_path: Path) -> None:
    reading, found = add(lake, save(tmp_path / "kelvin.tif", NIGHT + 273.15))
    assert found is None
    assert not lake.has(LAYER)
    (finding,) = reading.stopping
    assert finding.check == "degrees_celsius"
    assert "sembrano kelvin" in finding.hint
    assert "24,7 °C" in finding.hint  # median of the six: 24.75, half way between 24.5 and 25


def test_kelvin_mended_are_celsius(lake: Lake, tmp_path: Path) -> None:
    reading, found = add(lake, save(tmp_path / "kelvin.tif", NIGHT + 273.15), repair=True)
    assert found == pytest.approx([26.0, 23.5], abs=1e-4)
    assert any("273,15" in note for note in reading.notes)


def test_a_cell_no_night_can_have_stops_and_mended_is_missing(lake: Lake, tmp_path: Path) -> None:
    odd = NIGHT.copy()
    odd[1, 2] = -9999
    file = save(tmp_path / "vuoti.tif", odd)
    reading, found = add(lake, file)
    assert found is None
    assert [finding.check for finding in reading.stopping] == ["plausible_values"]
    _, found = add(lake, file, repair=True)
    assert found[0] == 26
    assert np.isnan(found[1])


def test_a_raster_without_a_value_on_the_territory_is_refused(lake: Lake, tmp_path: Path) -> None:
    empty = save(tmp_path / "vuota.tif", np.full((2, 3), -1.0), nodata=-1.0)
    with pytest.raises(NoValues):
        add(lake, empty)
