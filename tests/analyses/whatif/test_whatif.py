"""Effects of drawings on a place with plain numbers: by hand, against STORM, against whole runs of heat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from tests.analyses.whatif.asking import BOOK, Drawn, Piece, effects
from tests.fixtures_place import DAY, EAST, NORTH, square
from trama.analyses.storm.raster import run_raster
from trama.analyses.whatif import run_whatif, whatif_json
from trama.analyses.whatif.drawing import Solutions, lay
from trama.analyses.whatif.errors import BadEvent, NothingDrawn, TooWide, UnknownSolution, WrongDrawing
from trama.analyses.whatif.heat import HeatNorms
from trama.analyses.whatif.water import WaterNorms
from trama.engines.heat import HeatModel
from trama.lake import Lake


def runoff(rain_mm: float, curve_number: float) -> float:
    """Q of the curve number by hand, lambda 0.2 [mm]."""
    s = 25400 / curve_number - 254
    return max(rain_mm - 0.2 * s, 0) ** 2 / (rain_mm + 0.8 * s)


def test_a_rain_garden_on_dense_fabric_by_hand(lake: Lake) -> None:
    """1,000 m2 on DUSAF 1111, soil B: CN 95, sealed 0.9; the garden CN 35, 250 mm of storage, serves 8 m2/m2.

    Within 50 m there are (40 x 25 m grown by 50 m, less itself) x 0.9 sealed m2: more than 8,000.
    """
    found = effects(lake, Piece("rain_garden", square(500, 2000, 40, 25))).water
    assert found is not None
    served = 8 * 1000
    own_before, own_after = 1000 * runoff(61.4, 95) / 1000, 1000 * runoff(61.4, 35) / 1000
    arrives = served * runoff(61.4, 98) / 1000
    kept = min(250.0, own_after + arrives)
    assert found.idren_before == pytest.approx(0.1)
    assert found.idren_after == pytest.approx(1.0)
    assert found.served_m2 == pytest.approx(served)
    assert found.before_m3 == pytest.approx(own_before + arrives)
    assert found.after_m3 == pytest.approx(own_after + arrives - kept)
    assert kept == 250.0  # more water arrives than it stores
    assert found.avoided_m3 == pytest.approx(own_before - own_after + 250.0)


def test_a_drawing_wholly_under_a_later_one_counts_nothing_and_says_so(lake: Lake) -> None:
    place = square(500, 2000, 40, 25)
    alone = effects(lake, Piece("permeable_paving", place))
    over = effects(lake, Piece("rain_garden", place), Piece("permeable_paving", place))
    assert over.layout.laid[0].quantity == 0.0
    assert over.layout.laid[0].hidden_m2 == pytest.approx(1000)
    assert over.water == replace(alone.water, kept=over.water.kept)
    assert over.cost == alone.cost
    assert any("la coprono per intero" in caution.sentence for caution in over.cautions)


def test_trees_beside_a_garden_take_no_water_from_it(lake: Lake) -> None:
    """What lies under a crown is still sealed: the garden goes on receiving its water."""
    garden = Piece("rain_garden", square(500, 2000, 40, 25))
    crowns = shapely.MultiPoint([(EAST + 560, NORTH + 2010), (EAST + 560, NORTH + 2020)])
    alone, beside = effects(lake, garden), effects(lake, garden, Piece("tree_row", crowns))
    assert beside.water.kept[0].served_m2 == alone.water.kept[0].served_m2 == 8_000
    assert beside.water.kept[0].avoided_m3 == alone.water.kept[0].avoided_m3


def test_what_a_tank_serves_ends_where_the_sealed_ground_ends(lake: Lake) -> None:
    """A tank of 10,000 m3 would serve 150,000 m2: there are at most those within 50 m of it."""
    found = effects(lake, Piece("underground_tank", shapely.Point(EAST + 800, NORTH + 800), 10_000.0)).water
    assert found is not None
    assert found.served_m2 == pytest.approx(0.9 * np.pi * 50**2, rel=0.04)
    assert found.idren_after == pytest.approx(found.idren_before)


def test_runoff_of_the_drawn_ground_is_storm_s_on_the_modified_land_cover(lake: Lake, tmp_path: Path) -> None:
    """The same territory given to `trama storm raster`, with a code of their own for the drawn cells."""
    norms = WaterNorms.at(BOOK, DAY)
    block = square(1900, 1000, 240, 160)  # whole cells, half on fabric, half on fields
    drawn = effects(lake, Piece("grass_pavers", block), rain_mm=50.0)
    one = drawn.layout.laid[0]
    cover = lake.version("uso_suolo").raster
    with rasterio.open(cover) as source:
        cells, profile, transform = source.read(1), source.profile, source.transform
    inside = rasterio.features.geometry_mask([block], cells.shape, transform, invert=True)
    profile = {
        "driver": "GTiff",
        "height": 400,
        "width": 400,
        "count": 1,
        "crs": "EPSG:32632",
        "transform": transform,
    }
    _write(tmp_path / "lulc.tif", np.where(inside, 9999, cells).astype("uint16"), profile)
    _write(tmp_path / "soil.tif", np.full(cells.shape, 2, "uint8"), profile)
    rows = {code: [norms.cover.value[code][f"cn_{g}"] for g in "abcd"] for code in ("1111", "2111")}
    rows["9999"] = norms.solution_curve_numbers(one).tolist()
    table = "lucode,CN_A,CN_B,CN_C,CN_D\n" + "".join(
        f"{c},{','.join(map(str, v))}\n" for c, v in rows.items()
    )
    (tmp_path / "table.csv").write_text(table, encoding="utf-8")
    _zones(tmp_path / "zones.gpkg", block)
    names = ("lulc.tif", "soil.tif", "table.csv")
    run = run_raster(
        *(tmp_path / name for name in names), 50.0, tmp_path / "zones.gpkg", tmp_path / "out", lambda_=0.2
    )
    with rasterio.open(run.files["runoff_mm.tif"]) as source:
        whole_mm = source.read(1).mean()  # clipped to the zone, which is the block
    assert drawn.water is not None
    assert 1000 * drawn.water.own_after_m3 / block.area == pytest.approx(float(whole_mm), abs=1e-4)


def _write(path: Path, cells: np.ndarray, profile: dict) -> None:
    with rasterio.open(path, "w", **profile, dtype=cells.dtype) as out:
        out.write(cells, 1)


def _zones(path: Path, block: shapely.Polygon) -> None:
    import geopandas

    geopandas.GeoDataFrame({"zona": ["1"]}, geometry=[block], crs=32632).to_file(path, driver="GPKG")


def test_the_night_is_that_of_two_whole_runs_of_the_model(lake: Lake) -> None:
    """The model on every cell of the territory, before and after; tolerance 1e-4 °C."""
    wood = square(2100, 1800, 300, 300)
    found = effects(lake, Piece("urban_wood", wood)).heat
    norms = HeatNorms.at(BOOK, DAY)
    assert found is not None
    assert norms is not None
    with rasterio.open(lake.version("uso_suolo").raster) as source:
        cells, transform = source.read(1), source.transform
    inside = rasterio.features.geometry_mask([wood], cells.shape, transform, invert=True)
    table = norms.values["calore_dusaf"].value
    mass = np.where(
        cells == 1111, float(table["1111"]["building_intensity"]), float(table["2111"]["building_intensity"])
    )
    green = np.where(cells == 1111, bool(table["1111"]["green_area"]), bool(table["2111"]["green_area"]))
    model = norms.model(10.0)
    assert isinstance(model, HeatModel)
    before = model.window(1 - mass, green.astype(bool)).temperature
    after = model.window(1 - mass, green.astype(bool) | inside).temperature
    assert found.night_degc == pytest.approx(float((after - before)[inside].mean()), abs=1e-4)


def test_a_roof_drains_no_ground_and_a_tree_takes_none(lake: Lake) -> None:
    trees = Piece("tree_row", shapely.MultiPoint([(EAST + 500 + 12 * i, NORTH + 900) for i in range(6)]))
    with_trees = effects(lake, trees)
    assert with_trees.water is not None
    assert with_trees.heat is not None
    assert with_trees.water.idren_after == pytest.approx(with_trees.water.idren_before)
    assert with_trees.heat.capacity_after > with_trees.heat.capacity_before
    roof = effects(lake, Piece("green_roof_ext", square(500, 900, 50))).water
    assert roof is not None
    assert roof.idren_after == pytest.approx(0.0)
    assert roof.after_m3 < roof.before_m3


def test_the_last_drawing_lies_on_top_and_nothing_counts_twice(lake: Lake) -> None:
    lawn, garden = (
        Piece("desealing_lawn", square(500, 900, 60)),
        Piece("rain_garden", square(530, 900, 30, 60)),
    )
    layout = lay(Solutions.at(BOOK, DAY), (lawn, garden), None)
    assert [one.quantity for one in layout.laid] == [pytest.approx(1800), pytest.approx(1800)]
    assert layout.laid[0].hidden_m2 == pytest.approx(1800)
    assert layout.site.area == pytest.approx(3600)
    other_way = lay(Solutions.at(BOOK, DAY), (garden, lawn), None)
    assert [one.quantity for one in other_way.laid] == [pytest.approx(0), pytest.approx(3600)]


def test_a_polygon_cut_in_two_does_what_the_whole_does(lake: Lake) -> None:
    whole = effects(lake, Piece("bioretention", square(503, 907, 64, 30)))
    cut = effects(
        lake, Piece("bioretention", square(503, 907, 32, 30)), Piece("bioretention", square(535, 907, 32, 30))
    )
    assert whole.water is not None
    assert cut.water is not None
    assert cut.water.avoided_m3 == pytest.approx(whole.water.avoided_m3, rel=1e-9)
    assert cut.water.idren_after == pytest.approx(whole.water.idren_after)
    assert cut.cost.middle == pytest.approx(whole.cost.middle)


def test_what_stands_against_a_solution_is_said(lake: Lake) -> None:
    """Water table at 0.6 m in the south-west, wells to the north-east, everything else fit."""
    shallow = effects(lake, Piece("rain_garden", square(300, 300, 40)))
    assert "la falda qui è a 0,6 m, ne serve almeno 1,5 m" in shallow.cautions[0].sentence
    assert shallow.cautions[0].weight == "esclusa"
    wells = effects(lake, Piece("rain_garden", square(3100, 3100, 40)))
    assert "zona di rispetto di un pozzo" in wells.cautions[0].sentence
    fit = effects(lake, Piece("rain_garden", square(500, 2000, 40)))
    assert [one.weight for one in fit.cautions] == ["da_verificare"]


def test_costs_are_those_of_the_catalogue(lake: Lake) -> None:
    found = effects(lake, Piece("rain_garden", square(500, 2000, 40, 25)))
    assert (found.cost.least, found.cost.middle, found.cost.most) == pytest.approx((80_000, 120_000, 200_000))
    assert (found.upkeep.least, found.upkeep.most) == pytest.approx((3000, 8000))
    answer = whatif_json(found, kept=False)
    kept = answer["acqua"]["trattenuta_m3"]
    assert answer["costi"]["costo_eur_m3"]["medio"] == pytest.approx(120_000 / kept, abs=0.01)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"pieces": ()}, NothingDrawn),
        ({"pieces": (Piece("marciapiede", square(500, 900, 30)),)}, UnknownSolution),
        ({"pieces": (Piece("tree_row", square(500, 900, 30)),)}, WrongDrawing),
        ({"pieces": (Piece("rain_garden", shapely.Point(EAST, NORTH)),)}, WrongDrawing),
        (
            {"pieces": (Piece("rain_garden", square(0, 0, 30)), Piece("rain_garden", square(0, 7000, 30)))},
            TooWide,
        ),
        ({"pieces": (Piece("rain_garden", square(500, 900, 30)),), "rain_mm": 0.0}, BadEvent),
        ({"pieces": (Piece("rain_garden", square(500, 900, 30)),), "event": "diluvio"}, BadEvent),
    ],
)
def test_what_cannot_be_tried_is_refused_in_italian(lake: Lake, asked: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        run_whatif(lake, BOOK, Drawn(**asked), DAY, keep=False)


def test_without_data_there_is_no_figure_and_the_reason_is_said(tmp_path: Path) -> None:
    from tests.fixtures_place import _table  # the comuni alone

    bare = Lake(tmp_path / "lake")
    _table(bare, "comuni", "istat", [("015086", "Cormano", square(0, 0, 4000))])
    found = effects(bare, Piece("rain_garden", square(500, 900, 30)))
    answer = whatif_json(found, kept=False)
    assert answer["acqua"] is None
    assert answer["caldo"] is None
    assert {row["chiave"] for row in answer["mancanti"]} == {"acqua", "caldo"}
    assert answer["costi"]["costo_eur_m3"]["medio"] is None
    assert answer["costi"]["costo_eur"]["medio"] == pytest.approx(108_000)


def test_a_day_before_the_heat_norms_leaves_the_heat_out(lake: Lake) -> None:
    assert HeatNorms.at(BOOK, date(2020, 1, 1)) is None


def test_the_explanation_is_kept_only_when_asked_and_holds_the_figures(lake: Lake) -> None:
    asked = Drawn((Piece("rain_garden", square(500, 2000, 40, 25)),))
    before = {*lake.traces.root.rglob("*.json")}
    moving = run_whatif(lake, BOOK, asked, DAY, keep=False)
    assert {*lake.traces.root.rglob("*.json")} == before
    said = whatif_json(moving, kept=False)
    assert said["trace"] is None
    assert {one["trace"] for one in said["schede"]} == {None}
    kept = run_whatif(lake, BOOK, asked, DAY, keep=True)
    assert whatif_json(kept, kept=False) == said
    tree = lake.traces.load(kept.trace.id).root
    answer = whatif_json(kept, kept=True)
    assert tree.find("acqua/trattenuta").value == pytest.approx(answer["acqua"]["trattenuta_m3"], abs=1e-3)
    assert tree.find("costi/costo").value == pytest.approx(120_000)
    assert tree.find("caldo/temperatura_notte").status is not None
    assert {use.layer for use in kept.trace.layers()} >= {"uso_suolo", "gruppo_idrologico"}
    assert lake.traces.load(answer["schede"][0]["trace"]).root.key


def test_trees_that_serve_nothing_do_not_widen_what_a_garden_collects(lake: Lake) -> None:
    """Four street trees beside a rain garden: the garden collects what it would collect alone."""
    garden = Piece("rain_garden", square(500, 2000, 40, 25))
    trees = Piece("tree_row", shapely.MultiPoint([(EAST + 560 + 12 * i, NORTH + 2010) for i in range(4)]))
    alone, beside = effects(lake, garden).water, effects(lake, garden, trees).water
    assert alone is not None
    assert beside is not None
    assert beside.served_m2 == pytest.approx(alone.served_m2)
    by_key = {one.key: one for one in beside.kept}
    assert sorted(one.served_m2 for one in by_key.values()) == [0.0, pytest.approx(alone.served_m2)]


def test_answers_to_the_sheet_make_its_outcome_whole(lake: Lake) -> None:
    answers = {
        "scheda_drenaggio": {
            "B1": {"valore": "depavimentazione"},
            "C3": {"valore": {"infiltrazione": 0.8, "riuso": 0.2}},
            "C5": {"valore": ["ombra"]},
            "C6": {"valore": "piano"},
        }
    }
    asked = Drawn((Piece("rain_garden", square(500, 2000, 40, 25)),), answers=answers)
    first = whatif_json(run_whatif(lake, BOOK, asked, DAY, keep=False), kept=False)["schede"][0]
    assert first["mancano"] == 0
    assert first["punteggio"] is not None
    poorer = replace(asked, pieces=(Piece("cool_pavement", square(500, 2000, 40, 25)),))
    second = whatif_json(run_whatif(lake, BOOK, poorer, DAY, keep=False), kept=False)["schede"][0]
    assert second["punteggio"] < first["punteggio"]
