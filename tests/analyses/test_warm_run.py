"""WARM on the territory: figures by hand, both sources, people conserved, missing data apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio

from tests.fixtures_heat import OBSERVED, PEOPLE, put_observed, put_people, warm_lake
from tests.fixtures_territory import COVER, small_lake
from trama.analyses.territory import grid
from trama.analyses.territory.errors import MissingLayers, UnknownClasses
from trama.analyses.warm import WarmResult, fields, run_warm, run_warm_whole, stale
from trama.analyses.warm.errors import (
    BadHeatIsland,
    BadTemperature,
    NoObservation,
    NoObservedCells,
    NoReference,
    NotForObserved,
)
from trama.engines.heat import HeatModel
from trama.lake import Lake
from trama.norms import load_book
from trama.norms.errors import NotInForce

BOOK = load_book()
DAY = date(2026, 1, 15)
EXACT = pytest.approx
LAYERS = {
    *("temperatura_notte", "anomalia_notte", "raffrescamento", "offerta_microclima", "zone_temperatura"),
    *("warm_comuni", "warm_upa", "warm_zone"),
}


def run(lake: Lake, **asked: object) -> WarmResult:
    return run_warm(lake, BOOK, day=DAY, **asked)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return warm_lake(tmp_path)


@pytest.fixture
def observed(lake: Lake) -> Lake:
    put_observed(lake)
    return lake


def cells(result: WarmResult, layer: str) -> np.ndarray:
    with rasterio.open(result.versions[layer].raster) as source:
        return source.read(1)


def test_an_observed_night_comes_out_as_computed_by_hand(observed: Lake) -> None:
    """Hand computation, chief town: six cells 1111, two 1411 (park: anomaly 0).

    Reference: mean of the green cells of the comuni, two of park at 28 and eight of arable, four at 26 and
    four at 25: (56 + 104 + 100) / 10 = 26. Temperatures 30 30 30 31 30 32 28 28: mean 29.875.
    Anomalies 4 4 4 5 4 6 0 0: mean 27 / 8 = 3.375, class 5 of the observed ladder (> 3).
    CC by day: 1111: 0.6·0.08 + 0.2·0.16 + 0.2·0.15 = 0.11; 1411: 0.27 + 0.036 + 0.18 = 0.486.
    Mean (6·0.11 + 2·0.486) / 8 = 0.204; supply 5 · 0.204 / 0.78 = 1.3076923.
    """
    result = run(observed)
    town = result.comuni["015146"]
    assert result.t_ref == EXACT(26)
    assert (town.superficie_m2, town.fonte_temperatura) == (800, "osservata")
    assert town.t_notte == EXACT(29.875)
    assert town.anomalia == EXACT(3.375)
    assert (town.classe, town.classe_nome) == (5, "molto alta")
    assert town.raffrescamento == EXACT(0.204)
    assert town.offerta_microclima == EXACT(5 * 0.204 / 0.78)
    assert result.uhi_max is None


def test_people_are_counted_in_the_band_of_their_cell(observed: Lake) -> None:
    """Hand computation: people of the chief town live on its six cells 1111, of equal weight, not in the
    park; anomalies there are 4 4 4 5 4 6, all above 3: band 5. Sensitive 30 + 35 = 65, all above 2 °C.

    015009: four cells 1121 at 28 28 28 27: anomalies 2 2 2 1, bands 3 3 3 2 (above 1 and above 0; 2 is not
    above 2). Children 4: three in band 3, one in band 2; nobody above 2 °C. Mean lived anomaly 7/4.
    """
    town, east = (run(observed).comuni[code] for code in ("015146", "015009"))
    assert town.esposti["bambini"] == {"1": 0, "2": 0, "3": 0, "4": 0, "5": EXACT(30)}
    assert town.esposti["anziani"]["5"] == EXACT(35)
    assert (town.sensibili, town.sensibili_oltre_2) == (EXACT(65), EXACT(65))
    assert town.quota_sensibili_oltre_2 == EXACT(65 / 215)
    assert town.anomalia_abitata == EXACT(27 / 6)
    assert east.esposti["bambini"] == {"1": 0, "2": EXACT(1), "3": EXACT(3), "4": 0, "5": 0}
    assert east.sensibili_oltre_2 == 0
    assert east.anomalia_abitata == EXACT(7 / 4)


def test_the_units_share_the_people_of_a_comune_by_their_cells(observed: Lake) -> None:
    """Hand: UPA 2a has four of the chief town's six residential cells, and all those of 015009."""
    upper, lower = (run(observed).upa[code] for code in ("2a", "4a"))
    assert upper.residenti == EXACT(215 * 4 / 6 + 24)
    assert lower.residenti == EXACT(215 * 2 / 6)


