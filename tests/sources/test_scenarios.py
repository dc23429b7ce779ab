"""Scenario files: read, written back, refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import shapely

from trama.kernel.errors import TramaError
from trama.sources.scenarios import (
    BadDrawing,
    BadScenario,
    ScenarioNotThere,
    read_scenario,
    scenario_document,
    scenario_from,
)

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "scenario.geojson"


def document() -> dict:
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))


def test_the_example_reads_with_its_solutions_in_metres() -> None:
    read = read_scenario(EXAMPLE)
    assert [piece.id for piece in read.pieces] == ["permeable_paving", "rain_garden", "tree_row", "swale"]
    assert 3000 < read.pieces[0].geometry.area < 4000
    assert len(shapely.get_parts(read.pieces[2].geometry)) == 4


def test_what_is_written_reads_back_the_same_within_a_millimetre() -> None:
    first = read_scenario(EXAMPLE)
    again = scenario_from(json.loads(json.dumps(scenario_document(first))))
    assert (again.nome, again.event, again.day) == (first.nome, first.event, first.day)
    for one, other in zip(first.pieces, again.pieces, strict=True):
        assert one.id == other.id
        assert shapely.hausdorff_distance(one.geometry, other.geometry) < 1e-3


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda d: d.update(type="Feature"), BadScenario, "FeatureCollection"),
        (lambda d: d.update(features=None), BadScenario, "features"),
        (lambda d: d.update(features=d["features"] * 20), BadScenario, "più di 60"),
        (lambda d: d.update(nome=7), BadScenario, "nome"),
        (lambda d: d.update(giorno="ieri"), BadScenario, "2026-01-15"),
        (lambda d: d.update(pioggia_mm="tanta"), BadScenario, "pioggia_mm"),
        (lambda d: d.update(risposte=[1]), BadScenario, "risposte"),
        (lambda d: d["features"][0].update(geometry=None), BadDrawing, "serve un'area"),
        (lambda d: d["features"][0]["properties"].pop("soluzione"), BadDrawing, "soluzione"),
        (lambda d: d["features"][0]["properties"].update(quantita=-1), BadDrawing, "quantita"),
        (lambda d: d["features"][2]["properties"].update(quantita=0), BadDrawing, "maggiore di zero"),
        (
            lambda d: d["features"][2]["geometry"].update(coordinates=[[9.16, 45.54]] * 1001),
            BadDrawing,
            "al massimo 1000",
        ),
        (
            lambda d: d["features"][0]["geometry"].update(coordinates=[[["a", 1]]]),
            BadDrawing,
            "coppie di numeri",
        ),
        (
            lambda d: d["features"][0]["geometry"].update(
                coordinates=[[[9.16, 45.54], [9.17, 45.55], [9.17, 45.54], [9.16, 45.55], [9.16, 45.54]]]
            ),
            BadDrawing,
            "si incrocia",
        ),
        (
            lambda d: d["features"][0]["geometry"].update(
                coordinates=[[[9.16, 45.54], [9.17, 45.55], [9.16, 45.54], [9.16, 45.54]]]
            ),
            BadDrawing,
            "troppo piccolo",
        ),
        (
            lambda d: d["features"][0]["geometry"].update(coordinates=[[[9.16, 45.54]] * 4]),
            BadDrawing,
            "troppo piccolo",
        ),
        (
            lambda d: d["features"].extend(
                [
                    {
                        "type": "Feature",
                        "geometry": d["features"][0]["geometry"],
                        "properties": {"ruolo": "area"},
                    }
                ]
                * 2
            ),
            BadDrawing,
            "ce n'è già una",
        ),
        (
            lambda d: d.update(crs={"type": "name", "properties": {"name": "EPSG:32632"}}),
            BadScenario,
            "EPSG:32632",
        ),
        (
            lambda d: d.update(crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
            BadScenario,
            "EPSG:3857",
        ),
        (lambda d: d.update(crs={"type": "link", "properties": {"href": "x"}}), BadScenario, "collegamento"),
        (
            lambda d: d["features"][0]["geometry"].update(
                coordinates=[[[45.54, 9.16], [45.54, 9.17], [45.55, 9.17], [45.54, 9.16]]]
            ),
            TramaError,
            "",
        ),
    ],
)
def test_what_is_no_scenario_is_refused_in_italian(change, error: type[TramaError], words: str) -> None:
    wrong = copy.deepcopy(document())
    change(wrong)
    with pytest.raises(error) as refused:
        scenario_from(wrong)
    assert words in refused.value.text()


@pytest.mark.parametrize("crs", ["EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84"])
def test_longitude_and_latitude_may_be_declared(crs: str) -> None:
    given = document() | {"crs": {"type": "name", "properties": {"name": crs}}, "name": "esportato da QGIS"}
    assert scenario_from(given).notices == ()


def test_what_is_not_read_is_named_with_its_drawings() -> None:
    given = document() | {"eventi": "t50_1h"}
    for number in (0, 2):
        given["features"][number]["properties"]["quantity"] = 12
    said = [notice.it for notice in scenario_from(given).notices]
    assert said == ["Non letto: «eventi».", "Proprietà «quantity» non letta (disegni 1, 3)."]


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(ScenarioNotThere):
        read_scenario(Path("non-c-e.geojson"))
