"""The priorities and the order of financing as files: CSV for a spreadsheet, GeoPackage for a GIS."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from trama.analyses.rete_verde.errors import BadExport
from trama.analyses.rete_verde.run import ACTIONS, TABLES, Network
from trama.kernel.spreadsheet import to_csv
from trama.lake.files import write_whole

if TYPE_CHECKING:
    from trama.lake import Version


def check_name(path: Path) -> None:
    """Refuse a name that says no known form, before anything is computed; raises `BadExport`."""
    if path.suffix.lower() not in {".csv", ".gpkg"}:
        raise BadExport(name=path.name)


def export_network(path: Path, network: Network) -> None:
    """Write the plan: a ``.csv`` holds the order of financing, a ``.gpkg`` also the places.

    The file appears whole or not at all.

    Raises
    ------
    BadExport
        The name ends otherwise.
    """
    check_name(path)
    if path.suffix.lower() == ".csv":
        write_whole(path, order_csv([one.to_json() for one in network.orders]).encode())
    else:
        write_geopackage(path, network.versions)


def order_csv(rows: list[dict[str, object]]) -> str:
    """Return rows as an Italian spreadsheet reads them: semicolons, decimal commas, empty where missing."""
    return to_csv(list(rows[0]) if rows else [], [list(row.values()) for row in rows], significant=6)


def write_geopackage(path: Path, versions: dict[str, Version]) -> None:
    """Write the layers of a plan in one GeoPackage, under a temporary name first."""
    import geopandas
    import pyogrio

    work = path.with_name(f".{path.name}.{os.getpid()}.gpkg")
    try:
        for name in TABLES.values():
            versions[name].table().to_file(work, layer=name, driver="GPKG", engine="pyogrio")
        if ACTIONS in versions:
            bare = geopandas.GeoDataFrame(versions[ACTIONS].table())
            pyogrio.write_dataframe(bare, work, layer=ACTIONS, driver="GPKG")
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)