def test_where_nobody_can_be_placed_people_are_missing_not_zero(observed: Lake) -> None:
    """015002 is all arable: it has residents, and no residential cell to put them in."""
    result = run(observed)
    place = result.comuni["015002"]
    assert (place.residenti, place.sensibili, place.esposti, place.anomalia_abitata) == (None,) * 4
    assert place.copertura_residenti == 0
    assert result.trace.root.find("comuni/015002/residenti").value is None
    row = result.versions["warm_comuni"].table().set_index("istat").loc["015002"]
    assert row[["residenti", "bambini_fascia_5", "sensibili_oltre_2"]].isna().all()
    assert result.territory.copertura_residenti == EXACT(2 / 3)
    assert result.territory.residenti == EXACT(215 + 24)


def test_without_the_layer_of_people_the_heat_is_told_all_the_same(tmp_path: Path) -> None:
    place = run(small_lake(tmp_path)).comuni["015146"]
    assert place.residenti is None
    assert place.anomalia is not None


@pytest.mark.parametrize("source", ["modello", "osservata"])
def test_people_are_conserved_by_age_in_every_comune(lake: Lake, source: str) -> None:
    """Invariant, also where part of the homes has no temperature: bands and unknown sum to the residents."""
    gone = OBSERVED.copy()
    gone[0, 0] = np.nan
    put_observed(lake, gone)
    result = run(lake, source=source)
    for code in ("015146", "015009"):
        place = result.comuni[code]
        for key, ages in {"bambini": (0, 9), "adulti": (10, 69), "anziani": (70, 200)}.items():
            residents = sum(n for age, n in PEOPLE[code].items() if ages[0] <= age <= ages[1])
            unknown = residents / 6 if (source, code) == ("osservata", "015146") else 0
            assert sum(place.esposti[key].values()) == EXACT(residents - unknown, rel=1e-12)
        total = sum(PEOPLE[code].values())
        told = sum(sum(bands.values()) for bands in place.esposti.values()) + place.esposti_senza_dato
        assert told == EXACT(total, rel=1e-12)


def test_cells_without_temperature_are_left_out_and_told(observed: Lake) -> None:
    """Hand: of 015009's eight cells two have no observation; the others 28 28 28 27 27 27, mean 27.5."""
    place = run(observed).comuni["015009"]
    assert place.t_notte == EXACT(27.5)
    assert place.copertura_temperatura == 0.75


def test_the_model_is_invest_s_night_on_the_classes_of_the_norms(lake: Lake) -> None:
    """Other computation: the engine on the array of 1 - building intensity, water at half scale."""
    result = run(lake)
    intensity = {1111: 0.67, 1411: 0.01, 2111: 0.0, 1121: 0.23, 511: 0.0}
    capacity = np.array([[1 - intensity.get(int(code), np.nan) for code in row] for row in COVER])
    green = np.isin(COVER, [1411, 2111])
    expected = HeatModel(10, 450, 20_000, 500, 19.7, 4).window(capacity, green).temperature
    np.testing.assert_allclose(cells(result, "temperatura_notte"), expected, atol=1e-6)
    assert (result.t_ref, result.uhi_max) == (19.7, 4)
    assert result.comuni["015146"].fonte_temperatura == "modello"
    anomaly = np.where(COVER == 1411, 0, expected - 19.7)
    np.testing.assert_allclose(cells(result, "anomalia_notte"), anomaly, atol=2e-6)


