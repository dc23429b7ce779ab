"""Land take on the place of tests/fixtures_place.py: a hectare of fields (2111), group B, water at 7.5 m.

By hand, at 61.4 mm: today CN 78, Q 18.6648 mm; with 80 % sealed (CN 98) and 20 % green (CN 69) CN 92.2,
Q 41.4896 mm. On a summer day of 15 mm: 0.0062 and 3.5583 mm.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas
import pytest
import shapely

from tests.fixtures_place import place_lake, square
from tests.fixtures_territory import MADE_UP, table_manifest
from trama.analyses.scheda.surfaces import SurfacesDoNotSum
from trama.analyses.storm import run_storm
from trama.analyses.suoli import Question, consume, map_soils_whole
from trama.analyses.suoli.answer import consumption_json
from trama.analyses.suoli.errors import BadShare, NoData, TooLarge
from trama.analyses.territory.location import OutsideTerritory, locate, part_inside
from trama.kernel.units import joined
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
FIELD = square(3000, 2000, 100)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return place_lake(tmp_path_factory.mktemp("consumo"))


def ask(lake: Lake, geometry: shapely.Geometry = FIELD, **more):
    return consume(lake, load_book(), Question(geometry, "Capannone", **more), DAY)


def value(found, key: str) -> float:
    node = found.step(key)
    assert node is not None
    assert node.value is not None, node.note
    return float(node.value)


def test_the_rain_no_longer_kept_is_the_difference_of_runoff_on_the_area(lake: Lake) -> None:
    found = ask(lake, impermeabile_percento=80)
    assert value(found, "evento_intenso") == pytest.approx((41.4896 - 18.6648) * 10, abs=0.01)
    assert value(found, "giorno_estivo") == pytest.approx((3.5583 - 0.0062) * 10, abs=0.01)


def test_services_are_lost_in_points_by_hectare(lake: Lake) -> None:
    """Events 5·22.8248/61.4; recharge K-dren 0.85·0.95 = 0.8075, of which 20 % stays; microclimate from CC
    0.256 (0.6·0.01 + 0.2·0.2 + 0.2·1.05) to 0.0792 (0.8·0.04 + 0.2·0.236), over 0.78.
    """
    found = ask(lake, impermeabile_percento=80)
    assert value(found, "eventi_estremi") == pytest.approx(5 * 22.8248 / 61.4, abs=1e-3)
    assert value(found, "ricarica") == pytest.approx(5 * 0.8075 * 0.8, abs=1e-3)
    assert value(found, "microclima") == pytest.approx(5 * (0.256 - 0.0792) / 0.78, abs=1e-3)
    assert value(found, "raffrescamento") == pytest.approx(0.256 - 0.0792, abs=1e-4)


def test_the_night_is_warmer_by_the_island_times_the_building_intensity(lake: Lake) -> None:
    """4 °C · (0.2 - 0) · 1 ha with the norms' intensity; half of it with 0.1."""
    assert value(ask(lake), "notte") == pytest.approx(0.8, abs=1e-4)
    assert value(ask(lake, intensita_edificata=0.1), "notte") == pytest.approx(0.4, abs=1e-4)


def test_what_seals_nothing_adds_no_building_and_what_is_assumed_is_said(lake: Lake) -> None:
    """The norms' 0.2 stands for 80 % of permanent surfaces: half of them, half of it; never more than it."""
    bare = ask(lake, impermeabile_percento=0)
    assert value(bare, "notte") == 0
    assert "non se ne aggiunge" in consumption_json(bare)["assunto"]
    half = ask(lake, impermeabile_percento=40)
    assert value(half, "notte") == pytest.approx(4 * 0.1, abs=1e-4)
    assert "si assume 0,10" in consumption_json(half)["assunto"]
    assert value(ask(lake, impermeabile_percento=100), "notte") == pytest.approx(0.8, abs=1e-4)
    declared = ask(lake, impermeabile_percento=0, intensita_edificata=0.2)
    assert value(declared, "notte") == pytest.approx(0.8, abs=1e-4)
    assert consumption_json(declared)["assunto"] == ""


