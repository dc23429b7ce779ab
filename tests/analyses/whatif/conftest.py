"""The place with plain numbers, built once."""

from __future__ import annotations

import pytest

from tests.fixtures_place import place_lake
from trama.lake import Lake


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return place_lake(tmp_path_factory.mktemp("luogo"))
