"""WARM's model on the real land cover of Milan: the figures that docs/warm-milano.md states."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real_data
PROJECT = Path(__file__).resolve().parents[2]


def test_the_page_states_what_the_script_prints(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: every row of the tables is in the page, bold left out; and what the page claims holds."""
    monkeypatch.syspath_prepend(str(PROJECT / "scripts"))
    import warm_milano

    lines: list[str] = []
    warm_milano.report(warm_milano.Milan(shared_data), lines.append)
    sys.modules.pop("warm_milano")
    page = (PROJECT / "docs" / "warm-milano.md").read_text(encoding="utf-8").replace("**", "")
    rows = [line.strip() for line in "\n".join(lines).splitlines() if line.startswith("|")]
    assert len(rows) == 15
    assert [row for row in rows if row not in page] == []
