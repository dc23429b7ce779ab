"""`trama rete-verde ordine` reads as `trama scheda` does: warnings, mending, many projects in one file."""

from __future__ import annotations

import json
from pathlib import Path

import pyproj
import pytest
import shapely
from click.testing import CliRunner, Result
from tests.fixtures_place import place_lake, square

from trama.cli.main import main

TO_DEGREES = pyproj.Transformer.from_crs(32632, 4326, always_xy=True).transform
GARDEN = [{"id": "rain_garden", "area_m2": 100}]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casa")
    place_lake(folder)
    return folder


def element(polygon: shapely.Polygon, nome: str) -> dict:
    shape = json.loads(shapely.to_geojson(shapely.transform(polygon, TO_DEGREES, interleaved=False)))
    return {"type": "Feature", "properties": {"nome": nome, "tipologie": GARDEN}, "geometry": shape}


def order(*words: str) -> Result:
    return CliRunner().invoke(main, ["rete-verde", "ordine", *words, "--day", "2026-01-15"])


def test_a_file_of_two_projects_gives_two_rows_and_says_what_they_share(desk: Path) -> None:
    yard = square(500, 2000, 100)
    both = {"type": "FeatureCollection", "features": [element(yard, "A/B"), element(yard, "C")]}
    (desk / "due.geojson").write_text(json.dumps(both), encoding="utf-8")
    result = order("due.geojson", "--json")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert {row["progetto"] for row in answer["ordine"]} == {"A/B", "C"}
    assert "contiene 2 progetti" in answer["avvisi"][0]
    assert "«A/B» e «C» hanno lo stesso perimetro" in answer["avvisi"][1]
    assert all(f"Attenzione: {one}" in result.stderr for one in answer["avvisi"])
    step = CliRunner().invoke(main, ["explain", answer["trace"], "--passo", "acqua/acqua-A/B/guadagno"])
    assert step.exit_code == 0, step.stderr
    assert step.stdout.splitlines()[2].startswith("Guadagno")


def test_an_outline_that_crosses_itself_is_refused_with_an_offer_that_can_be_taken(desk: Path) -> None:
    """A bow tie of two triangles, 100 x 100 m and a little more on one side."""
    west, south, *_ = square(500, 2000, 100).bounds
    tie = shapely.Polygon(
        [(west, south), (west + 110, south + 100), (west + 110, south), (west, south + 100)]
    )
    (desk / "x.geojson").write_text(json.dumps(element(tie, "Papillon")), encoding="utf-8")
    refused = order("x.geojson")
    assert refused.exit_code == 2
    assert "accettare la riparazione proposta" in refused.stderr
    mended = order("x.geojson", "--repair")
    assert mended.exit_code == 0, mended.stderr
    assert "Attenzione: «Papillon»: Il contorno dell'elemento 1 è stato riparato" in mended.stderr
