"""In which comuni an intervention lies: a tiny territory of two squares worked by hand, and the real one."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely

from tests.sources.drawing import square
from trama.analyses.territory.location import Location, OutsideTerritory, share_out

COMUNI = geopandas.GeoDataFrame(
    {"istat": ["015001", "015002"], "nome": ["Ovest", "Est"]},
    geometry=[square(1000), square(1000, 1000)],
    crs=32632,
)


def locate(polygon: shapely.Geometry, comuni: geopandas.GeoDataFrame = COMUNI) -> Location:
    shapes = comuni.geometry.to_numpy()
    return share_out(polygon, list(comuni["istat"]), list(comuni["nome"]), shapes, 50.0)


def codes(found) -> list[str]:
    return [notice.code for notice in found.notices]


def test_inside_one_comune_its_share_is_one() -> None:
    found = locate(square(100, 200, 200))
    assert found.shares == {"015001": 1.0}
    assert (found.outside_share, found.near, codes(found)) == (0.0, (), [])


def test_straddling_two_comuni_is_allowed_and_the_shares_are_shown() -> None:
    found = locate(shapely.box(*square(400, 700, 200).bounds))
    # 300 of 400 m lie in the western square: by hand
    assert found.shares == pytest.approx({"015001": 0.75, "015002": 0.25})
    assert str(found.notices[0]) == "L'intervento è in più comuni: Ovest 75,0 %, Est 25,0 %."


def test_partly_outside_the_share_outside_is_said() -> None:
    found = locate(square(400, -300, 200))
    assert found.outside_share == pytest.approx(0.75)
    assert found.shares == {"015001": 1.0}
    assert codes(found) == ["in_parte_fuori"]
    assert "75,0 %" in str(found.notices[0])


def test_a_comune_reached_only_within_the_tolerance_is_on_the_border() -> None:
    found = locate(square(100, 920, 200))
    assert found.shares == pytest.approx({"015001": 0.8, "015002": 0.2})
    assert [item.istat for item in found.comuni if item.on_border] == ["015002"]
    assert "sul_confine" in codes(found)


def test_near_a_border_the_other_comune_is_named() -> None:
    assert locate(square(100, 870, 200)).near == ("015002",)


def test_just_outside_it_goes_whole_to_the_nearest_comune_on_its_border() -> None:
    found = locate(square(20, -40, 200))
    assert found.shares == {"015001": 1.0}
    assert found.main.on_border
    assert codes(found) == ["sul_confine"]


def test_far_outside_the_distance_and_the_nearest_comune_are_said() -> None:
    with pytest.raises(OutsideTerritory, match=r"3,0 km dal comune più vicino \(Est\)"):
        locate(square(100, 5000, 200))


@pytest.mark.real_data
def test_each_real_comune_lies_in_itself(shared_data: Path) -> None:
    comuni = geopandas.read_file(shared_data / "comuni.gpkg", layer="comuni")
    for row in range(0, len(comuni), 12):
        inside = comuni.geometry.iloc[row].buffer(-60)
        assert locate(inside, comuni).shares == {comuni["istat"].iloc[row]: pytest.approx(1.0)}


@pytest.mark.real_data
def test_the_car_park_of_cormano_is_in_cormano(shared_data: Path) -> None:
    comuni = geopandas.read_file(shared_data / "comuni.gpkg", layer="comuni")
    cormano = comuni.set_index("nome").loc["Cormano", "geometry"]
    found = locate(cormano.representative_point().buffer(53.5), comuni)
    assert found.main.nome == "Cormano"
