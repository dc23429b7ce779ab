"""The site over the demonstration territory: pages and tiles as a browser asks them, one at a time, warm."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import numpy as np

from benchmarks.demo_home import demo_home
from benchmarks.peers import ROOT
from benchmarks.report import Measure, Work

ROUNDS = 15
PATIENCE_S = 60
PAGES = (
    "/",
    "/conoscere/mappa",
    "/conoscere/tabella",
    "/conoscere/comuni/015086",
    "/conoscere/livelli",
    "/conoscere/livelli/uso_suolo",
    "/riconoscere/valuta",
)
CELLS = [(11, 1075 + dx, 732 + dy) for dx in range(4) for dy in range(4)]
TILED = "idren-celle"


def run() -> Work:
    """Serve the demonstration and ask for every page and a patch of tiles, several times."""
    with _served(demo_home()) as address:
        pages = [milliseconds for _ in range(ROUNDS) for milliseconds in _ask(address, PAGES)]
        raster = [f"/conoscere/raster/{TILED}/v0001/{z}/{x}/{y}.png" for z, x, y in CELLS]
        tiles = [milliseconds for _ in range(ROUNDS) for milliseconds in _ask(address, raster)]
        archive = "/conoscere/piastrelle/comuni/v0001.pmtiles"
        ranges = [ms for _ in range(ROUNDS * 4) for ms in _ask(address, [archive], first_bytes=16_384)]
    return Work(
        "Site: pages and tiles at the server",
        None,
        [
            Measure("page, p95", _p95(pages), None, "ms", gate=300, goal=150),
            Measure("raster tile (PNG from COG), p95", _p95(tiles), None, "ms", gate=50, goal=20),
            Measure("vector tiles (PMTiles range), p95", _p95(ranges), None, "ms", gate=50, goal=20),
        ],
        [
            f"{len(PAGES)} pages and {len(CELLS)} tiles, {ROUNDS} times each, one client, after a round that "
            "warms up; times at the client on loopback.",
            f"Medians: page {np.median(pages):.0f} ms, raster tile {np.median(tiles):.0f} ms, "
            f"range {np.median(ranges):.0f} ms.",
        ],
    )


def _ask(address: str, paths: tuple[str, ...] | list[str], first_bytes: int = 0) -> Iterator[float]:
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
        list(_ask(address, PAGES))
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
