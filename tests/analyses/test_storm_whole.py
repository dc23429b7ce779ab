"""A run of STORM leaves all its layers or none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.fixtures_territory import small_lake
from trama.analyses.storm import run_storm_whole
from trama.lake.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)


def made(lake: Lake) -> dict[str, str]:
    return {layer: lake.version(layer).id for layer in lake.layers()}


def test_what_fails_in_the_middle_leaves_every_layer_of_the_event_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, book = small_lake(tmp_path), load_book()
    run_storm_whole(lake, book, day=DAY, event_mm=50.0)
    before = made(lake)
    kept = Lake.draft

    def full_disk(self: Lake, manifest, provenance):
        if manifest.id == "storm_comuni":
            raise OSError(28, "No space left on device")
        return kept(self, manifest, provenance)

    monkeypatch.setattr(Lake, "draft", full_disk)
    with pytest.raises(OSError, match="No space left"):
        run_storm_whole(lake, book, day=DAY, event_mm=80.0)
    monkeypatch.undo()
    assert made(lake) == before
    assert list((tmp_path / "in-corso").iterdir()) == []


def test_the_result_names_the_versions_of_the_lake_itself(tmp_path: Path) -> None:
    lake, book = small_lake(tmp_path), load_book()
    run_storm_whole(lake, book, day=DAY, event_mm=50.0)
    result = run_storm_whole(lake, book, day=DAY, event_mm=80.0)
    assert {layer: version.id for layer, version in result.versions.items()} == {
        layer: lake.version(layer).id for layer in result.versions
    }
    assert lake.version("deflusso").id == "v0002"
    assert lake.version("idren").id == "v0001"
