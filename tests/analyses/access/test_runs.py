"""One run is one set of layers: killed in the middle, or two at once, nobody reads half of each."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import date
from pathlib import Path

import pytest

from tests.analyses.access.small import SERVICES, small_lake
from trama.analyses.access import run_access_whole
from trama.analyses.access.errors import RunGone
from trama.analyses.access.layers import CELLS, MADE, SUPPLY, TIMES
from trama.analyses.access.memory import last_run, that_run
from trama.analyses.access.runs import ALWAYS, half_done, latest, runs
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 11, 21)
BOOK = load_book()
CONTEXT = multiprocessing.get_context("fork")


def run_and_die_after(root: Path, renames: int) -> None:
    """Run, and be killed (SIGKILL) once that many layers have taken their name."""
    published = Lake._publish

    def counted(self, draft, home):
        nonlocal renames
        found = published(self, draft, home)
        if home.parent == root / "lake":
            renames -= 1
            if not renames:
                os.kill(os.getpid(), signal.SIGKILL)
        return found

    Lake._publish = counted
    run_access_whole(Lake(root / "lake"), BOOK, day=DAY, set_id="xminute")


def traces(lake: Lake, layers=ALWAYS) -> set[str]:
    return {lake.version(layer).provenance.trace for layer in layers}


@pytest.mark.parametrize("renames", [1, 3, 6])
def test_a_run_killed_while_it_publishes_leaves_the_one_before_whole(tmp_path, renames) -> None:
    lake = small_lake(tmp_path)
    first = run_access_whole(lake, BOOK, day=DAY)
    process = CONTEXT.Process(target=run_and_die_after, args=(tmp_path, renames))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert len(traces(lake)) == 2, "the current layers are of two runs: that is what is tested"
    shown = latest(lake)
    assert {version.provenance.trace for version in shown.versions.values()} == {first.trace.id}
    assert last_run(lake, BOOK).rules.set_id == "trama12"
    assert len(half_done(lake, shown)) == renames
    again = run_access_whole(lake, BOOK, day=DAY, set_id="xminute")
    assert latest(lake).key == again.trace.id
    assert half_done(lake, latest(lake)) == []


def _publish(root: Path, set_id: str, ready) -> None:
    ready.wait(60)
    for _ in range(3):
        run_access_whole(Lake(root / "lake"), BOOK, day=DAY, set_id=set_id)


def test_two_runs_at_once_leave_the_layers_of_one(tmp_path) -> None:
    lake = small_lake(tmp_path)
    ready = CONTEXT.Event()
    two = [CONTEXT.Process(target=_publish, args=(tmp_path, name, ready)) for name in ("xminute", "nexi")]
    for one in two:
        one.start()
    ready.set()
    for one in two:
        one.join(120)
        assert one.exitcode == 0
    assert len(traces(lake)) == 1
    assert {one.set_id for one in runs(lake)} == {"xminute", "nexi"}
    assert latest(lake).key in traces(lake)


def test_a_run_without_supply_does_not_borrow_that_of_another(tmp_path) -> None:
    lake = small_lake(tmp_path)
    first = run_access_whole(lake, BOOK, day=DAY)
    assert SUPPLY in latest(lake).versions
    small_lake(tmp_path, services=[("lontano", "IST.SE2", 0, None)])  # nobody walks there
    run_access_whole(lake, BOOK, day=DAY)
    assert lake.has(SUPPLY)
    assert latest(lake).get(SUPPLY) is None
    assert that_run(lake, BOOK, first.trace.id).run.get(SUPPLY) is not None


def test_a_run_reads_the_versions_it_says_even_if_a_layer_is_replaced_meanwhile(tmp_path) -> None:
    lake = small_lake(tmp_path)
    expected = run_access_whole(lake, BOOK, day=DAY).trace.id

    class Moving(Lake):
        """A lake whose services are replaced as soon as they have been looked up once."""

        replaced = False

        def version(self, layer, version=None):
            found = super().version(layer, version)
            if layer == "servizi" and not self.replaced:
                self.replaced = True
                small_lake(tmp_path, services=SERVICES[:1])
            return found

    from trama.analyses.access.ground import read_ground
    from trama.analyses.access.rules import read_rules

    ground = read_ground(Moving(lake.root), BOOK, read_rules(BOOK, DAY), DAY)
    assert len(ground.services.id) == len(SERVICES)
    assert latest(lake).key == expected


def test_a_run_is_opened_by_its_key_and_one_that_is_not_there_is_refused(tmp_path) -> None:
    lake = small_lake(tmp_path)
    first = run_access_whole(lake, BOOK, day=DAY).trace.id
    run_access_whole(lake, BOOK, day=DAY, set_id="nexi")
    assert that_run(lake, BOOK, first).rules.set_id == "trama12"
    assert last_run(lake, BOOK, "trama12").run.key == first
    assert last_run(lake, BOOK).rules.set_id == "nexi"
    with pytest.raises(RunGone, match="ricaricarla"):
        that_run(lake, BOOK, "0" * 64)
    assert {CELLS, TIMES} <= set(MADE)
