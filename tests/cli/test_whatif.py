"""`trama whatif`: the contract of its answer, and that refusals say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.fixtures_place import place_lake, square

from trama.cli.main import main
from trama.sources.scenarios import to_degrees

GOLDEN = Path(__file__).with_name("golden") / "whatif.json"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casa")
    place_lake(folder)
    return folder


@pytest.fixture
def desk(desk: Path) -> Path:
    garden = {"soluzione": "rain_garden"}
    feature = {"type": "Feature", "properties": garden, "geometry": to_degrees(square(500, 2000, 40, 25))}
    scenario = {"type": "FeatureCollection", "nome": "Piazza", "evento": "t50_1h", "features": [feature]}
    (desk / "piazza.geojson").write_text(json.dumps(scenario), encoding="utf-8")
    return desk


def run(*typed: str):
    return CliRunner().invoke(main, ["whatif", *typed])


@pytest.mark.usefixtures("desk")
def test_the_answer_is_the_golden_one() -> None:
    """Golden: the figures of tests/analyses/whatif, computed there by hand; here the shape and the words."""
    result = run("piazza.geojson", "--day", "2026-01-15", "--json")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["trace"]
    assert answer["valori_non_ufficiali"]
    shape = {
        key: answer[key]
        for key in (
            "giorno",
            "nome",
            "comuni",
            "pioggia",
            "soluzioni",
            "acqua",
            "caldo",
            "costi",
            "esclusioni",
        )
    }
    assert shape == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("desk")
def test_a_person_reads_figures_ranges_and_labels() -> None:
    result = run("piazza.geojson", "--event-mm", "15")
    assert result.exit_code == 0, result.stderr
    assert "pioggia scelta, 15,0 mm" in result.stdout
    assert "circa 120.000 € (da 80.000 € a 200.000 €)" in result.stdout
    assert "Perché: trama explain" in result.stdout
    assert "Dati sintetici" in result.stderr
    assert "Valore non ufficiale" in result.stderr


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("manca.geojson",), "non si trova"),
        (("piazza.geojson", "--event-mm", "-3"), "non è utilizzabile"),
        (("piazza.geojson", "--day", "2001-01-01"), "2001"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_what_cannot_be_tried_is_one_sentence_and_exit_2(typed: tuple[str, ...], words: str) -> None:
    result = run(*typed)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_what_the_file_holds_and_is_not_read_is_said(desk: Path) -> None:
    scenario = json.loads((desk / "piazza.geojson").read_text(encoding="utf-8"))
    scenario["features"][0]["properties"]["profondita"] = 3
    (desk / "altro.geojson").write_text(json.dumps(scenario), encoding="utf-8")
    assert "Proprietà «profondita» non letta (disegno 1)." in run("altro.geojson").stderr
    said = json.loads(run("altro.geojson", "--json").stdout)["avvisi"]
    assert [one["code"] for one in said] == ["proprieta_non_letta"]
    scenario["crs"] = {"type": "name", "properties": {"name": "EPSG:32632"}}
    (desk / "metri.geojson").write_text(json.dumps(scenario), encoding="utf-8")
    refused = run("metri.geojson")
    assert refused.exit_code == 2
    assert "EPSG:32632" in refused.stderr
    assert "longitudine e latitudine" in refused.stderr