def test_standing_water_is_warm_by_night_and_running_water_is_not() -> None:
    """Città metropolitana: lakes are not cool at night. The half-way value is a working one."""
    table = BOOK.value("sttm1/warm/calore_dusaf", DAY).value
    lakes = [table[code]["building_intensity"] for code in ("5121", "5122", "5123")]
    assert lakes == [0.5] * 3
    assert table["511"]["building_intensity"] == 0
    assert [table[code]["green_area"] for code in ("511", "5121")] == [0, 0]


def test_a_reference_and_a_heat_island_given_by_hand_move_the_answer(lake: Lake) -> None:
    cool, hot = run(lake, t_ref=20, uhi_max=2), run(lake, t_ref=22, uhi_max=4)
    assert hot.t_ref == 22
    town = "015146"
    assert hot.comuni[town].anomalia == EXACT(2 * cool.comuni[town].anomalia, rel=1e-4)
    step = hot.trace.root.find(f"comuni/{town}/anomalia/temperatura_riferimento")
    assert (step.value, step.source, step.parameters) == (22, "dichiarato", ())


@pytest.mark.parametrize("places", ["comuni", "upa", "zone"])
def test_the_parts_sum_to_the_whole(observed: Lake, places: str) -> None:
    result = run(observed)
    parts, whole = getattr(result, places).values(), result.territory
    for total in ("superficie_m2", "residenti", "sensibili_oltre_2"):
        assert sum(getattr(part, total) or 0 for part in parts) == EXACT(getattr(whole, total), rel=1e-12)
    known = [part.superficie_m2 * part.copertura_temperatura for part in parts]
    heat = sum(area * part.anomalia for area, part in zip(known, parts, strict=True))
    assert heat / sum(known) == EXACT(whole.anomalia, rel=1e-12)


@pytest.mark.parametrize(("strip", "tile"), [(1, 2), (3, 5), (4096, 4096)])
def test_cutting_the_grid_changes_no_figure(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, strip: int, tile: int
) -> None:
    whole = run(lake).comuni
    monkeypatch.setattr(grid, "STRIP_ROWS", strip)
    monkeypatch.setattr(fields, "TILE_CELLS", tile)
    again = run(lake).comuni
    for key, place in whole.items():
        assert again[key].anomalia == EXACT(place.anomalia, abs=1e-6)
        assert again[key].residenti == (None if place.residenti is None else EXACT(place.residenti))


def test_zones_follow_the_histogram_and_cover_the_known_cells(observed: Lake) -> None:
    """Hand: six temperatures 25 26 27 28 30 and 31-32. Five zones at most; two cells have no temperature."""
    result = run(observed)
    zones = cells(result, "zone_temperatura")
    assert (zones == 0).sum() == 2
    assert sum(zone.cells for zone in result.zones) == 22
    assert result.zones[0].low == 25
    assert result.zones[-1].high == 32
    for before, after in zip(result.zones, result.zones[1:], strict=False):
        assert before.high == after.low


def test_every_layer_is_made_with_its_reasons(observed: Lake) -> None:
    result = run(observed)
    assert set(result.versions) == LAYERS
    for layer, version in result.versions.items():
        trace = observed.traces.load(version.provenance.trace)
        read = {use.layer for use in trace.layers()}
        assert read, layer
        assert version.synthetic
        by_night = layer.startswith(("warm", "temperatura", "anomalia", "zone"))
        assert ("temperatura_notte_osservata" in version.provenance.inputs) == by_night, layer
    step = result.trace.root.find("comuni/015146/classe")
    assert step.value == 5
    assert not step.status.official
    assert result.trace.root.find("comuni/015146/esposti/bambini/5").value == EXACT(30)


def test_the_cooling_stays_the_same_version_when_the_reference_changes(lake: Lake) -> None:
    one, other = run(lake), run(lake, t_ref=22)
    assert other.versions["raffrescamento"].id == one.versions["raffrescamento"].id
    assert other.versions["anomalia_notte"].id != one.versions["anomalia_notte"].id


