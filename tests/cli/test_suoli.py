"""`trama suoli` and `trama rete-verde` keep their contract: golden answers, refusals that leave nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyproj
import pytest
import shapely
from click.testing import CliRunner, Result
from tests.fixtures_place import place_lake, square

from trama import __version__
from trama.cli.main import main
from trama.lake import Lake

GOLDEN = Path(__file__).with_name("golden")
DAY = "--day 2026-01-15"
TO_DEGREES = pyproj.Transformer.from_crs(32632, 4326, always_xy=True).transform


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casa")
    place_lake(folder)
    return folder


@pytest.fixture
def desk(desk: Path) -> Path:
    write(desk / "campo.geojson", square(3000, 2000, 100))
    return desk


def write(path: Path, polygon: shapely.Polygon) -> None:
    shape = json.loads(shapely.to_geojson(shapely.transform(polygon, TO_DEGREES, interleaved=False)))
    feature = {"type": "Feature", "properties": {"nome": "Capannone"}, "geometry": shape}
    path.write_text(json.dumps(feature), encoding="utf-8")


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


def plain(value: Any) -> Any:
    """Leave out what depends on the release or on bytes; round what libraries may round."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        hidden = {"trace", "versione"}
        return {key: "*" if key in hidden else plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def golden(name: str, document: dict[str, Any]) -> None:
    assert document["versione"] == __version__
    assert plain(document) == json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def test_the_soils_map_answers_as_in_its_golden_file(desk: Path) -> None:
    """Golden: the place of fixtures_place; fields 3.666 points as test_land_take computes by hand."""
    result = run(f"suoli carta --json {DAY}")
    assert result.exit_code == 0, result.stderr
    golden("suoli_carta.json", json.loads(result.stdout))


def test_the_soils_map_tells_a_person_what_counts_and_what_is_missing(desk: Path) -> None:
    result = run(f"suoli carta {DAY}")
    assert "Dato mancante: Regolazione del microclima (trama warm run)" in result.stdout
    assert "attitudine_suoli v0001" in result.stdout
    assert "Dati sintetici" in result.stderr
    assert "Valore non ufficiale" in result.stderr


def test_land_take_answers_as_in_its_golden_file(desk: Path) -> None:
    """Golden: the hectare that tests/analyses/suoli/test_land_take.py computes by hand."""
    run(f"suoli carta {DAY}")
    result = run(f"suoli consumo campo.geojson --impermeabile 80 --json {DAY}")
    assert result.exit_code == 0, result.stderr
    golden("suoli_consumo.json", json.loads(result.stdout))


def test_land_take_tells_a_person_what_is_lost(desk: Path) -> None:
    result = run(f"suoli consumo campo.geojson --pioggia-annua-mm 950 {DAY}")
    assert "Nuovo suolo impermeabile: 8.000 m² (composizione stimata dalle norme)" in result.stdout
    assert "non più trattenuta (61,4 mm): 228 m³" in result.stdout
    assert "Acqua che in un anno non entra più nel suolo: 5.928" in result.stdout
    assert "Chi sta a valle non è calcolato" in result.stdout


def test_a_share_that_takes_the_place_of_the_file_s_surfaces_says_so(desk: Path) -> None:
    shape = json.loads((desk / "campo.geojson").read_text(encoding="utf-8"))
    shape["properties"]["progetto"] = {"impermeabile": 9000, "verde_profondo": 1000}
    (desk / "capannone.geojson").write_text(json.dumps(shape), encoding="utf-8")
    said = "con --impermeabile non si usano"
    told = run(f"suoli consumo capannone.geojson --impermeabile 50 --json {DAY}")
    assert said in told.stderr
    answer = json.loads(told.stdout)
    assert said in answer["avvisi"][0]
    assert answer["suolo"]["nuovo_impermeabile_m2"] == pytest.approx(5000, abs=0.01)
    declared = run(f"suoli consumo capannone.geojson --json {DAY}")
    assert said not in declared.stderr
    assert json.loads(declared.stdout)["suolo"]["nuovo_impermeabile_m2"] == pytest.approx(9000, abs=0.01)


def test_land_take_across_the_border_says_what_its_figures_are_of(desk: Path) -> None:
    write(desk / "bordo.geojson", square(3900, 2000, 200, 100))
    told = run(f"suoli consumo bordo.geojson {DAY}").stdout
    assert "Il 50 % dell'area disegnata (20.000 m²) è fuori dal territorio." in told
    assert "Tutte le cifre riguardano i 10.000 m² dentro il territorio" in told
    assert "Nuovo suolo impermeabile: 8.000 m²" in told


@pytest.mark.parametrize(
    "line",
    [
        "suoli consumo campo.geojson --impermeabile 130",
        "suoli consumo manca.geojson",
        "rete-verde priorita --out piano.doc",
        "suoli consumo campo.geojson --day 2020-01-01",
    ],
)
def test_what_cannot_be_gets_one_sentence_and_code_2(desk: Path, line: str) -> None:
    before = sorted(desk.iterdir())
    result = run(f"{line} --json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert sorted(desk.iterdir()) == before


def test_the_network_answers_as_in_its_golden_file(desk: Path) -> None:
    """Golden: two UPA of fixtures_place with STORM only; the formula is tested by hand in test_rete_verde."""
    result = run(f"rete-verde priorita --json {DAY}")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    golden("rete_verde_priorita.json", {**document, "ordine": document["ordine"][:4]})


def test_projects_are_put_in_order_of_financing(desk: Path) -> None:
    """A project with a solution has a cost; a place, where sealed ground is near. One without has neither."""
    for name, west in (("cortile", 500), ("orto", 3000)):
        write(desk / f"{name}.geojson", square(west, 2000, 100))
        shape = json.loads((desk / f"{name}.geojson").read_text(encoding="utf-8"))
        shape["properties"]["tipologie"] = [{"id": "desealing_garden", "area_m2": 1000}]
        (desk / f"{name}.geojson").write_text(json.dumps(shape), encoding="utf-8")
    result = run(f"rete-verde ordine cortile.geojson orto.geojson campo.geojson --json {DAY}")
    assert result.exit_code == 0, result.stderr
    rows = [row for row in json.loads(result.stdout)["ordine"] if row["tema"] == "acqua"]
    assert [row["posto"] for row in rows] == [1, None, None]
    assert [row["costo_eur"] for row in rows] == [110_000, 110_000, 0]
    assert rows[1]["punteggio"] == 0
    assert rows[1]["perche"] == "nessun guadagno misurato: nell'evento non toglie acqua alla fognatura"
    assert "nessun costo" in rows[2]["perche"]
    assert "dato mancante" in run(f"rete-verde ordine cortile.geojson {DAY}").stdout
    twice = run(
        f"rete-verde ordine cortile.geojson ./cortile.geojson orto.geojson campo.geojson --json {DAY}"
    )
    assert json.loads(twice.stdout)["ordine"] == json.loads(result.stdout)["ordine"]
    assert "una volta sola" in twice.stderr


def test_the_network_leaves_a_csv_and_explains_itself(desk: Path, home: Path) -> None:
    result = run(f"rete-verde priorita --out ordine.csv {DAY}")
    assert result.exit_code == 0, result.stderr
    rows = list(csv.DictReader((desk / "ordine.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert {row["tema"] for row in rows} == {"acqua", "calore"}
    assert "nessuna azione ha un punteggio" in result.stdout
    trace = Lake(home / "lake").version("rvm_upa").provenance.trace
    told = run(f"explain {trace} --passo upa/3b/priorita")
    assert told.exit_code == 0
    assert "Vulnerabilità alle piogge" in told.stdout
