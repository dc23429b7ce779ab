"""An observed night temperature: degrees as given, kelvin noticed, impossible cells refused."""

from __future__ import annotations

from datetime import date
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
from trama.sources.known import known_of
from trama.sources.original import Original
from trama.sources.readers import Said, add_original

DAY = date(2026, 11, 21)
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


def add(lake: Lake, file: Path, *, repair: bool = False, confirm: str = "") -> tuple[Any, np.ndarray | None]:
    book = load_book()
    manifest = book.manifests[LAYER]
    original = Original(file, repair=repair, confirm=confirm)
    reading, version = add_original(lake, manifest, original, Said(), known_of(book, manifest, DAY))
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


@pytest.mark.parametrize("degrees", [-40.0, 0.0, 24.0])
def test_a_map_of_one_value_is_no_measure(lake: Lake, tmp_path: Path, degrees: float) -> None:
    reading, found = add(lake, save(tmp_path / "piatta.tif", np.full((2, 3), degrees)))
    assert found is None
    assert not lake.has(LAYER)
    assert "varied_values" in [finding.check for finding in reading.stopping]
    assert "ovunque lo stesso valore" in reading.stopping[-1].hint


@pytest.mark.parametrize("shift", [-64.0, -24.0, 16.0])
def test_a_night_unlike_those_of_the_territory_stops(lake: Lake, tmp_path: Path, shift: float) -> None:
    """23,5-27 °C moved to about -40, 0 and 41 °C: the norms expect 5-40 °C."""
    reading, found = add(lake, save(tmp_path / "strana.tif", NIGHT + shift))
    assert found is None
    assert "usual_values" in [finding.check for finding in reading.stopping] or shift == -64.0
    assert any("5-40 °C" in finding.hint or "-40-60 °C" in finding.hint for finding in reading.stopping)
    with pytest.raises(NoValues):
        add(lake, save(tmp_path / "strana.tif", np.clip(NIGHT + shift, None, 4.0)), repair=True)


def test_an_extreme_confirmed_comes_in_and_its_reason_stays(lake: Lake, tmp_path: Path) -> None:
    file = save(tmp_path / "gelo.tif", NIGHT - 24)
    reading, found = add(lake, file, confirm="ondata di freddo, rilievo ARPA", repair=True)
    assert found.tolist() == [2.0, -0.5]
    assert reading.confirmed == ["usual_values"]
    version = lake.version(LAYER)
    assert version.provenance.asked["confirm"] == "ondata di freddo, rilievo ARPA"
    assert any("ondata di freddo" in limit for limit in version.manifest.known_limits)
    states = {one["controllo"]: one["esito"] for one in reading.to_json()["controlli"]}
    assert states["usual_values"] == "confermato"


def test_what_is_impossible_is_not_confirmed(lake: Lake, tmp_path: Path) -> None:
    _, found = add(lake, save(tmp_path / "kelvin.tif", NIGHT + 273.15), confirm="è così")
    assert found is None
    _, found = add(lake, save(tmp_path / "sotto.tif", NIGHT - 90), confirm="è così")
    assert found is None
    assert not lake.has(LAYER)


def test_a_confirmation_of_nothing_is_said_and_not_kept(lake: Lake, tmp_path: Path) -> None:
    reading, found = add(lake, save(tmp_path / "notte.tif", NIGHT), confirm="per sicurezza")
    assert found is not None
    assert "Conferma non necessaria: «per sicurezza»." in reading.notes
    assert "confirm" not in lake.version(LAYER).provenance.asked


def test_fahrenheit_are_noticed_and_mended(lake: Lake, tmp_path: Path) -> None:
    file = save(tmp_path / "fahrenheit.tif", NIGHT * 1.8 + 32)
    reading, found = add(lake, file)
    assert found is None
    assert "sembrano Fahrenheit" in reading.stopping[0].hint
    _, found = add(lake, file, repair=True)
    assert found == pytest.approx([26.0, 23.5], abs=1e-4)


def test_a_declared_scale_is_applied(lake: Lake, tmp_path: Path) -> None:
    """Satellites give whole numbers with a scale: 0.02 K each, for instance."""
    file = save(tmp_path / "scala.tif", np.round((NIGHT + 273.15) / 0.02))
    with rasterio.open(file, "r+") as out:
        out.scales, out.offsets = (0.02,), (-273.15,)
    reading, found = add(lake, file)
    assert found == pytest.approx([26.0, 23.5], abs=0.011)
    assert any("dichiara una scala" in note for note in reading.notes)


@pytest.mark.parametrize("shift", [0.0, 273.15])
@pytest.mark.parametrize("endless", [np.inf, -np.inf])
def test_an_infinite_cell_stops_and_is_named(
    lake: Lake, tmp_path: Path, endless: float, shift: float
) -> None:
    """As 75 °C does: never "missing" without a word, in kelvin neither."""
    odd = NIGHT + np.float32(shift)
    odd[1, 2] = endless
    file = save(tmp_path / "infinita.tif", odd)
    reading, found = add(lake, file)
    assert found is None
    if not shift:
        (finding,) = reading.stopping
        assert finding.check == "plausible_values"
        assert finding.count == 4  # a cell of 20 m is four of the layer's
        assert finding.where[0]["why"] == ("infinito" if endless > 0 else "-infinito")
        assert "4 sono infinite" in finding.hint
    reading, found = add(lake, file, repair=True)
    assert found[0] == pytest.approx(26.0, abs=1e-4)
    assert np.isnan(found[1])
    assert "4 celle con un valore impossibile sono diventate «dato mancante»." in reading.notes


def test_infinite_everywhere_or_declared_as_missing(lake: Lake, tmp_path: Path) -> None:
    reading, found = add(lake, save(tmp_path / "tutta.tif", np.full((2, 3), np.inf)))
    assert found is None
    assert "plausible_values" in [one.check for one in reading.stopping]
    odd = NIGHT.copy()
    odd[1, 2] = -np.inf
    _, found = add(lake, save(tmp_path / "dichiarata.tif", odd, nodata=-np.inf))
    assert found[0] == 26
    assert np.isnan(found[1])
