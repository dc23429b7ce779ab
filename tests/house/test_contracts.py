"""The import contracts hold, and each of them is seen to fail where somebody breaks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTED = [
    ("trama/kernel/units.py", "import trama.lake", "The house: each floor stands on the ones below"),
    ("trama/norms/steps.py", "import trama.engines", "The house: each floor stands on the ones below"),
    ("trama/analyses/installation.py", "import norme_milano", "The platform never imports a city's norms"),
    ("norme_milano/__init__.py", "import trama.lake", "A city's norms see the grammar and nothing above it"),
    (
        "trama/apps/conoscere/scale.py",
        "import trama.apps.riconoscere",
        "The plan's arrow: what recognises stands on what knows, never the other way",
    ),
    ("trama/engines/__init__.py", "import django", "Kernel, norms and engines know no framework, no network"),
]


def lint(source: Path) -> subprocess.CompletedProcess[str]:
    command = [
        Path(sys.executable).with_name("lint-imports"),
        "--config",
        ROOT / ".importlinter",
        "--no-cache",
    ]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    return subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("trama", "norme_milano"):
        ignored = shutil.ignore_patterns("__pycache__", "static", "templates")
        shutil.copytree(ROOT / "src" / package, tmp_path / package, ignore=ignored)
    return tmp_path


@pytest.mark.parametrize(("file", "line", "contract"), PLANTED, ids=[file for file, *_ in PLANTED])
def test_a_planted_import_breaks_its_contract(copy: Path, file: str, line: str, contract: str) -> None:
    target = copy / file
    target.write_text(target.read_text(encoding="utf-8") + f"\n\n{line}\n", encoding="utf-8")
    result = lint(copy)
    assert result.returncode != 0
    assert f"{contract} BROKEN" in result.stdout


def test_the_tree_as_it_is_keeps_every_contract(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout
