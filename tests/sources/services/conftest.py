"""A lake with two comuni."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures_place import place_lake
from trama.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return place_lake(tmp_path / "casa", storm=False)
