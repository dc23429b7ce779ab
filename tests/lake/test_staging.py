"""Several layers of one run appear together or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest
from tests.fixtures_territory import COVER, DEPTH, put_raster, put_table, small_lake

from trama.lake import Lake
from trama.lake.draft import not_written
from trama.lake.errors import NotWritten
from trama.lake.staging import StagedLake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return small_lake(tmp_path)


@pytest.fixture
def staged(lake: Lake, tmp_path: Path) -> StagedLake:
    return StagedLake(lake, tmp_path / "da parte")


def write_two(staged: StagedLake) -> None:
    put_raster(staged, "uso_suolo", np.flipud(COVER), cell_m=10, nodata=0)
    put_table(staged, "upa", "codice", [("9", "Una sola", (0, 0, 60, 40))])


def test_what_is_written_aside_is_not_seen(lake: Lake, staged: StagedLake) -> None:
    write_two(staged)
    assert [len(lake.history(layer)) for layer in ("uso_suolo", "upa")] == [1, 1]
    assert staged.version("uso_suolo").id == "v0001"
    assert len(staged.version("upa").table()) == 2


def test_publishing_gives_each_layer_its_next_version_whole(lake: Lake, staged: StagedLake) -> None:
    write_two(staged)
    made = staged.publish()
    assert {layer: version.id for layer, version in made.items()} == {"uso_suolo": "v0002", "upa": "v0002"}
    for version in made.values():
        version.verify()
    assert list(lake.version("upa").table()["nome"]) == ["Una sola"]
    assert lake.version("uso_suolo").rows == made["uso_suolo"].rows > 0


def test_the_same_data_do_not_become_a_second_version(lake: Lake, staged: StagedLake) -> None:
    put_raster(staged, "soggiacenza", DEPTH, cell_m=20, nodata=float("nan"))
    assert staged.publish()["soggiacenza"].id == "v0001"
    assert len(lake.history("soggiacenza")) == 1


def test_where_one_cannot_be_prepared_none_appears(lake: Lake, staged: StagedLake, monkeypatch) -> None:
    write_two(staged)
    prepare, done = Lake.draft, []

    def full_at_the_second(self, manifest, provenance):
        done.append(manifest.id)
        if len(done) == 2:
            raise not_written(manifest.id, lake.root, OSError(errno.ENOSPC, ""))
        return prepare(self, manifest, provenance)

    monkeypatch.setattr(Lake, "draft", full_at_the_second)
    with pytest.raises(NotWritten):
        staged.publish()
    assert [len(lake.history(layer)) for layer in ("uso_suolo", "upa")] == [1, 1]
    assert not list(lake.root.glob("*/.draft-*"))


def test_an_error_while_writing_leaves_nothing_to_publish(lake: Lake, staged: StagedLake) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        staged.draft(lake.version("upa").manifest, lake.version("upa").provenance),
    ):
        raise ZeroDivisionError
    assert staged.publish() == {}
