"""Rows of the lake are read once by version, and pages ask for them by key."""

from __future__ import annotations

import pytest
from django.test import Client

from trama.apps.conoscere import tables
from trama.lake import Lake
from trama.lake.version import Version


def test_a_row_by_key_is_that_of_the_table_in_plain_python(lake: Lake) -> None:
    version = lake.version("storm_comuni")
    table = version.table().set_index("istat")
    row = tables.row(version, "015146")
    assert row is not None
    assert row["idren"] == float(table.loc["015146", "idren"])
    assert type(row["idren"]) is float
    assert "geometry" not in row
    assert tables.row(version, "999999") is None


def test_what_a_page_does_to_its_row_stays_with_the_page(lake: Lake) -> None:
    version = lake.version("storm_comuni")
    changed = tables.row(version, "015146")
    assert changed is not None
    changed["idren"] = -1
    assert tables.row(version, "015146") != changed


def test_a_page_seen_again_reads_no_table(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/conoscere/tabella?tema=idren-comuni"
    site.get(address)
    read: list[str] = []
    whole = Version.table
    monkeypatch.setattr(
        Version, "table", lambda self, *a, **k: read.append(self.layer) or whole(self, *a, **k)
    )
    assert site.get(address).status_code == 200
    assert read == []