def test_products_by_hectare_are_explained_and_layers_that_lack_have_their_titles(lake: Lake) -> None:
    body = consumption_json(ask(lake))
    assert any(line.startswith("°C·ha: i gradi in più") for line in body["unita_in_parole"])
    assert any("(da 0 a 5)" in line for line in body["unita_in_parole"])
    assert any("il suo livello non c'è" in row["nota"] for row in body["perdite"])
    assert not any("offerta_" in row["nota"] for row in body["perdite"])


def test_a_year_is_computed_only_with_a_yearly_rain(lake: Lake) -> None:
    """(0.87 - 0.09) · 0.8 · 950 mm · 1 ha = 5,928 m3; the norms have no yearly rain."""
    node = ask(lake, impermeabile_percento=80).step("acqua_annua")
    assert node is not None
    assert node.value is None
    assert "pioggia media annua" in node.note
    assert value(ask(lake, impermeabile_percento=80, pioggia_annua_mm=950), "acqua_annua") == pytest.approx(
        5928
    )


def test_what_is_not_declared_is_estimated_and_says_so(lake: Lake) -> None:
    body = consumption_json(ask(lake))
    assert body["composizione"]["fonte"] == "stimato"
    assert body["suolo"]["nuovo_impermeabile_m2"] == pytest.approx(8000)
    assert body["suolo"]["permanente_m2"] == pytest.approx(8000)
    assert "secoli" in body["reversibilita"]
    assert "non è calcolato" in body["a_valle"]


def test_a_declared_composition_is_used_and_must_sum_to_the_area(lake: Lake) -> None:
    found = ask(lake, progetto={"semipermeabile": 10_000})
    body = consumption_json(found)
    assert body["composizione"]["fonte"] == "dichiarato"
    assert body["suolo"]["reversibile_m2"] == pytest.approx(10_000)
    assert body["suolo"]["nuovo_impermeabile_m2"] == pytest.approx(7000)
    with pytest.raises(SurfacesDoNotSum):
        ask(lake, progetto={"semipermeabile": 5_000})


def test_services_without_a_layer_are_missing_with_the_reason(lake: Lake) -> None:
    node = ask(lake).step("carbonio")
    assert node is not None
    assert node.value is None
    assert "il suo livello non c'è (da chiedere a ISPRA e caricare)" in node.note


def test_soils_are_told_by_class_once_the_map_is_drawn(tmp_path: Path) -> None:
    """Fields on B: events 5·(1 - 18.6648/61.4) = 3.480, recharge 4.0375: (3.480 + 2.019)/1.5 = 3.666."""
    lake = place_lake(tmp_path)
    before = ask(lake)
    assert before.by_class.value is None
    assert "trama suoli carta" in before.by_class.note
    map_soils_whole(lake, load_book(), day=DAY)
    assert consumption_json(ask(lake))["suoli_consumati"] == [
        {"classe": 4, "nome": "Attitudine alta", "ha": pytest.approx(1.0)}
    ]


def test_where_it_is_sealed_already_a_share_takes_nothing_and_gains_nothing(lake: Lake) -> None:
    """Dense fabric is 90 % sealed: 80 % asked of it takes no free soil, and gives none back."""
    found = ask(lake, square(500, 2000, 100), impermeabile_percento=80, pioggia_annua_mm=950)
    for key in ("evento_intenso", "giorno_estivo", "acqua_annua", "eventi_estremi", "ricarica", "notte"):
        assert value(found, key) == 0
        assert not str(value(found, key)).startswith("-")
    land = consumption_json(found)["suolo"]
    assert land["nuovo_impermeabile_m2"] == land["permanente_m2"] == 0
    assert land["superfici_permanente_m2"] == land["gia_permanente_m2"] == pytest.approx(8000)


