"""Several projects in one file: elements of one name are one project."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources import drawing
from trama.sources.interventions import Intervention, errors, read_intervention, read_interventions

NBS = {"rain_garden", "tree_row"}
HERE, THERE = drawing.square(), drawing.square(east_m=500)


def read(*features: dict[str, Any]) -> tuple[Intervention, ...]:
    return read_interventions(drawing.as_bytes(drawing.metric(*features)), nbs_ids=NBS)


def test_each_name_is_a_project_with_its_own_solutions() -> None:
    """A GeoPackage as a planner has it: a row for each project, its solutions as text."""
    frame = drawing.table(
        HERE,
        THERE,
        drawing.square(50, 1000),
        nome=["Nord", "Sud", "Nord"],
        tipologie=['[{"id": "rain_garden", "area_m2": 100}]', '[{"id": "tree_row", "area_m2": 5}]', None],
    )
    north, south = read_interventions(drawing.geopackage(frame), nbs_ids=NBS)
    assert (north.nome, north.area_m2) == ("Nord", pytest.approx(12_500))
    assert (south.nome, south.area_m2) == ("Sud", pytest.approx(10_000))
    assert [one.id for one in north.tipologie] == ["rain_garden"]
    assert [one.id for one in south.tipologie] == ["tree_row"]
    assert not any(notice.code == "nomi_diversi" for one in (north, south) for notice in one.warnings)


@pytest.mark.parametrize("names", [("A", "A"), ("A", None), (None, None)])
def test_elements_of_one_name_or_of_none_are_one_project(names: tuple[str | None, str | None]) -> None:
    found = read(drawing.feature(HERE, nome=names[0]), drawing.feature(THERE, nome=names[1]))
    assert len(found) == 1
    assert found[0].area_m2 == pytest.approx(20_000)


def test_a_solution_drawn_apart_goes_where_it_lies_or_where_it_says() -> None:
    found = read(
        drawing.feature(HERE, nome="Nord"),
        drawing.feature(THERE, nome="Sud"),
        drawing.feature(drawing.square(10, 520, 20), tipologia="rain_garden"),
        drawing.feature(drawing.square(20, 20, 20), tipologia="tree_row", nome="Nord"),
    )
    assert [[(one.id, one.area_m2) for one in each.tipologie] for each in found] == [
        [("tree_row", pytest.approx(400))],
        [("rain_garden", pytest.approx(100))],
    ]


def test_nameless_elements_beside_different_names_are_refused() -> None:
    with pytest.raises(errors.BadProperty, match="1 non ne hanno"):
        read(drawing.feature(HERE, nome="A"), drawing.feature(THERE, nome="B"), drawing.feature(HERE))


def test_one_intervention_of_the_same_file_still_says_which_name_it_took() -> None:
    data = drawing.as_bytes(drawing.metric(drawing.feature(HERE, nome="A"), drawing.feature(THERE, nome="B")))
    assert "nomi_diversi" in [notice.code for notice in read_intervention(data, "x.geojson").warnings]
