"""What-if at metropolitan size: an answer at the server while a polygon of up to 10 hectares is drawn."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio
import shapely

from benchmarks.demo_home import DAY, demo_home
from benchmarks.pages import _p95, _served
from benchmarks.report import Measure, Work
from trama.analyses.whatif import run_whatif, whatif_json
from trama.lake import Lake
from trama.norms import load_book
from trama.sources.scenarios import scenario_from, to_degrees

PLACES = 48
GESTURES = 6
KINDS = ("rain_garden", "permeable_paving", "urban_wood", "green_roof_ext")
LEAST_HA, MOST_HA = 0.1, 10.0
SEED = 20240228


def run() -> Work:
    """Draw polygons at random places of the demonstration, drag a corner of each, time every answer."""
    home = Path(os.environ.get("TRAMA_BENCH_HOME") or demo_home())
    lake = Lake(home / "lake")
    first, next_ones, areas, cpu = [], [], [], []
    with _served(home) as address:
        ask = _Client(address)
        list(ask.times(_Drawing(lake, np.random.default_rng(1)).gestures()))
        rng = np.random.default_rng(SEED)
        for number in range(PLACES):
            drawing = _Drawing(lake, rng, KINDS[number % len(KINDS)])
            times = list(ask.times(drawing.gestures()))
            first.append(times[0])
            next_ones += times[1:]
            areas.append(drawing.area_ha)
            cpu += list(_cpu_times(lake, drawing.gestures()))
    with rasterio.open(lake.version("uso_suolo").raster) as cover:
        cells = cover.width * cover.height
    together = [*first, *next_ones]
    return Work(
        "What-if: a polygon up to 10 ha, while it is drawn",
        None,
        [
            Measure("answer at the server, p95", _p95(together), None, "ms", gate=200, goal=100),
            Measure("first answer at a new place, p95", _p95(first), None, "ms"),
            Measure("answer while a corner is dragged, p95", _p95(next_ones), None, "ms"),
        ],
        [
            f"{PLACES} random places, {', '.join(KINDS)} in turn, {min(areas):.1f} to {max(areas):.1f} ha, "
            f"{1 + GESTURES} gestures each; land cover of {cells / 1e6:.0f} million cells of 10 m.",
            f"Processor time, HTML apart: median {np.median(cpu):.0f} ms, p95 {_p95(cpu):.0f} ms, "
            "first answers included.",
            f"Medians: first {np.median(first):.0f} ms, then {np.median(next_ones):.0f} ms.",
            "Each answer: water, heat with its halo, the sheets, costs, cautions, the panel as HTML; one "
            "client, loopback.",
            f"Machine while measuring: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
        ],
    )


def _cpu_times(lake: Lake, documents: Iterator[dict]) -> Iterator[float]:
    """Yield the processor time of each answer in this process [ms]: what a busy machine does not stretch."""
    book = load_book()
    for document in documents:
        start = time.process_time()
        whatif_json(run_whatif(lake, book, scenario_from(document), DAY, keep=False), kept=False)
        yield 1000 * (time.process_time() - start)


class _Drawing:
    """A polygon at a random place, of a random size, one corner of which moves."""

    def __init__(self, lake: Lake, rng: np.random.Generator, kind: str = "rain_garden") -> None:
        comuni = lake.version("comuni").table(columns=["istat"])
        home = comuni.geometry.iloc[int(rng.integers(len(comuni)))]
        west, south, east, north = home.bounds
        while True:
            x, y = rng.uniform(west, east), rng.uniform(south, north)
            if home.contains(shapely.Point(x, y)):
                break
        self.kind, self.place = kind, (x, y)
        self.area_ha = float(np.exp(rng.uniform(np.log(LEAST_HA), np.log(MOST_HA))))
        radius = np.sqrt(self.area_ha * 10_000 / np.pi)
        angles = np.sort(rng.uniform(0, 2 * np.pi, 7))
        angles = np.arange(7) * 2 * np.pi / 7 + 0.3 * (angles - angles.mean()) / np.pi
        self.corners = np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)])

    def gestures(self) -> Iterator[dict]:
        """Yield the scenario as the page sends it, gesture after gesture."""
        for step in range(1 + GESTURES):
            corners = self.corners.copy()
            corners[0] += (corners[0] - np.array(self.place)) * 0.05 * step
            yield {
                "type": "FeatureCollection",
                "nome": "prova",
                "evento": "t50_1h",
                "giorno": "2026-01-15",
                "features": [
                    {
                        "type": "Feature",
                        "geometry": to_degrees(shapely.Polygon(corners)),
                        "properties": {"soluzione": self.kind, "quantita": None},
                    }
                ],
            }


class _Client:
    """A browser's part: the cookie, the token, one request at a time."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = self.opener.open(f"{address}/scenari/nuovo").read().decode()
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token is not None
        self.headers = {"X-CSRFToken": token[1], "Content-Type": "application/json", "Referer": address}

    def times(self, documents: Iterator[dict]) -> Iterator[float]:
        """Yield the milliseconds of each answer."""
        for document in documents:
            body = json.dumps(document).encode()
            start = time.perf_counter()
            request = urllib.request.Request(f"{self.address}/scenari/api/effetti", body, self.headers)
            with self.opener.open(request) as answer:
                answer.read()
            yield 1000 * (time.perf_counter() - start)
