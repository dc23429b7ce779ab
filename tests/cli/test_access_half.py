"""Where a newer run of access never finished, the commands that answer from the one before say so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.analyses.access.small import small_lake

from trama.analyses.access.layers import CATEGORIES, CELLS
from trama.cli.main import main
from trama.lake import Lake

DOVE = "access dove --che IST.SE1 --gruppo bambini --minuti 5 --lum libero"
UNEQUAL = "access disuguaglianza --gruppo tutti"
pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casa")
    small_lake(folder)
    return folder


@pytest.fixture(autouse=True)
def _half(home: Path, desk: Path) -> None:
    """Run twice; of the second the table of categories was never published."""
    lake = Lake(home / "lake")
    if not lake.has(CELLS):
        for group in ("tutti", "bambini"):
            assert run(f"access run --day 2026-01-15 --gruppo {group}").exit_code == 0
        shutil.rmtree(lake.version(CATEGORIES).folder)


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


@pytest.mark.parametrize("line", [DOVE, UNEQUAL])
def test_the_answer_of_the_run_before_says_that_a_newer_one_never_finished(line: str) -> None:
    result = run(line)
    assert result.exit_code == 0, result.stderr
    assert "Un calcolo più recente non si è concluso" in result.stderr
    found = json.loads(run(f"{line} --json").stdout)
    assert CELLS in found["calcolo_non_concluso"]
    assert CATEGORIES not in found["calcolo_non_concluso"]
