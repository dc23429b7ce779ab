"""Files cut short, missing or changed by hand: each is said in a sentence, none is taken for data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from trama.kernel.errors import Unavailable
from trama.kernel.trace import Node, Trace
from trama.lake import Lake
from trama.lake.errors import DamagedTrace, DamagedVersion


@pytest.fixture
def kept(lake: Lake) -> Path:
    trace = Trace("prova", date(2026, 1, 15), Node("v", "Valore", 1.5), "trama")
    lake.traces.save(trace)
    return next(lake.traces.root.rglob("*.json"))


@pytest.mark.parametrize("damage", [b"", b"PAR1 and then nothing", None])
def test_a_table_cut_short_or_missing_is_a_damaged_version(areas, squares, put_table, damage) -> None:
    version = put_table(areas, squares())
    if damage is None:
        version.data.unlink()
    else:
        version.data.write_bytes(damage)
    with pytest.raises(DamagedVersion):
        version.table()
    with pytest.raises(DamagedVersion):
        version.features(["codice"], (0, 0, 1e7, 1e7))


def test_a_missing_raster_is_a_damaged_version(cover, put_raster) -> None:
    version = put_raster(cover, [[1, 2], [3, 4]])
    version.data.unlink()
    with pytest.raises(DamagedVersion):
        _ = version.raster


def test_a_record_with_a_box_of_five_edges_is_a_damaged_version(lake, areas, squares, put_table) -> None:
    record = put_table(areas, squares()).folder / "version.json"
    body = json.loads(record.read_text())
    record.write_text(json.dumps({**body, "bbox": [1, *body["bbox"]]}))
    with pytest.raises(DamagedVersion):
        lake.version("upa")


def test_a_trace_changed_after_the_run_is_refused(lake: Lake, kept: Path) -> None:
    kept.write_text(kept.read_text().replace("1.5", "9.5"))
    with pytest.raises(DamagedTrace):
        lake.traces.load(kept.stem)


def test_a_trace_cut_short_is_refused(lake: Lake, kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:40])
    with pytest.raises(DamagedTrace):
        lake.traces.load(kept.stem)


def test_an_installation_that_is_a_file_cannot_keep_a_trace_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder")
    trace = Trace("prova", date(2026, 1, 15), Node("v", "Valore", 1.5), "trama")
    with pytest.raises(Unavailable, match="TRAMA_HOME"):
        Lake(tmp_path / "var" / "lake").traces.save(trace)