def test_permanent_land_take_counts_free_ground_only_cell_by_cell(lake: Lake) -> None:
    """100 x 100 m across the border: half is 90 % sealed, half fields (0 %). At 95 %, 0.05 and 0.95."""
    found = ask(lake, square(1950, 2000, 100), impermeabile_percento=95)
    land = consumption_json(found)["suolo"]
    assert land["permanente_m2"] == pytest.approx(5000 * 0.05 + 5000 * 0.95)
    assert land["superfici_permanente_m2"] == pytest.approx(9500)
    assert land["gia_permanente_m2"] == pytest.approx(4500)
    # of a mixed area only the fields lose: at 80 %, half of what the hectare of fields loses
    half = ask(lake, square(1950, 2000, 100), impermeabile_percento=80)
    whole = ask(lake, impermeabile_percento=80)
    assert value(half, "evento_intenso") == pytest.approx(value(whole, "evento_intenso") / 2, rel=1e-3)


def test_across_the_border_every_figure_is_of_the_part_inside(lake: Lake) -> None:
    """200 x 100 m, half of it east of the last comune (and of the data): every figure of one hectare."""
    inside, across = ask(lake, square(3900, 2000, 100)), ask(lake, square(3900, 2000, 200, 100))
    body, whole = consumption_json(across), consumption_json(inside)
    assert body["area_m2"] == pytest.approx(20_000)
    assert body["area_contata_m2"] == pytest.approx(10_000)
    assert body["quota_con_dati"] == body["quota_fuori"] == pytest.approx(0.5)
    assert body["comuni"][0]["quota_area"] == pytest.approx(0.5)
    assert body["suolo"] == pytest.approx(whole["suolo"])
    assert body["composizione"]["superfici_m2"] == pytest.approx(whole["composizione"]["superfici_m2"])
    assert [row["valore"] for row in body["perdite"]] == [row["valore"] for row in whole["perdite"]]
    outside, counted = body["avvisi"]
    assert "50 % dell'area disegnata" in outside
    assert joined("10.000 m²") in joined(counted)
    assert whole["avvisi"] == []
    assert across.trace.root.note == " ".join(body["avvisi"])
    assert across.trace.root.value == pytest.approx(1.0)


def test_data_beyond_the_territory_are_not_counted(tmp_path: Path) -> None:
    """The last comune ends 200 m before the data do: of 200 x 100 m across its border, half counts."""
    lake = place_lake(tmp_path)
    west = shapely.box(*square(2000, 0, 1800, 4000).bounds)
    table = geopandas.GeoDataFrame({"istat": ["015146"], "nome": ["Milano"]}, geometry=[west], crs=32632)
    with lake.draft(table_manifest("comuni", "istat"), MADE_UP) as draft:
        draft.write_table(table)
    across = square(3700, 2000, 200, 100)
    where = locate(lake, load_book(), DAY, across)
    assert part_inside(lake, where, across).area == pytest.approx(10_000)
    body = consumption_json(ask(lake, across))
    assert body["area_contata_m2"] == pytest.approx(10_000)
    assert body["suolo"]["nuovo_impermeabile_m2"] == pytest.approx(8000)
    near = square(3730, 2000, 100)  # within the tolerance of its border
    assert part_inside(lake, locate(lake, load_book(), DAY, near), near) is near


def test_water_is_no_soil_and_is_said(tmp_path: Path) -> None:
    """A hectare wholly in the pond takes no soil; half in it, the fields' half: 80 % of 5.000 m²."""
    lake = place_lake(tmp_path, pond=True)
    map_soils_whole(lake, load_book(), day=DAY)
    wet = consumption_json(ask(lake, square(3300, 3300, 100)))
    land = wet["suolo"]
    assert land["nuovo_impermeabile_m2"] == land["permanente_m2"] == land["gia_permanente_m2"] == 0
    assert land["superfici_permanente_m2"] == land["acqua_permanente_m2"] == pytest.approx(8000)
    assert wet["suoli_consumati"] == []
    assert "tutta acqua" in wet["suoli_nota"]
    assert "non è suolo" in wet["avvisi"][0]
    shore = square(2950, 3300, 100)
    for more in ({}, {"progetto": {"impermeabile": 8000, "verde_profondo": 2000}}):
        body = consumption_json(ask(lake, shore, **more))
        assert body["acqua_m2"] == pytest.approx(5000)
        assert body["suolo"]["nuovo_impermeabile_m2"] == pytest.approx(4000)
        assert body["suolo"]["permanente_m2"] == body["suolo"]["acqua_permanente_m2"] == pytest.approx(4000)
        assert sum(row["ha"] for row in body["suoli_consumati"]) == pytest.approx(0.5)


