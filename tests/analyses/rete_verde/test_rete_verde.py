"""Priorities and order of financing on the territory of tests/fixtures_territory.py, tables given by hand.

UPA 2a: rain class 5, supply 1, I-dren 0.2; heat class 3, supply 2.5, 500 sensitive people by km2.
Water 0.4·1 + 0.3·0.8 + 0.3·0.8 = 0.88; heat 0.4·0.5 + 0.3·0.5 + 0.3·0.5 = 0.50; half each, 0.69.
UPA 4a: rain class 1, supply 5, I-dren 1; heat class 1, supply 5, nobody: 0.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pytest
from shapely.geometry import box

from tests.fixtures_territory import EAST, MADE_UP, NORTH, put_raster, small_lake, table_manifest
from trama.analyses.rete_verde import plan_network, plan_network_whole
from trama.analyses.rete_verde.errors import BadExport, MissingLayers, NoIndicators
from trama.analyses.rete_verde.export import export_network, order_csv
from trama.analyses.rete_verde.financing import water_gain
from trama.analyses.rete_verde.unplaced import places_of
from trama.kernel.layers import FieldSpec
from trama.kernel.units import joined
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
AREA = 1200.0
STORM = {"classe": [5, 1], "offerta_eventi_estremi": [1.0, 5.0], "idren": [0.2, 1.0]}
WARM = {"classe": [3, 1], "offerta_microclima": [2.5, 5.0], "sensibili_oltre_2": [500 * AREA / 1e6, 0.0]}


def put_figures(lake: Lake, tool: str, figures: dict[str, list]) -> None:
    """Lay a table of vulnerability on both grains: 2a (015146) the upper half, 4a (015002) the lower."""
    for grain, key, codes in (("upa", "codice", ["2a", "4a"]), ("comuni", "istat", ["015146", "015002"])):
        rows = {key: codes, "nome": codes, "superficie_m2": [AREA, AREA], **figures}
        shapes = [
            box(EAST, NORTH - 20, EAST + 60, NORTH),
            box(EAST, NORTH - 40, EAST + 60, NORTH - 20),
        ]
        fields = tuple(FieldSpec(name, "text", "text", "") for name in rows)
        manifest = replace(table_manifest(f"{tool}_{grain}", key), fields=fields)
        with lake.draft(manifest, MADE_UP) as draft:
            draft.write_table(geopandas.GeoDataFrame(rows, geometry=shapes, crs=32632))


def lake_with(root: Path, *, with_warm: bool = True, **changes: dict[str, list]) -> Lake:
    lake = small_lake(root)
    put_raster(lake, "gruppo_idrologico", np.full((2, 3), 2, np.uint8), cell_m=20, nodata=0)
    put_raster(lake, "soggiacenza", np.full((2, 3), 12, np.float32), cell_m=20, nodata=float("nan"))
    put_figures(lake, "storm", {**STORM, **changes.get("storm", {})})
    if with_warm:
        put_figures(lake, "warm", {**WARM, **changes.get("warm", {})})
    return lake


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory):
    return plan_network(lake_with(tmp_path_factory.mktemp("rvm")), load_book(), day=DAY)


def test_priority_is_the_weighted_mean_between_the_goalposts(network) -> None:
    first, last = network.rankings["upa"].places
    assert (first.key, first.classe, first.rank) == ("2a", 4, 1)
    assert first.index == pytest.approx(0.69)
    assert first.scores["offerta_eventi_estremi"] == pytest.approx(0.8)
    assert first.values["domanda_calore"] == pytest.approx(500)
    assert (last.key, last.index, last.classe) == ("4a", pytest.approx(0), 1)


def test_the_rank_says_whether_it_holds_when_weights_change(network) -> None:
    """0.69 can move to another class only above 0.8 or under 0.6: no draw of ±25 % does; 4a is 0 whatever."""
    for place in network.rankings["upa"].places:
        assert place.stable
        assert place.rank_low == place.rank == place.rank_high


def test_a_class_on_the_edge_is_not_stable(tmp_path: Path) -> None:
    """Water 0.88 as above, heat 0.4·0 + 0.3·0.5 + 0.3·0.57 = 0.321: together 0.6005, on the edge of 0.6."""
    lake = lake_with(tmp_path, warm={"classe": [1, 1], "sensibili_oltre_2": [570 * AREA / 1e6, 0.0]})
    first = plan_network(lake, load_book(), day=DAY).rankings["upa"].places[0]
    assert first.index == pytest.approx(0.6005)
    assert first.stable is False
    assert first.stable_share is not None
    assert 0.3 < first.stable_share < 0.9


def test_without_warm_the_heat_is_missing_and_the_order_rests_on_water(tmp_path: Path) -> None:
    found = plan_network(lake_with(tmp_path, with_warm=False), load_book(), day=DAY)
    first = found.rankings["upa"].places[0]
    assert first.index == pytest.approx(0.88)
    assert [one.id for one in found.rankings["upa"].absent] == [
        "vulnerabilita_caldo",
        "offerta_microclima",
        "domanda_calore",
    ]
    heat = [one for one in found.orders if one.theme == "calore"]
    assert heat
    assert all(one.score is None and one.place is None and "dato mancante" in one.why for one in heat)


def test_a_place_that_lacks_a_value_has_no_priority(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, storm={"idren": [0.2, float("nan")]})
    last = plan_network(lake, load_book(), day=DAY).rankings["upa"].places[-1]
    assert (last.key, last.index, last.rank, last.classe, last.stable) == ("4a", None, None, None, None)


def test_the_gain_in_water_is_what_the_ground_and_the_store_keep(network) -> None:
    """Rain garden on sealed ground: (55.5896 - 0.05·61.4)/1000 + min(0.25, 8·0.0555896) = 0.302520 m3, at
    120 €: 2,521 m3 by million euro, times class 5 of UPA 2a.
    """
    one = next(p for p in network.orders if p.key == "2a|giardini_pluviali|acqua")
    assert one.gain == pytest.approx(0.302520, abs=1e-5)
    assert one.score == pytest.approx(5 * 0.302520 / 120 * 1e6, rel=1e-4)
    assert one.score_low == pytest.approx(5 * 0.302520 / 200 * 1e6, rel=1e-4)
    assert one.score_high == pytest.approx(5 * 0.302520 / 80 * 1e6, rel=1e-4)


def test_the_gain_in_heat_is_cooling_by_sensitive_people_on_its_ground(network) -> None:
    """Street tree: middle of the catalogue's range by night, 500 people by km2, 20 m2 of canopy, 1,000 €."""
    one = next(p for p in network.orders if p.key == "2a|filari_stradali|calore")
    solution = one.action.solution
    middle = (solution["night_cooling_min_degc"] + solution["night_cooling_max_degc"]) / 2
    assert one.gain == pytest.approx(middle * 500 / 1e6 * 20)
    assert one.score == pytest.approx(3 * one.gain / 1000 * 1e6)


