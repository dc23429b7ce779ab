"""Name, solutions and surfaces of an intervention; several features in one file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sources import drawing
from trama.sources.interventions import Intervention, errors, read_intervention

NBS = {"rain_garden", "permeable_paving", "tree_row"}
SURFACES = {"impermeabile", "semipermeabile", "verde_profondo"}


def read(*features: dict[str, Any]) -> Intervention:
    data = drawing.as_bytes(drawing.metric(*features))
    return read_intervention(data, "x.geojson", nbs_ids=NBS, surface_classes=SURFACES)


def one(**properties: Any) -> Intervention:
    return read(drawing.feature(drawing.square(), **properties))


def codes(found: Intervention) -> list[str]:
    return [notice.code for notice in found.warnings]


def test_surfaces_that_sum_to_the_area_are_taken() -> None:
    found = one(
        stato_attuale={"impermeabile": 9000, "verde_profondo": 1000}, progetto={"verde_profondo": 10_000}
    )
    assert found.stato_attuale == {"impermeabile": 9000, "verde_profondo": 1000}
    assert found.progetto == {"verde_profondo": 10_000}


@pytest.mark.parametrize("total", [9900, 10_100])
def test_one_percent_of_difference_is_tolerated(total: float) -> None:
    assert one(progetto={"impermeabile": total}).progetto == {"impermeabile": total}


def test_surfaces_that_do_not_sum_are_refused_with_both_sums_and_the_difference() -> None:
    with pytest.raises(errors.SurfacesDoNotSum) as caught:
        one(stato_attuale={"impermeabile": 7000, "verde_profondo": 2000})
    assert caught.value.text().startswith(
        "Le superfici di «stato_attuale» sommano 9.000 m², ma il perimetro misura 10.000 m²: "
        "1.000 m² di differenza"
    )
    assert "sum to 9,000 m² but the perimeter measures 10,000 m²" in caught.value.text("en")


@pytest.mark.parametrize("much", [1e11, 1e300])
def test_a_number_beyond_any_territory_is_refused_without_its_digits(much: float) -> None:
    for given in ({"progetto": {"impermeabile": much}}, {"tipologie": [{"id": "tree_row", "area_m2": much}]}):
        with pytest.raises(errors.BadProperty, match="controllare il numero e l'unità") as caught:
            one(**given)
        assert len(caught.value.text()) < 160
    assert one(tipologie=[{"id": "tree_row", "area_m2": 1e9}]).tipologie[0].area_m2 == 1e9


def test_what_is_not_given_is_missing_and_not_zero() -> None:
    found = one()
    assert (found.nome, found.tipologie, found.stato_attuale, found.progetto) == ("", (), None, None)


@pytest.mark.parametrize(
    ("properties", "error", "says"),
    [
        ({"stato_attuale": {"imperemabile": 10_000}}, errors.UnknownId, "Forse «impermeabile»"),
        ({"stato_attuale": {"impermeabile": -1}}, errors.BadProperty, "non negativo"),
        ({"stato_attuale": {"impermeabile": "tanto"}}, errors.BadProperty, "numero"),
        ({"stato_attuale": {"impermeabile": True}}, errors.BadProperty, "numero"),
        ({"stato_attuale": [1]}, errors.BadProperty, "classe"),
        ({"stato_attuale": {}}, errors.SurfacesDoNotSum, "sommano 0,00"),
        ({"stato_attuale": "non è json"}, errors.DamagedFile, "riga 1"),
        ({"stato_attuale": '{"impermeabile": 1, "impermeabile": 9999}'}, errors.RepeatedKey, "impermeabile"),
        ({"tipologie": [{"id": "rain_gardn", "area_m2": 3}]}, errors.UnknownId, "Forse «rain_garden»"),
        ({"tipologie": ["rain_garden"]}, errors.BadProperty, "manca l'area"),
        ({"tipologie": [{"id": "rain_garden", "mq": 3}]}, errors.BadProperty, "nient'altro"),
        ({"tipologie": {"rain_garden": 3}}, errors.BadProperty, "elenco"),
        ({"tipologie": [{"id": 3, "area_m2": 3}]}, errors.BadProperty, "testo"),
        ({"nome": ["a"]}, errors.BadProperty, "testo"),
        ({"nome": "x" * 201}, errors.BadProperty, "200"),
    ],
)
def test_a_property_that_cannot_be_read_says_why(
    properties: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        one(**properties)


def test_solutions_declared_with_their_area_are_added_by_id() -> None:
    found = one(
        tipologie=[
            {"id": "rain_garden", "area_m2": 300},
            {"id": "permeable_paving", "area_m2": 50},
            {"id": "rain_garden", "area_m2": 100},
        ]
    )
    assert {kind.id: kind.area_m2 for kind in found.tipologie} == {"permeable_paving": 50, "rain_garden": 400}


def test_solutions_drawn_as_features_are_measured_inside_the_perimeter() -> None:
    found = read(
        drawing.feature(drawing.square(), nome="P"),
        drawing.feature(drawing.square(20, 90, 0), tipologia="rain_garden"),
        drawing.feature(drawing.square(10, 5, 5), tipologia="rain_garden"),
    )
    # 10 x 20 inside the perimeter, plus 10 x 10: by hand
    assert [(kind.id, kind.area_m2, kind.measured) for kind in found.tipologie] == [
        ("rain_garden", 300, True)
    ]
    assert found.area_m2 == pytest.approx(10_000)
    assert codes(found) == ["tipologia_oltre_il_perimetro"]


def test_a_solution_drawn_elsewhere_is_refused() -> None:
    with pytest.raises(errors.BadProperty, match="fuori dal perimetro"):
        read(
            drawing.feature(drawing.square()),
            drawing.feature(drawing.square(20, 500, 0), tipologia="rain_garden"),
        )


def test_a_list_and_drawn_solutions_together_are_refused() -> None:
    with pytest.raises(errors.BadProperty, match="solo uno dei due"):
        read(
            drawing.feature(drawing.square(), tipologie=[{"id": "tree_row", "area_m2": 5}]),
            drawing.feature(drawing.square(20), tipologia="rain_garden"),
        )


def test_without_a_perimeter_the_drawn_solutions_are_it() -> None:
    found = read(
        drawing.feature(drawing.square(20), tipologia="rain_garden"),
        drawing.feature(drawing.square(20, 50), tipologia="tree_row"),
    )
    assert found.area_m2 == pytest.approx(800)
    assert codes(found) == ["perimetro_dalle_tipologie"]


def test_several_features_are_one_intervention() -> None:
    found = read(
        drawing.feature(drawing.square(), nome="A", stato_attuale={"impermeabile": 10_000}),
        drawing.feature(drawing.square(50, 200), stato_attuale={"verde_profondo": 2500}),
    )
    assert found.geometry.geom_type == "MultiPolygon"
    assert found.area_m2 == pytest.approx(12_500)
    assert found.stato_attuale == {"impermeabile": 10_000, "verde_profondo": 2500}
    assert codes(found) == []


def test_overlapping_parts_count_once_and_it_is_said() -> None:
    found = read(drawing.feature(drawing.square()), drawing.feature(drawing.square(100, 50)))
    assert found.area_m2 == pytest.approx(15_000)
    assert str(found.warnings[0]) == (
        "Parti del perimetro si sovrappongono per 5.000 m²: l'area comune è contata una volta."
    )


def test_tables_carry_the_composition_as_text() -> None:
    surfaces = json.dumps({"impermeabile": 10_000})
    kinds = json.dumps([{"id": "tree_row", "area_m2": 8}])
    frame = drawing.table(drawing.square(), stato_attuale=[surfaces], progetto=[surfaces], tipologie=[kinds])
    package = read_intervention(drawing.geopackage(frame), "x.gpkg", nbs_ids=NBS, surface_classes=SURFACES)
    # in a Shapefile the column is called "stato_attu"
    shapes = read_intervention(drawing.shapefile(frame), "x.zip", nbs_ids=NBS, surface_classes=SURFACES)
    for found in (package, shapes):
        assert found.stato_attuale == found.progetto == {"impermeabile": 10_000}
        assert [(kind.id, kind.area_m2) for kind in found.tipologie] == [("tree_row", 8)]


def test_names_are_cleaned_of_what_cannot_be_seen() -> None:
    assert one(nome="  Parcheggio\x00 \n di\u200b Cormano ").nome == "Parcheggio di Cormano"
    assert one(nome=7).nome == "7"