def test_surfaces_declared_one_by_one_may_give_back_and_both_sides_are_found_alike(lake: Lake) -> None:
    dense = square(500, 2000, 100)
    freed = ask(lake, dense, progetto={"impermeabile": 3000, "verde_profondo": 7000})
    assert value(freed, "evento_intenso") < 0
    assert freed.land.value == pytest.approx(-6000)
    words = {row["id"]: row["parole"] for row in consumption_json(freed)["perdite"]}
    assert words["evento_intenso"].startswith("si guadagnano")
    # half dense (CN 94), half fields (CN 78) is CN 86 on the area: what makes CN 86 again changes nothing,
    # though Q(86) is less than the mean of Q(94) and Q(78)
    cover = load_book().value("sttm1/storm/suolo_dusaf", DAY).value
    mean = (float(cover["1111"]["cn_b"]) + float(cover["2111"]["cn_b"])) / 2
    sealed = 10_000 * (mean - 69) / (98 - 69)
    same = ask(
        lake, square(1950, 2000, 100), progetto={"impermeabile": sealed, "verde_profondo": 10_000 - sealed}
    )
    assert value(same, "evento_intenso") == pytest.approx(0, abs=0.01)


def test_the_night_is_told_in_degrees_with_its_sign_in_words(lake: Lake) -> None:
    """4 °C · 0.2 on fields: 0.8 °C warmer; on dense fabric, more built than that, as today."""
    night = {row["id"]: row for row in consumption_json(ask(lake))["perdite"]}["notte"]
    assert night["parole"] == "notte più calda di 0,80 °C, in media sull'area"
    assert night["valore_testo"] == "0,80 °C·ha"
    built = {row["id"]: row for row in consumption_json(ask(lake, square(500, 2000, 100)))["perdite"]}[
        "notte"
    ]
    assert built["parole"] == "notte come oggi, in media sull'area"


def test_the_explanation_is_kept_with_its_rows_and_layers(lake: Lake) -> None:
    found = ask(lake, impermeabile_percento=80)
    kept = lake.traces.load(found.trace.id)
    node = kept.root.find("evento_intenso")
    assert node is not None
    paths = {use.path for use in node.parameters}
    assert {"sttm1/storm/pioggia_t50_1h", "sttm1/storm/lambda", "sttm1/storm/suolo_dusaf"} <= paths
    assert {use.layer for use in kept.layers()} >= {"uso_suolo", "gruppo_idrologico", "kdren"}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"impermeabile_percento": 120}, BadShare),
        ({"impermeabile_percento": float("nan")}, BadShare),
        ({"intensita_edificata": -0.1}, BadShare),
        ({"pioggia_annua_mm": 0}, BadShare),
    ],
)
def test_numbers_that_cannot_be_are_refused(lake: Lake, given: dict[str, float], error: type) -> None:
    with pytest.raises(error):
        ask(lake, **given)


def test_an_area_too_large_or_elsewhere_or_without_data_is_refused(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="ha"):
        ask(lake, square(0, 0, 6000))
    with pytest.raises(OutsideTerritory):
        ask(lake, square(90_000, 0, 100))
    bare = place_lake(tmp_path, storm=False)
    run_storm(bare, load_book(), day=DAY, event_mm=50)
    with pytest.raises((NoData, OutsideTerritory)):
        ask(bare, square(4001, 0, 50))
