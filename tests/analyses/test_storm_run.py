"""STORM on the territory: figures by hand, exact sums, missing data apart, versions that follow the data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio

from tests.fixtures_territory import (
    COVER,
    DEPTH,
    GROUP,
    MADE_UP,
    put_raster,
    put_table,
    raster_manifest,
    small_lake,
)
from trama.analyses.storm import StormResult, run_storm, stale
from trama.analyses.storm.errors import (
    BadLambda,
    BadRain,
    MissingLayers,
    NoOverlap,
    UnknownClasses,
    UnknownProposal,
    UnknownScheme,
    WrongGrid,
)
from trama.analyses.storm.raster import run_raster
from trama.analyses.territory import grid
from trama.lake import Lake
from trama.norms import load_book
from trama.norms.errors import NotInForce

BOOK = load_book()
DAY = date(2026, 1, 15)
EXACT = pytest.approx


def run(lake: Lake, event_mm: float = 50.0, **asked: object) -> StormResult:
    return run_storm(lake, BOOK, day=DAY, event_mm=event_mm, **asked)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return small_lake(tmp_path)


def test_the_chief_town_comes_out_as_computed_by_hand(lake: Lake) -> None:
    """Hand computation, event 50 mm, lambda 0.2, proposal K2. Eight cells of 100 m2, soil B everywhere.

    Six cells 1111 (sealed 0.90, CN 95), two 1411 (sealed 0.12, CN 65). Water table 12 m above, 7 m below.

    I-dren  = (6 x 0.10 + 2 x 0.88) / 8 = 2.36 / 8 = 0.295
    K-dren  = 0.85 x (4 x 0.10 x 1 + 2 x 0.10 x 0.95 + 2 x 0.88 x 0.95) / 8
            = 0.85 x (0.40 + 0.19 + 1.672) / 8 = 0.2403375           class 4 (0.15-0.30, alta)
    CN 95: S = 13.36842, Ia = 2.67368, Q = 47.32632^2 / 60.69474 = 36.90238
    CN 65: S = 136.76923, Ia = 27.35385, Q = 22.64615^2 / 159.41538 = 3.21705
    runoff  = (6 x 36.90238 + 2 x 3.21705) / 8 = 28.48105 mm; x 800 m2 / 1000 = 22.78484 m3
    R = 1 - 28.48105 / 50 = 0.43038; kept = 40 - 22.78484 = 17.21516 m3
    """
    town = run(lake).comuni["015146"]
    assert town.superficie_m2 == 800
    assert town.idren == EXACT(0.295)
    assert town.kdren == EXACT(0.2403375)
    assert town.deflusso_mm == EXACT(28.48105, abs=1e-5)
    assert town.deflusso_m3 == EXACT(22.78484, abs=1e-5)
    assert town.ritenzione == EXACT(0.43038, abs=1e-5)
    assert town.volume_trattenuto_m3 == EXACT(17.21516, abs=1e-5)
    assert (town.classe, town.classe_nome) == (4, "alta")


def test_supply_is_five_times_the_retention_at_its_own_rain(lake: Lake) -> None:
    """Hand computation at 61.4 mm, comune 015002 (arable). Above, soil A: CN 67, S = 125.10448, Q = 8.19550;
    below, soil D: CN 89, S = 31.39326, Q = 35.11965; mean R = 1 - 21.65758 / 61.4 = 0.64727; x 5 = 3.23635.
    """
    quantity = run(lake, 20).comuni["015002"].offerta_eventi_estremi
    assert quantity == EXACT(_supply_by_hand(), abs=1e-12)
    assert quantity == EXACT(3.23635, abs=1e-5)


def _supply_by_hand() -> float:
    total = 0.0
    for cn in (67, 89):
        s = 25400 / cn - 254
        total += 1 - (61.4 - 0.2 * s) ** 2 / (61.4 + 0.8 * s) / 61.4
    return 5 * total / 2


def test_cells_without_data_are_left_out_and_told(lake: Lake) -> None:
    """Hand: of 015009's eight cells two lack land cover, and the two of water lack soil and water table.

    I-dren = (4 x 0.35 + 2 x 1) / 6 = 0.56667 on 6 of 8; K-dren = 0.35 x 0.70 x 0.20 = 0.049 on 4 of 8.
    """
    place = run(lake).comuni["015009"]
    assert place.idren == EXACT(3.4 / 6)
    assert place.kdren == EXACT(0.049)
    assert (place.copertura_idren, place.copertura_kdren, place.copertura_deflusso) == (0.75, 0.5, 0.5)
    assert place.superficie_m2 == 800


def test_a_comune_without_data_has_no_figures_not_zero(tmp_path: Path) -> None:
    cover = COVER.copy()
    cover[:, 4:] = 0
    lake = small_lake(tmp_path, cover)
    result = run(lake)
    empty = result.comuni["015009"]
    figures = (empty.idren, empty.kdren, empty.deflusso_mm, empty.deflusso_m3, empty.ritenzione, empty.classe)
    assert figures == (None,) * 6
    assert empty.copertura_idren == 0
    step = result.trace.root.find("comuni/015009/idren")
    assert step.value is None
    assert "nessuna cella" in step.note
    row = result.versions["storm_comuni"].table().set_index("istat").loc["015009"]
    assert row[["idren", "kdren", "deflusso_m3", "classe"]].isna().all()


@pytest.mark.parametrize("places", ["comuni", "upa", "zone"])
def test_the_parts_sum_to_the_whole(lake: Lake, places: str) -> None:
    result = run(lake)
    parts = getattr(result, places).values()
    for total in ("deflusso_m3", "volume_trattenuto_m3", "superficie_m2"):
        assert sum(getattr(part, total) for part in parts) == EXACT(
            getattr(result.territory, total), rel=1e-14
        )
    assert result.territory.superficie_m2 == COVER.size * 100


def test_zones_are_those_of_the_day_and_the_chief_town_stands_apart(lake: Lake) -> None:
    zones = run(lake).zone
    assert list(zones) == ["magentino_e_abbiatense", "nord_ovest", "capoluogo"]
    same = run(lake).comuni["015002"]
    assert zones["magentino_e_abbiatense"].deflusso_m3 == same.deflusso_m3


@pytest.mark.parametrize("strip", [1, 3, 4096])
def test_tiling_changes_no_digit(lake: Lake, monkeypatch: pytest.MonkeyPatch, strip: int) -> None:
    whole = run(lake)
    monkeypatch.setattr(grid, "STRIP_ROWS", strip)
    again = run(lake)
    assert again.to_json() == whole.to_json()
    assert again.trace_id == whole.trace_id


def test_figures_agree_with_arithmetic_cell_by_cell(tmp_path: Path) -> None:
    """Other computation: every cell on its own in plain Python, on a random territory with gaps."""
    rng = np.random.default_rng(7)
    codes = [0, *(int(code) for code in BOOK.value("sttm1/storm/suolo_dusaf", DAY).value)]
    lake = small_lake(tmp_path, rng.choice(np.array(codes, dtype=np.uint16), COVER.shape))
    with rasterio.open(lake.version("uso_suolo").raster) as source:
        cover = source.read(1)
    result = run(lake, 37.5)
    table = BOOK.value("sttm1/storm/suolo_dusaf", DAY).value
    for number, code in enumerate(["015146", "015002", "015009"]):
        runoff = []
        for row in range(4):
            for column in (2 * number, 2 * number + 1):
                group = GROUP[row // 2, column // 2]
                if cover[row, column] == 0 or group == 0:
                    continue
                cn = table[str(cover[row, column])][f"cn_{' abcd'[group]}"]
                s = 25400 / cn - 254
                runoff.append((37.5 - 0.2 * s) ** 2 / (37.5 + 0.8 * s) if 0.2 * s < 37.5 else 0.0)
        assert result.comuni[code].deflusso_mm == EXACT(np.mean(runoff), rel=1e-12)


def test_rasters_hold_the_value_of_each_cell(lake: Lake) -> None:
    versions = run(lake).versions
    grids = {}
    for name in ("idren", "kdren", "deflusso", "ritenzione", "offerta_eventi_estremi"):
        with rasterio.open(versions[name].raster) as source:
            grids[name] = source.read(1)
    assert grids["idren"][0, 0] == EXACT(0.1)
    assert grids["kdren"][3, 0] == EXACT(0.88 * 0.85 * 0.95)
    assert grids["deflusso"][0, 0] == EXACT(36.90238, abs=1e-4)
    assert grids["ritenzione"][0, 0] == EXACT(1 - 36.90238 / 50, abs=1e-6)
    assert np.isnan(grids["idren"][2, 4])
    assert np.isnan(grids["deflusso"][3, 4])  # water, but no soil group there
    assert grids["idren"][3, 4] == 1
    assert versions["idren"].rows == 22


def test_k1_weighs_grain_size_and_its_own_depth_bands(lake: Lake) -> None:
    """Hand, 015146 under K1: texture 1 above (1.0), 2 below (0.8); water table above 5 m everywhere (1.0).

    (4 x 0.10 + 0.8 x (2 x 0.10 + 2 x 0.88)) / 8 = (0.40 + 1.568) / 8 = 0.246
    """
    result = run(lake, kdren="K1")
    assert result.comuni["015146"].kdren == EXACT(0.246)
    assert result.versions["kdren"].provenance.asked["kdren"] == "k1"
    assert "tessitura" in result.versions["kdren"].provenance.inputs


def test_the_same_question_on_the_same_data_makes_no_new_version(lake: Lake) -> None:
    first, again = run(lake), run(lake)
    assert {name: v.id for name, v in again.versions.items()} == dict.fromkeys(first.versions, "v0001")
    assert again.trace_id == first.trace_id


def test_another_rain_remakes_only_what_depends_on_it(lake: Lake) -> None:
    run(lake)
    versions = {name: version.id for name, version in run(lake, 80).versions.items()}
    assert {name for name, number in versions.items() if number == "v0001"} == {
        "idren",
        "kdren",
        "offerta_eventi_estremi",
    }
    assert versions["deflusso"] == versions["storm_comuni"] == "v0002"


def test_when_the_land_cover_changes_storm_says_what_is_stale_and_then_follows(lake: Lake) -> None:
    before = run(lake)
    assert stale(lake) == []
    put_raster(lake, "uso_suolo", np.where(COVER == 1111, 1411, COVER).astype(np.uint16), cell_m=10, nodata=0)
    told = {each.layer: each.superseded for each in stale(lake)}
    assert told["idren"] == {"uso_suolo": ("v0001", "v0002")}
    assert set(told) == set(before.versions)
    after = run(lake)
    assert stale(lake) == []
    assert after.versions["idren"].id == "v0002"
    assert after.versions["idren"].provenance.inputs == {"uso_suolo": "v0002"}
    assert after.comuni["015146"].idren == EXACT(0.88)
    old = lake.traces.load(before.trace_id)
    assert old.root.find("comuni/015146/idren").value == EXACT(0.295)


def test_what_is_made_from_invented_data_says_so(lake: Lake) -> None:
    assert all(version.synthetic for version in run(lake).versions.values())


def test_the_trace_holds_every_figure_with_its_reasons(lake: Lake) -> None:
    result = run(lake)
    trace = lake.traces.load(result.trace_id)
    for code, figures in result.comuni.items():
        for name in ("idren", "kdren", "deflusso_mm", "deflusso_m3", "ritenzione", "classe"):
            assert trace.root.find(f"comuni/{code}/{name}").value == getattr(figures, name)
    step = trace.root.find("comuni/015146/idren")
    assert step.find("superficie_drenante").value == EXACT(236)
    assert [child.key for child in step.find("superficie_drenante").inputs] == ["1111", "1411"]
    rows = next(use for use in step.parameters if use.path == "sttm1/storm/suolo_dusaf")
    assert rows.value == {"1111": {"sealed_share": 0.9}, "1411": {"sealed_share": 0.12}}
    assert {use.layer for use in step.layers} == {"uso_suolo", "comuni"}
    assert result.versions["storm_comuni"].provenance.trace == result.trace_id
    zone = trace.root.find("zone/nord_ovest")
    assert zone.parameters[0].value == ["015009"]


def test_the_breakdowns_of_a_figure_sum_to_it(lake: Lake) -> None:
    root = run(lake).trace.root
    step = root.find("comuni/015146/kdren")
    by_soil, by_depth = step.find("suolo"), step.find("falda")
    assert by_soil.value == by_depth.value == EXACT(236)
    assert sum(child.value for child in by_depth.inputs) == EXACT(by_depth.value)


def test_a_ratio_given_by_a_person_is_declared_and_not_taken_for_a_norm(lake: Lake) -> None:
    result = run(lake, lambda_=0.05)
    assert "sttm1/storm/lambda" not in {use.path for use in result.trace.parameters()}
    assert result.trace.root.find("comuni/015146/deflusso_mm/lambda").source == "dichiarato"
    assert result.comuni["015146"].deflusso_mm > run(lake).comuni["015146"].deflusso_mm


def test_more_rain_never_means_less_runoff_anywhere(lake: Lake) -> None:
    events = [run(lake, rain) for rain in (5, 15, 61.4, 100)]
    for code in events[0].comuni:
        depths = [event.comuni[code].deflusso_mm for event in events]
        assert depths == sorted(depths)


@pytest.mark.parametrize("rain", [0.0, -5.0, float("nan"), float("inf"), 1e9])
def test_a_rain_that_cannot_fall_is_refused_and_nothing_is_written(lake: Lake, rain: float) -> None:
    layers = lake.layers()
    with pytest.raises(BadRain, match="indicare un'altezza in millimetri"):
        run(lake, rain)
    assert lake.layers() == layers


@pytest.mark.parametrize("ratio", [-0.1, 1.2, float("nan")])
def test_a_ratio_that_is_no_share_is_refused(lake: Lake, ratio: float) -> None:
    with pytest.raises(BadLambda, match="tra 0 e 1"):
        run(lake, lambda_=ratio)


def test_k3_says_which_layer_it_would_need(lake: Lake) -> None:
    with pytest.raises(UnknownProposal, match="conducibilità"):
        run(lake, kdren="k3")


def test_an_unknown_scheme_lists_the_known_ones(lake: Lake) -> None:
    with pytest.raises(UnknownScheme, match="clc, dusaf, lcz5_milano, urban_atlas"):
        run(lake, scheme="corine")


def test_missing_layers_are_all_named_with_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(
        MissingLayers, match=r"«uso_suolo», «gruppo_idrologico».*trama demo build.*trama layers add"
    ):
        run(Lake(tmp_path / "lake"))


def test_a_day_before_the_norms_says_from_when_they_hold(lake: Lake) -> None:
    with pytest.raises(NotInForce, match="vale dal 2024-02-28"):
        run_storm(lake, BOOK, day=date(2024, 2, 27), event_mm=15)
    assert run_storm(lake, BOOK, day=date(2024, 2, 28), event_mm=15).day == date(2024, 2, 28)


def test_unknown_codes_are_named_with_their_cells_and_nothing_is_written(tmp_path: Path) -> None:
    cover = COVER.copy()
    cover[0, :2] = 9999
    cover[1, 0] = 77
    lake = small_lake(tmp_path, cover)
    layers = lake.layers()
    with pytest.raises(UnknownClasses, match=r"9999 \(2 celle\), 77 \(1 celle\)"):
        run(lake)
    assert lake.layers() == layers


def test_a_soil_group_outside_the_four_is_named(lake: Lake) -> None:
    put_raster(lake, "gruppo_idrologico", np.array([[2, 7, 3], [2, 4, 0]], np.uint8), cell_m=20, nodata=0)
    with pytest.raises(UnknownClasses, match=r"gruppo_idrologico.*7 \(1 celle\)"):
        run(lake)


def test_a_grid_in_another_system_is_refused(lake: Lake) -> None:
    from dataclasses import replace

    from affine import Affine

    with lake.draft(replace(raster_manifest("soggiacenza"), crs=3003), MADE_UP) as draft:
        draft.write_raster(DEPTH, Affine(20, 0, 1_500_000, 0, -20, 5_030_040), nodata=float("nan"))
    with pytest.raises(WrongGrid, match="EPSG:32632"):
        run(lake)


def test_land_cover_away_from_the_comuni_is_refused(lake: Lake) -> None:
    put_table(lake, "comuni", "istat", [("015146", "Altrove", (9000, 9000, 9100, 9100))])
    with pytest.raises(NoOverlap, match="controllare che il livello copra il territorio"):
        run(lake)


def test_a_coarse_grid_that_ends_early_leaves_its_cells_missing(lake: Lake) -> None:
    put_raster(lake, "gruppo_idrologico", GROUP[:1, :2], cell_m=20, nodata=0)
    result = run(lake)
    assert result.comuni["015146"].copertura_deflusso == 0.5
    assert result.comuni["015009"].deflusso_mm is None


def test_progress_ends_at_the_end(lake: Lake) -> None:
    told: list[tuple[int, int]] = []
    run(lake, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == len(told)


def test_a_map_of_five_climate_classes_runs_with_its_own_table(tmp_path: Path) -> None:
    lake = small_lake(tmp_path, (np.arange(COVER.size).reshape(COVER.shape) % 5 + 1).astype(np.uint16))
    result = run(lake, scheme="lcz5_milano")
    assert result.versions["idren"].provenance.asked == {"classificazione": "lcz5_milano"}
    assert 0 < result.territory.idren < 1


def test_the_run_on_the_lake_and_the_run_on_files_agree(lake: Lake, tmp_path: Path) -> None:
    """Other path to the same figures: `run_raster`, which InVEST's results are compared with."""
    table = BOOK.value("sttm1/storm/suolo_dusaf", DAY).value
    lines = ["lucode,CN_A,CN_B,CN_C,CN_D"]
    lines += [",".join([code, *(str(row[f"cn_{group}"]) for group in "abcd")]) for code, row in table.items()]
    (tmp_path / "table.csv").write_text("\n".join(lines))
    lake.version("comuni").table().to_file(tmp_path / "comuni.gpkg")
    cover, soils = (lake.version(layer).raster for layer in ("uso_suolo", "gruppo_idrologico"))
    on_files = run_raster(
        cover, soils, tmp_path / "table.csv", 50.0, tmp_path / "comuni.gpkg", tmp_path / "out", lambda_=0.2
    )
    on_the_lake = run(lake).comuni
    for zone in on_files.zones:
        place = on_the_lake[zone["istat"]]
        assert zone["runoff_mm_mean"] == EXACT(place.deflusso_mm, abs=1e-5)
        assert zone["retention_m3"] == EXACT(place.volume_trattenuto_m3, rel=1e-6)
        assert zone["valid_area_share"] == EXACT(place.copertura_deflusso)
