"""Long work in real processes: killed, cancelled or left without its site, it leaves nothing half done."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.fixtures_territory import COVER, small_lake
from trama.lake import Lake

BEGIN = """
from datetime import date
from trama.apps.conoscere.arrivals.actions import run_storm_again
row = run_storm_again(50.0, date(2026, 1, 15))
print(row.pk, row.process, flush=True)
"""
STATE = "from trama.apps.lavori import queries; row = queries.work({key!r}); print(row.state, row.sentence)"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation whose land cover is a million times the small one: a run takes a few seconds."""
    small_lake(tmp_path)
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=around(tmp_path), check=True)
    return tmp_path


def around(home: Path) -> dict[str, str]:
    source = str(Path(__file__).resolve().parents[3] / "src")
    path = os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])
    return {
        **os.environ,
        "TRAMA_HOME": str(home),
        "PYTHONPATH": path,
        "DJANGO_SETTINGS_MODULE": "trama.site.settings",
        "TRAMA_DATABASE": "",
    }


def command(code: str) -> list[str]:
    return [sys.executable, "-c", f"import django; django.setup()\n{code}"]


def say(home: Path, code: str) -> str:
    done = subprocess.run(command(code), env=around(home), check=True, capture_output=True, text=True)
    return done.stdout.strip()


@contextmanager
def site(home: Path) -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    """A process that begins a run of STORM and stays, as the site does: it, the work, the work's process."""
    stay = f"{BEGIN}\nimport sys; sys.stdin.read()"
    with subprocess.Popen(
        command(stay), env=around(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as it:
        assert it.stdout is not None
        key, number = it.stdout.readline().split()
        try:
            yield it, key, int(number)
        finally:
            it.kill()


@contextmanager
def somebody_elses_turn(home: Path) -> Iterator[None]:
    """Keep the turn, so that work waits."""
    (home / "lavori").mkdir(exist_ok=True)
    with (home / "lavori" / "turno").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def gone(number: int) -> bool:
    """Tell whether a process ends within ten seconds (a zombie has ended)."""
    for _attempt in range(100):
        try:
            if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.1)
    return False


def until(home: Path, key: str, wanted: str) -> str:
    for _attempt in range(20):
        said = say(home, STATE.format(key=key))
        if said.startswith(wanted):
            return said
        time.sleep(0.5)
    return said


def test_a_run_in_its_own_process_leaves_every_layer(home: Path) -> None:
    with site(home) as (_it, key, _number):
        assert until(home, key, "concluso").startswith("concluso")
    lake = Lake(home / "lake")
    assert all(lake.has(layer) for layer in ("idren", "kdren", "deflusso", "storm_comuni", "storm_zone"))
    assert list((home / "lavori").glob("*/lake")) == []


def test_work_ends_with_the_site_and_is_then_told_as_interrupted(home: Path) -> None:
    with somebody_elses_turn(home), site(home) as (it, key, number):
        os.kill(it.pid, signal.SIGKILL)
        it.wait()
        assert gone(number)
    assert say(home, STATE.format(key=key)).startswith("interrotto")
    assert not Lake(home / "lake").has("idren")


def test_killed_work_is_told_as_interrupted_and_repeated(home: Path) -> None:
    with somebody_elses_turn(home), site(home) as (_it, key, number):
        os.kill(number, signal.SIGKILL)
        assert gone(number)
        said = until(home, key, "interrotto")
    assert "si può ripetere" in said
    assert not (home / "lavori" / key).exists()


def test_cancelled_work_is_killed_from_another_process_of_the_site(home: Path) -> None:
    with somebody_elses_turn(home), site(home) as (_it, key, number):
        say(home, f"from trama.apps.lavori.actions import cancel; cancel({key!r})")
        assert gone(number)
    assert say(home, STATE.format(key=key)).startswith("annullato")


def test_a_second_click_finds_the_work_of_the_first(home: Path) -> None:
    with somebody_elses_turn(home), site(home) as (_it, key, _number):
        assert say(home, BEGIN).split()[0] == key


def test_a_run_killed_in_the_middle_leaves_no_layer(home: Path) -> None:
    from tests.fixtures_territory import put_raster

    big = np.kron(COVER, np.ones((1, 1), dtype=np.uint16))
    lake = Lake(home / "lake")
    put_raster(
        lake, "uso_suolo", np.kron(big, np.ones((800, 800), dtype=np.uint16)), cell_m=10 / 800, nodata=0
    )
    with site(home) as (_it, key, number):
        for _attempt in range(400):
            if list((home / "lavori" / key).glob("lake/*")):  # it has begun to write, aside
                break
            time.sleep(0.05)
        os.kill(number, signal.SIGKILL)
        assert gone(number)
        assert until(home, key, "interrotto").startswith("interrotto")
    assert not any(lake.has(layer) for layer in ("idren", "kdren", "deflusso", "ritenzione", "storm_comuni"))
    assert not (home / "lavori" / key).exists()
