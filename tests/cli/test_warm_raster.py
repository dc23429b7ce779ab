"""`trama warm raster` keeps its contract: one document on stdout, messages on stderr, exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tests.analyses.warm_files import WarmFiles

from trama.cli.main import main


@pytest.fixture
def files(tmp_path: Path) -> WarmFiles:
    return WarmFiles(tmp_path / "in").write()


def run(files: WarmFiles, *more: str, lang: str = "it") -> Result:
    given = [
        "--lulc", files.lulc, "--eto", files.eto, "--biophysical", files.table, "--aoi", files.zones,
        "--green-area-cooling-distance", "30", "--t-air-average-radius", "20",
        "--out", files.folder.parent / "out",
    ]  # fmt: skip
    usual = [] if "--t-ref" in more else ["--t-ref", "22"]
    line = ["--lang", lang, "warm", "raster", *map(str, given), *usual, "--uhi-max", "4", *more]
    return CliRunner().invoke(main, line)


def test_the_document_holds_parameters_files_and_zones(files: WarmFiles) -> None:
    """Figures: by hand in tests/analyses/test_warm_raster.py."""
    result = run(files, "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert {"versione", "giorno", "dati", "valori_non_ufficiali", "trace"} <= set(document)
    assert document["pesi"] == {"ombra": 0.6, "albedo": 0.2, "evapotraspirazione": 0.2}
    assert (document["celle"], document["celle_con_dati"], document["lato_cella_m"]) == (6, 5, 10.0)
    assert document["zone"][0]["nome"] == "ovest"
    assert document["zone"][0]["avg_cc"] == pytest.approx((3 * 0.78 + 0.2) / 4)
    assert [Path(path).is_file() for path in document["file"].values()] == [True] * 4


def test_a_person_gets_the_files(files: WarmFiles) -> None:
    result = run(files)
    assert [Path(line).name for line in result.stdout.split()] == [
        "cc.tif",
        "hm.tif",
        "t_air.tif",
        "zones.csv",
    ]


def test_by_night_needs_only_the_building_intensity(files: WarmFiles) -> None:
    files.table.write_text("lucode;building_intensity;green_area\n1;0;1\n2;0,8;0\n")
    assert run(files, "--cc-method", "intensity").exit_code == 0


def test_a_resampled_evapotranspiration_is_said(files: WarmFiles) -> None:
    files.write_eto(np.array([[5.0]]), cell=40.0)
    assert "spline cubica, come fa InVEST" in run(files).stderr


def test_a_ground_without_data_is_said_and_nothing_is_written(files: WarmFiles) -> None:
    files.write_lulc(np.full((2, 3), 255, dtype=np.uint8))
    result = run(files)
    assert result.exit_code == 2
    assert "nessuna cella ha dati insieme in" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--t-ref", "295,15"), "si converte togliendo 273,15"),
        (("--t-ref", "caldo"), "non è un numero"),
        (("--cc-weight-shade", "0.9"), "devono essere tra 0 e 1 e sommare a 1"),
        (("--cc-method", "notte"), "scegliere «factors»"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence_and_code_2(
    files: WarmFiles, more: tuple[str, ...], sentence: str
) -> None:
    result = run(files, *more, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip().count("\n") == 0
    assert sentence in result.stderr
    assert not (files.folder.parent / "out").exists()


def test_messages_come_in_english_when_asked(files: WarmFiles) -> None:
    assert "not kelvin" in run(files, "--t-ref", "295", lang="en").stderr