def test_ground_is_suitable_by_cover_soil_and_water_table(network, tmp_path: Path) -> None:
    """UPA 2a has four cells of 1111 and four of 1121 (0.08 ha), group B, 12 m; at 1 m nothing infiltrates."""
    one = next(p for p in network.orders if p.key == "2a|giardini_pluviali|acqua")
    assert one.suitable_ha == pytest.approx(0.08)
    assert one.quantity == pytest.approx(8)
    lake = lake_with(tmp_path)
    put_raster(lake, "soggiacenza", np.full((2, 3), 1.0, np.float32), cell_m=20, nodata=float("nan"))
    wet = plan_network(lake, load_book(), day=DAY)
    assert not [p for p in wet.orders if p.action.id == "giardini_pluviali"]
    assert [p for p in wet.orders if p.action.id == "tetti_verdi"]


def test_the_order_falls_theme_by_theme_and_equals_share_a_place(network) -> None:
    for theme in ("acqua", "calore"):
        rows = [one for one in network.orders if one.theme == theme and one.score is not None]
        scores = [one.score for one in rows]
        assert scores == sorted(scores, reverse=True)
        gained = [one for one in rows if one.score > 0]
        assert gained
        assert [one.place for one in gained] == [1 + sum(s > one.score for s in scores) for one in gained]


def test_equal_scores_share_a_place_and_no_gain_has_none() -> None:
    assert places_of([3.0, 2.0, 2.0, 1.0, 0.0, -1.0, None]) == [1, 2, 2, 4, None, None, None]
    assert places_of([]) == []


