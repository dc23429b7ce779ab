"""The place with plain numbers, built once."""

from __future__ import annotations

import pytest

from tests.fixtures_place import place_lake
from tests.fixtures_place_heat import lay_residents
from trama.lake import Lake


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return place_lake(tmp_path_factory.mktemp("luogo"))


@pytest.fixture(scope="session")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The same, with its residents by age."""
    lake = place_lake(tmp_path_factory.mktemp("abitato"))
    lay_residents(lake)
    return lake