def test_new_land_cover_and_a_new_observation_make_the_layers_old(lake: Lake) -> None:
    run(lake)
    assert stale(lake) == []
    put_observed(lake)
    old = {one.layer: one.superseded for one in stale(lake)}
    assert old["warm_comuni"]["temperatura_notte_osservata"][1] == "v0001"
    assert "raffrescamento" not in old
    run(lake, source="modello", t_ref=21)
    assert stale(lake) == []
    run(lake)
    other = COVER.copy()
    other[0, 0] = 1121
    small_lake(lake.root.parent, other)
    assert {one.layer for one in stale(lake)} >= {"raffrescamento", "anomalia_notte", "warm_upa"}


def test_a_whole_run_publishes_every_layer_or_none(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise OSError("disco pieno")

    monkeypatch.setattr("trama.analyses.warm.outputs.Writing.tables", failing)
    with pytest.raises(OSError, match="disco pieno"):
        run_warm_whole(lake, BOOK, day=DAY)
    assert not LAYERS & set(lake.layers())
    monkeypatch.undo()
    assert set(run_warm_whole(lake, BOOK, day=DAY).versions) == LAYERS
    assert set(lake.layers()) >= LAYERS


def test_an_observation_on_coarser_cells_gives_each_cell_the_value_under_its_centre(lake: Lake) -> None:
    put_observed(lake, np.array([[30.0, 20.0, 25.0], [28.0, 20.0, 25.0]], dtype=np.float32), cell_m=20)
    found = cells(run(lake, t_ref=20), "temperatura_notte")
    assert found[0].tolist() == [30, 30, 20, 20, 25, 25]
    assert found[3].tolist() == [28, 28, 20, 20, 25, 25]


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"t_ref": 295.0}, BadTemperature, "sembrano kelvin. Sono 21,9"),
        ({"t_ref": float("nan")}, BadTemperature, "gradi Celsius tra -40 e 60"),
        ({"uhi_max": 0}, BadHeatIsland, "tra 0"),
        ({"uhi_max": 50}, BadHeatIsland, "50"),
        ({"source": "osservata"}, NoObservation, "trama layers add"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    lake: Lake, asked: dict[str, float], error: type[Exception], says: str
) -> None:
    before = lake.layers()
    with pytest.raises(error, match=says):
        run(lake, **asked)
    assert lake.layers() == before


def test_a_heat_island_given_with_an_observation_is_refused(observed: Lake) -> None:
    with pytest.raises(NotForObserved, match="--fonte modello"):
        run(observed, uhi_max=3)
    assert run(observed, uhi_max=3, source="modello").source == "modello"


def test_an_observation_elsewhere_or_without_green_cells_is_refused(lake: Lake) -> None:
    put_observed(lake, np.full((4, 6), np.nan, dtype=np.float32) + np.eye(4, 6) * np.nan)
    with pytest.raises(NoObservedCells, match="alcun valore"):
        run(lake)
    only_built = np.where(np.isin(COVER, [1111, 1121]), OBSERVED, np.nan).astype(np.float32)
    put_observed(lake, only_built)
    with pytest.raises(NoReference, match="--t-ref"):
        run(lake)
    assert run(lake, t_ref=25).comuni["015146"].t_notte == EXACT(183 / 6)


def test_missing_layers_and_unknown_codes_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingLayers, match="WARM ha bisogno"):
        run(Lake(tmp_path / "lake"))
    strange = COVER.copy()
    strange[0, 0] = 9999
    with pytest.raises(UnknownClasses, match="9999"):
        run(warm_lake(tmp_path, strange))


def test_before_the_strategies_no_norm_is_in_force(lake: Lake) -> None:
    with pytest.raises(NotInForce):
        run_warm(lake, BOOK, day=date(2024, 2, 27))


def test_the_oldest_age_counts_and_an_age_without_rows_has_nobody(lake: Lake) -> None:
    put_people(lake, {"015146": {100: 40}})
    place = run(lake).comuni["015146"]
    assert (place.sensibili, place.residenti) == (EXACT(40), EXACT(40))
    assert run(lake).comuni["015009"].residenti is None
