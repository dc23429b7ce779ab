"""What every test may lean on: hypothesis profiles, and the open data laid beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

PROJECT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "quick",
    deadline=None,
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("thorough", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def shared_data_folder() -> Path:
    """Where the open data laid beside the project is (TRAMA_SHARED_DATA, or ../shared/data)."""
    return Path(os.environ.get("TRAMA_SHARED_DATA", PROJECT.parent / "shared" / "data"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, visibly, what reads the open data where they are absent."""
    if item.get_closest_marker("real_data") and not shared_data_folder().is_dir():
        pytest.skip(f"real data absent: looked in {shared_data_folder()} (set TRAMA_SHARED_DATA)")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the open data; use it with `@pytest.mark.real_data`."""
    return shared_data_folder()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Give each run of the tests an SQLite file of its own.

    Beside the register they would share one: a second run started meanwhile would make it again under the
    first one's feet (``disk I/O error``).
    """
    from django.db import connections

    for one in connections.all(initialized_only=False):
        if one.vendor == "sqlite":
            one.settings_dict["TEST"]["NAME"] = tmp_path_factory.mktemp("registro") / "prova.sqlite3"
