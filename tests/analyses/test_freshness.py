"""Which computed layers are to be computed again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from tests.fixtures_heat import put_observed, put_people
from tests.fixtures_territory import COVER, put_raster, small_lake
from trama.analyses.freshness import AWAITED, NONE, stale, superseded
from trama.analyses.storm import run_storm
from trama.analyses.storm.events import events_mm
from trama.analyses.warm import run_warm
from trama.analyses.warm.ground import OBSERVED
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)


def test_an_awaited_input_that_came_after_is_told_and_one_left_aside_is_not(tmp_path: Path) -> None:
    lake: Lake = small_lake(tmp_path)
    run_warm(lake, load_book(), day=DAY)
    assert stale(lake) == []
    put_people(lake)
    assert {one.layer for one in stale(lake)} == {"warm_comuni", "warm_upa", "warm_zone"}
    assert superseded(lake, lake.version("warm_upa")) == {"popolazione_eta": (NONE, "v0001")}
    put_observed(lake)
    assert {one.layer for one in stale(lake)} == {layer for layer, on in AWAITED.items() if OBSERVED in on}
    run_warm(lake, load_book(), day=DAY, source="modello")
    assert stale(lake) == []


def test_what_was_read_and_what_was_awaited_are_told_together(tmp_path: Path) -> None:
    lake: Lake = small_lake(tmp_path)
    put_people(lake)
    run_warm(lake, load_book(), day=DAY)
    put_observed(lake)
    put_raster(lake, "uso_suolo", np.where(COVER == 1111, 1411, COVER).astype(np.uint16), cell_m=10, nodata=0)
    told = {one.layer: one.superseded for one in stale(lake)}
    assert told["warm_comuni"] == {
        "uso_suolo": ("v0001", "v0002"),
        "temperatura_notte_osservata": (NONE, "v0001"),
    }
    assert told["raffrescamento"] == {"uso_suolo": ("v0001", "v0002")}


def test_data_put_back_as_they_were_make_nothing_old(tmp_path: Path) -> None:
    lake: Lake = small_lake(tmp_path)
    run_storm(lake, load_book(), day=DAY, event_mm=61.4)
    put_raster(lake, "uso_suolo", np.where(COVER == 1111, 1411, COVER).astype(np.uint16), cell_m=10, nodata=0)
    assert {one.layer for one in stale(lake)} >= {"idren", "storm_comuni"}
    put_raster(lake, "uso_suolo", COVER, cell_m=10, nodata=0)
    assert lake.version("uso_suolo").id == "v0003"
    assert stale(lake) == []


def test_the_events_are_told_once_each_from_the_latest(tmp_path: Path) -> None:
    lake: Lake = small_lake(tmp_path)
    assert events_mm(lake) == []
    first = run_storm(lake, load_book(), day=DAY, event_mm=61.4).versions["storm_upa"]
    run_storm(lake, load_book(), day=DAY, event_mm=50)
    again = run_storm(lake, load_book(), day=DAY, event_mm=61.4).versions["storm_upa"]
    assert events_mm(lake) == [61.4, 50.0]
    assert (first.id, again.id) == ("v0001", "v0003")
    assert first.sha256 == again.sha256  # so that what rests on the first is as good again