def test_what_gains_nothing_has_no_place_and_says_why(network) -> None:
    """No sensitive person over the threshold in 4a; in 2a there are, but street trees by night
    are -0.3 to 0.3 °C in the catalogue, whose middle is nothing.
    """
    heat = {one.key: one for one in network.orders if one.theme == "calore"}
    empty = [one for one in heat.values() if one.upa == "4a"]
    assert all((one.score, one.place, one.to_json()["posto"]) == (0.0, None, None) for one in empty)
    assert all(one.why.startswith("nessun guadagno misurato: nessuna persona sensibile") for one in empty)
    trees = heat["2a|filari_stradali|calore"]
    assert (trees.gain, trees.place) == (0.0, None)
    assert joined("tra -0,3 e 0,3 °C, in media nulla") in joined(trees.why.replace("\u2212", "-"))
    assert heat["2a|giardini_pluviali|calore"].place is not None
    last = [one.place for one in network.orders if one.theme == "calore"]
    assert last == sorted(last, key=lambda place: (place is None, place or 0)), "those without a place last"


def test_actions_with_other_benefits_stay_out_of_the_order(network) -> None:
    named = {one.action.id for one in network.orders}
    assert not named & {"siepi_campestri", "rinaturare_rogge", "prati_stabili"}
    assert {one.id for one in network.rules.actions} >= {
        "siepi_campestri",
        "rinaturare_rogge",
        "prati_stabili",
    }


def test_the_trace_explains_place_and_order(network) -> None:
    root = network.trace.root
    assert root.find("upa/2a/priorita").value == pytest.approx(0.69)
    assert root.find("upa/2a/priorita/vulnerabilita_piogge/valore").value == 5
    assert root.find("ordine/acqua/2a|giardini_pluviali/guadagno").value == pytest.approx(0.30252, abs=1e-5)


def test_the_plan_is_kept_whole_and_leaves_as_csv_and_geopackage(tmp_path: Path) -> None:
    lake = lake_with(tmp_path / "casa")
    found = plan_network_whole(lake, load_book(), day=DAY)
    assert lake.version("rvm_upa").table()["rango"].tolist() == [1, 2]
    export_network(tmp_path / "ordine.csv", found)
    rows = list(csv.reader(io.StringIO((tmp_path / "ordine.csv").read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(found.orders) + 1
    assert rows[0][0] == "chiave"
    export_network(tmp_path / "rvm.gpkg", found)
    assert len(geopandas.read_file(tmp_path / "rvm.gpkg", layer="rvm_upa")) == 2
    assert len(geopandas.read_file(tmp_path / "rvm.gpkg", layer="rvm_azioni")) == len(found.orders)
    with pytest.raises(BadExport, match="csv"):
        export_network(tmp_path / "rvm.doc", found)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["casa", "ordine.csv", "rvm.gpkg"]


def test_csv_has_italian_decimals_and_empty_cells_where_missing() -> None:
    assert order_csv([{"a": 0.5, "b": None, "c": "x"}]) == "\ufeffa;b;c\r\n0,5;;x\r\n"


def test_without_tables_or_ground_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoIndicators, match="trama storm run"):
        plan_network(small_lake(tmp_path / "a"), load_book(), day=DAY)
    bare = Lake(tmp_path / "b" / "lake")
    put_figures(bare, "storm", STORM)
    with pytest.raises(MissingLayers, match="uso_suolo"):
        plan_network(bare, load_book(), day=DAY)


def test_a_upa_with_little_sealed_ground_is_served_no_more_than_it_has(network) -> None:
    """100 units that could serve more than the 50 m2 that are sealed: 0.5 m2 each, at 55.5896 mm."""
    rules = network.rules
    basin = next(one for one in rules.actions if one.nbs == "dry_basin")
    soils = np.array([0.0, 1.0, 0.0, 0.0])
    gain, cut = water_gain(rules, basin, soils, quantity=100, sealed_m2=50)
    assert gain == pytest.approx(0.5 * 0.0555896, rel=1e-4)
    assert "0,0 ha" in cut
    whole, cut = water_gain(rules, basin, soils, quantity=100, sealed_m2=1e6)
    assert whole > gain
    assert cut == ""
