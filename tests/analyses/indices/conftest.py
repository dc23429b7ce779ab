from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures_indices import index_lake
from trama.lake import Lake
from trama.norms import NormBook, load_book


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return index_lake(tmp_path)


@pytest.fixture(scope="session")
def book() -> NormBook:
    return load_book()
