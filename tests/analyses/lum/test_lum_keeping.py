"""The atlas follows what people said, whoever said it and whatever was cut short (tests/fixtures_lum.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from tests.fixtures_lum import FS, LEVANTE, MEZZO, MIDDLE, STOPS, at, lum_lake, put, stop
from trama.analyses.freshness import superseded
from trama.analyses.lum import run, run_atlas_whole
from trama.analyses.lum.answer import Book
from trama.analyses.lum.outputs import ATLAS, CIRCLES, Rows
from trama.analyses.lum.run import behind
from trama.analyses.lum.survey import (
    PERIMETERS,
    Redrawn,
    Reply,
    publish_perimeters,
    read_perimeters,
    replies_written,
)
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
BOOK = load_book()
WHO = {"chi": "A", "ente": "B", "accolto_da": "C", "accolto_il": "2026-02-01", "proposta": "p",
       "atto": "Delibera 1", "data_atto": "2026-01-20"}  # fmt: skip


def box(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    one, other = at(west, south), at(east, north)
    return shapely.box(one.x, one.y, other.x, other.y)


def mezzo(**more: Any) -> Redrawn:
    told = {"fermate": "m1", "dove": "501700.0 5031000.0", **more}
    return Redrawn(
        MEZZO, "Mezzo Centro", MIDDLE, "Comune di mezzo", **WHO, shape=box(1300, 700, 2100, 1040), **told
    )


def levante() -> Redrawn:
    return Redrawn(
        FS, "Levante FS", LEVANTE, "Comune di levante", **WHO, shape=box(2900, 900, 3200, 1100), fermate="f1"
    )


def accept(lake: Lake, *rows: Redrawn) -> None:
    publish_perimeters(lake, BOOK, rows, DAY, who="C")


def say(lake: Lake, *answers: tuple[str, str]) -> None:
    rows = [Reply(MEZZO, question, said, "", "A", "B", "2026-01-10") for question, said in answers]
    with replies_written(lake, BOOK, rows, DAY, who="A"):
        pass


def with_twin(*, own: bool = True) -> list[dict[str, Any]]:
    """The stops, and another of the same name 350 m east, in the same perimeter, first by its id."""
    kept = [one for one in STOPS if own or one["id"] != "m1"]
    return [stop("a0", "Mezzo Centro", 2050, 1000, "metro", MIDDLE, linee="M9"), *kept]


def test_an_accepted_perimeter_prevails_and_only_its_lum_is_looked_at_again(tmp_path: Path) -> None:
    lake = lum_lake(tmp_path)
    first = run_atlas_whole(lake, BOOK, day=DAY)
    before = Book.open(lake)
    accept(lake, mezzo())
    assert superseded(lake, lake.version("lum")) == {"lum_perimetri_comunali": ("nessuna", "v0001")}
    again = run_atlas_whole(lake, BOOK, day=date(2026, 2, 2), changed_only=True)
    assert [lum.code for lum in again.assessed] == [MEZZO]
    after = Book.open(lake)
    assert after.row(MEZZO)["area_m2"] == pytest.approx(800 * 340)
    assert after.row(MEZZO)["area_cerchio_m2"] == before.row(MEZZO)["area_cerchio_m2"]
    assert after.row(FS) == before.row(FS)
    assert superseded(lake, lake.version("lum")) == {}
    assert len(first.assessed) == 2


def test_a_perimeter_left_behind_by_an_update_that_died_is_in_the_next_atlas(tmp_path: Path) -> None:
    """One was accepted and its update never ran; the update after another acceptance has both."""
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    accept(lake, mezzo())
    accept(lake, mezzo(), levante())
    run_atlas_whole(lake, BOOK, day=DAY, changed_only=True)
    assert {row["codice"]: row["perimetro"] for row in Book.open(lake).rows.lum} == {
        MEZZO: "comune",
        FS: "comune",
    }


def test_a_perimeter_accepted_while_the_atlas_is_made_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    look, accepted = run.look_at, []

    def look_at(*given: Any) -> Any:
        if not accepted:
            accepted.append(accept(lake, mezzo()))
            run_atlas_whole(lake, BOOK, day=DAY, changed_only=True)  # as the office's page does
        return look(*given)

    monkeypatch.setattr(run, "look_at", look_at)
    run_atlas_whole(lake, BOOK, day=DAY)
    assert Book.open(lake).row(MEZZO)["perimetro"] == "comune"
    assert not behind(lake)
    assert lake.version("lum").provenance.inputs[PERIMETERS] == "v0001"


def test_where_the_stops_changed_every_lum_is_looked_at(tmp_path: Path) -> None:
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    put(lake, "fermate", STOPS[:-1])
    assert len(run_atlas_whole(lake, BOOK, day=DAY, changed_only=True).assessed) == 2


def test_where_the_program_changed_every_lum_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    assert run_atlas_whole(lake, BOOK, day=DAY, changed_only=True).assessed == ()
    monkeypatch.setattr("trama.analyses.lum.keeping.__version__", "99.0")
    assert len(run_atlas_whole(lake, BOOK, day=DAY, changed_only=True).assessed) == 2


def test_layers_that_another_run_left_are_not_read_with_an_atlas_they_are_not_of(tmp_path: Path) -> None:
    """A run killed while its layers took their names leaves newer circles than the atlas there is."""
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    put(lake, "fermate", [one for one in STOPS if one["id"] != "m1"])
    run_atlas_whole(lake, BOOK, day=DAY)
    newest = lake.version(ATLAS)
    newest.folder.rename(newest.folder.parent / ".gone")
    rows = Rows.read(lake)
    assert (
        {row["codice"] for row in rows.lum} == {row["codice"] for row in rows.tables[CIRCLES]} == {MEZZO, FS}
    )
    assert lake.version(CIRCLES).rows == 1


def test_an_atlas_made_before_a_column_was_there_is_read_with_it_missing(tmp_path: Path) -> None:
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    last = lake.version(ATLAS)
    fields = tuple(one for one in last.manifest.fields if one.name != "minimi")
    with lake.draft(replace(last.manifest, fields=fields), last.provenance) as draft:
        draft.write_table(last.table().drop(columns="minimi"))
    row = Book.open(lake).row(MEZZO)
    assert (row["minimi"], row["area_m2"]) == (None, last.table().set_index("codice").loc[MEZZO, "area_m2"])


def test_a_twin_that_appears_takes_neither_the_code_nor_the_perimeter(tmp_path: Path) -> None:
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    accept(lake, mezzo())
    put(lake, "fermate", with_twin())
    run_atlas_whole(lake, BOOK, day=DAY)
    rows = {row["fermate"]: (row["codice"], row["perimetro"]) for row in Book.open(lake).rows.lum}
    assert rows["m1"] == (MEZZO, "comune")
    assert rows["a0"] == (f"{MEZZO}-5020-50310", "cerchio")


@pytest.mark.parametrize("told", [{}, {"fermate": "", "dove": ""}])
def test_where_its_stop_is_gone_a_perimeter_waits_and_its_twin_does_not_take_it(
    tmp_path: Path, told: dict[str, str]
) -> None:
    """The twin stands within the perimeter: nothing but its place and its id tells it apart."""
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    accept(lake, mezzo(**told))
    put(lake, "fermate", with_twin(own=False))
    for _ in range(2):
        run_atlas_whole(lake, BOOK, day=DAY)
    book = Book.open(lake)
    assert {row["fermate"]: row["perimetro"] for row in book.rows.lum} == {"a0": "cerchio", "f1": "cerchio"}
    assert [one.codice for one in book.orphans] == [MEZZO]
    put(lake, "fermate", STOPS)
    run_atlas_whole(lake, BOOK, day=DAY)
    assert Book.open(lake).row(MEZZO)["perimetro"] == "comune"  # it came back, and nothing was lost


def test_a_perimeter_written_before_its_stops_were_is_read_as_it_is(tmp_path: Path) -> None:
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    accept(lake, mezzo(fermate="", dove=""))
    run_atlas_whole(lake, BOOK, day=DAY)
    assert Book.open(lake).row(MEZZO)["perimetro"] == "comune"
    accept(lake, Redrawn(**{**vars(mezzo()), "accolto_il": ""}))
    assert read_perimeters(lake)[0] == {}
    run_atlas_whole(lake, BOOK, day=DAY, changed_only=True)
    assert Book.open(lake).row(MEZZO)["perimetro"] == "cerchio"


def test_an_answer_taken_back_goes_at_the_next_update(tmp_path: Path) -> None:
    """45 places counted by hand, then taken back: the register of services says 40."""
    lake = lum_lake(tmp_path)
    run_atlas_whole(lake, BOOK, day=DAY)
    say(lake, ("posti_bici", "45"), ("rampe", "no"))
    run_atlas_whole(lake, BOOK, day=DAY, changed_only=True)
    assert Book.open(lake).row(MEZZO)["posti_bici"] == 45.0
    say(lake, ("posti_bici", ""), ("rampe", "no"))
    again = run_atlas_whole(lake, BOOK, day=DAY, changed_only=True)
    assert [lum.code for lum in again.assessed] == [MEZZO]
    book = Book.open(lake)
    assert book.row(MEZZO)["posti_bici"] == 40.0
    assert set(book.sheet(MEZZO).replies) == {"rampe"}
