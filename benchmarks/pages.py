"""The site over the demonstration territory: pages and tiles as a browser asks them, one at a time, warm."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import numpy as np

from benchmarks.demo_home import whole_home
from benchmarks.peers import ROOT
from benchmarks.report import Measure, Work
from trama.analyses.access.runs import latest
from trama.lake import Lake

ROUNDS = 15
PATIENCE_S = 60
PAGES = (
    "/",
    "/conoscere/mappa",
    "/conoscere/tabella",
    "/conoscere/comuni/015086",
    "/conoscere/livelli",
    "/conoscere/livelli/uso_suolo",
    "/conoscere/servizi",
    "/conoscere/servizi/comuni/015086",
    "/conoscere/servizi/poli/015146",
    "/conoscere/lum",
    "/conoscere/lum/{lum}",
    "/conoscere/accesso",
    "/conoscere/accesso?che=IST.PRI&gruppo=bambini&minuti=15",
    "/conoscere/accesso/luogo?lon={lon}&lat={lat}",
    "/conoscere/accesso/luogo?che=IST.PRI&gruppo=bambini&lon={lon}&lat={lat}",
    "/riconoscere/valuta",
)
"""Addresses; those of a LUM and of an inhabited place take them from the demonstration."""
SHAPES = ("/conoscere/servizi/punti.geojson?voce=IST.PRI", "/conoscere/lum/forme.geojson")
"""What the new maps draw whole, at once."""
CELLS = [(11, 1075 + dx, 732 + dy) for dx in range(4) for dy in range(4)]
TILED = "idren-celle"


def run() -> Work:
    """Serve the demonstration and ask for every page and a patch of tiles, several times."""
    home = whole_home()
    lake = Lake(home / "lake")
    pages, key = _of_demo(lake, PAGES), _access_key(lake)
    walked = [f"/conoscere/accesso/{key}/{z}/{x}/{y}.png?che=IST.PRI&gruppo=bambini" for z, x, y in CELLS]
    raster = [f"/conoscere/raster/{TILED}/v0001/{z}/{x}/{y}.png" for z, x, y in CELLS]
    archive = ["/conoscere/piastrelle/comuni/v0001.pmtiles", "/conoscere/piastrelle/lum/v0001.pmtiles"]
    with _served(home) as address:
        cold = dict(zip(pages, _ask(address, pages), strict=True))
        by_page = _rounds(address, pages)
        shapes = _rounds(address, SHAPES)
        tiles, own = (_rounds(address, one) for one in (raster, walked))
        ranges = [ms for _ in range(ROUNDS * 2) for ms in _ask(address, archive, first_bytes=16_384)]
    slowest = max(pages, key=lambda page: _p95(by_page[page]))
    coldest = max(cold, key=lambda page: cold[page])
    together, of_tiles, of_walks, of_shapes = (_all(one) for one in (by_page, tiles, own, shapes))
    return Work(
        "Site: pages and tiles at the server",
        None,
        [
            Measure("page, p95", _p95(together), None, "ms", gate=300, goal=150),
            Measure("the slowest page, p95", _p95(by_page[slowest]), None, "ms", gate=300, goal=150),
            Measure("services and LUM drawn whole (GeoJSON), p95", _p95(of_shapes), None, "ms", gate=300),
            Measure("raster tile (PNG from COG), p95", _p95(of_tiles), None, "ms", gate=50, goal=20),
            Measure("tile of minutes on foot, p95", _p95(of_walks), None, "ms", gate=50, goal=20),
            Measure("vector tiles (PMTiles range), p95", _p95(ranges), None, "ms", gate=50, goal=20),
        ],
        [
            f"{len(pages)} pages and {2 * len(CELLS)} tiles, {ROUNDS} times each, one client, after a round "
            "that warms up; times at the client on loopback.",
            f"The slowest page is {slowest}. Of the first answers, before anything is in memory, the slowest "
            f"is {coldest}: {cold[coldest] / 1000:.1f} s.",
            f"Medians: page {np.median(together):.0f} ms, raster tile {np.median(of_tiles):.0f} ms, "
            f"tile of minutes {np.median(of_walks):.0f} ms, range {np.median(ranges):.0f} ms.",
            "Medians of the new pages: "
            + ", ".join(
                f"{page.partition('/conoscere')[2]} {np.median(by_page[page]):.0f} ms" for page in pages[6:-1]
            )
            + ".",
            f"Machine while measuring: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
        ],
    )


def _rounds(address: str, paths: Sequence[str]) -> dict[str, list[float]]:
    """Ask for everything `ROUNDS` times, and return the milliseconds of each address."""
    found: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(ROUNDS):
        for path, milliseconds in zip(paths, _ask(address, paths), strict=True):
            found[path].append(milliseconds)
    return found


def _all(by_path: dict[str, list[float]]) -> list[float]:
    return [milliseconds for one in by_path.values() for milliseconds in one]


def _of_demo(lake: Lake, pages: Sequence[str]) -> list[str]:
    """Fill in the addresses: the first LUM, and the inhabited place in the middle of the list."""
    from pyproj import Transformer

    lum = str(lake.version("lum").table(columns=["codice"])["codice"].sort_values().iloc[0])
    cells = lake.version("accesso_celle").table(columns=["numero"]).sort_values("numero")
    here = cells.geometry.iloc[len(cells) // 2].centroid
    lon, lat = Transformer.from_crs(32632, 4326, always_xy=True).transform(here.x, here.y)
    return [page.format(lum=lum, lon=f"{lon:.6f}", lat=f"{lat:.6f}") for page in pages]


def _access_key(lake: Lake) -> str:
    return latest(lake).key


def _ask(address: str, paths: Sequence[str], first_bytes: int = 0) -> Iterator[float]:
    headers = {"Range": f"bytes=0-{first_bytes - 1}"} if first_bytes else {}
    for path in paths:
        start = time.perf_counter()
        with urllib.request.urlopen(urllib.request.Request(address + path, headers=headers)) as answer:
            answer.read()
        yield 1000 * (time.perf_counter() - start)


@contextmanager
def _served(home: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "TRAMA_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "trama.cli.main", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait(address: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            list(_ask(address, ["/"]))
        except (URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.3)
        else:
            return


def _p95(milliseconds: list[float]) -> float:
    return float(np.percentile(milliseconds, 95))
