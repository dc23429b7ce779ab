"""An installation of its own for each test, and long work done at once instead of in another process."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import geopandas
import pytest
from django.test import Client
from shapely.geometry import Polygon, box

from tests.fixtures_territory import CELL, COVER, EAST, NORTH
from trama.apps.lavori import launching, process
from trama.lake import Lake

WIDTH, HEIGHT = COVER.shape[1] * CELL, COVER.shape[0] * CELL
SOUTH = NORTH - HEIGHT


@pytest.fixture
def home(small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "casa"
    shutil.copytree(small_home, folder)
    monkeypatch.setenv("TRAMA_HOME", str(folder))
    return folder


@pytest.fixture
def lake(home: Path) -> Lake:
    return Lake(home / "lake")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work ends before the request that begins it does."""

    def launch(key, lock):
        process.do(key)
        return os.getpid()

    monkeypatch.setattr(launching, "launch", launch)


@pytest.fixture
def web(lake: Lake, bundle: None, db: None, at_once: None) -> Client:
    return Client(HTTP_HOST="localhost")


def land(west: float, south: float, east: float, north: float) -> Polygon:
    return box(EAST + west, SOUTH + south, EAST + east, SOUTH + north)


def bow_tie(west: float, south: float, side: float) -> Polygon:
    x, y = EAST + west, SOUTH + south
    return Polygon([(x, y), (x + side, y + side), (x + side, y), (x, y + side)])


def geopackage(folder: Path, shapes: list[Polygon], codes: list[str], crs: int | None = 32632) -> Path:
    path = folder / "dusaf.gpkg"
    table = geopandas.GeoDataFrame({"COD_TEMA": codes}, geometry=shapes, crs=crs)
    table.to_file(path, layer="dusaf", driver="GPKG")
    return path


def bomb(folder: Path) -> Path:
    path = folder / "bomba.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("uso.gpkg", b"\0" * 300_000_000)
    return path
