"""What-if on foot at the server: a service opens, closes, moves, a footbridge is laid, while people wait.

The demonstration's own streets, and a generated city of a million nodes under the same people and services.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import Transformer

from benchmarks.access_inputs import city
from benchmarks.demo_home import DAY, whole_home
from benchmarks.pages import _p95, _served
from benchmarks.report import Measure, Work
from trama.analyses.access import run_access
from trama.analyses.access.asking import Question
from trama.analyses.access.gestures import Gesture, try_out
from trama.analyses.access.memory import last_run
from trama.analyses.demo.walks import Walks, edge_table, node_table
from trama.lake import Lake
from trama.norms import load_book

NODES = 1_000_000
TIMES = 60
QUESTIONS = (("SAN.FAR", "tutti"), ("IST.PRI", "bambini"))
"""What is asked about: pharmacies for everybody, primary schools for children."""
GATE_MS, GOAL_MS = 100, 50
READ = (
    "comuni", "zone_omogenee", "uso_suolo", "popolazione_eta", "servizi", "servizi_copertura", "fermate",
    "collegamenti_tpl",
)  # fmt: skip
"""Layers of the demonstration that the large city is laid under, those of them that are there."""


def run() -> Work:
    """Measure on the demonstration, then on a million nodes."""
    work = Work("Walking what-if at the server: a service opens, closes, moves; a footbridge", None)
    home = whole_home()
    _measure(work, home, "the demonstration")
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
        _measure(work, _larger(home, Path(name)), "a million nodes")
    work.notes.append(
        f"Questions in turn: {', '.join(voce for voce, _ in QUESTIONS)}; {TIMES} gestures of each kind at "
        "random inhabited places; one client on loopback; each answer with its trace kept and its "
        "panel as HTML. Processor time is that of the same answers in one process, HTML and request apart: "
        "what a busy machine does not stretch."
    )
    work.notes.append(f"Machine while measuring: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    return work


def _measure(work: Work, home: Path, where: str) -> None:
    lake, rng = Lake(home / "lake"), np.random.default_rng(20240228)
    places, services = _places(lake), _services(lake)
    first, medians, processor = [], [], []
    answer = _Answer(lake)
    with _served(home) as address:
        ask = _Client(address)
        for voce, group in QUESTIONS:
            first.append(ask.time({"che": voce, "gruppo": group, "gesti": [_open(places, rng)]}))
        for title, gesture in _gestures(places, services, rng).items():
            taken = []
            for number in range(TIMES):
                voce, group = QUESTIONS[number % len(QUESTIONS)]
                asked = gesture(voce)
                taken.append(ask.time({"che": voce, "gruppo": group, "gesti": [asked]}))
                processor.append(answer.processor(Question(voce, group, None), asked))
            p95 = _p95(taken)
            medians.append(f"{title} {np.median(taken):.0f}")
            work.measures.append(Measure(f"{where}: {title}, p95", p95, None, "ms", GATE_MS, GOAL_MS))
    nodes = lake.version("rete_pedonale_nodi").rows
    work.notes.append(
        f"{where[0].upper()}{where[1:]}: {nodes:,} nodes; medians in ms: {', '.join(medians)}; processor "
        f"time: median {np.median(processor):.0f} ms, p95 {_p95(processor):.0f} ms; the first "
        f"answer to a question, which searches the whole network once: {max(first):,.0f} ms."
    )


def _gestures(
    places: np.ndarray, services: dict[str, list[str]], rng: np.random.Generator
) -> dict[str, Callable[[str], dict[str, Any]]]:
    def one_of(voce: str) -> str:
        return services[voce][int(rng.integers(len(services[voce])))]

    def bridge(_voce: str) -> dict[str, Any]:
        """From an inhabited place to another within 300 m of it."""
        start = places[int(rng.integers(len(places)))]
        near = places[np.hypot(*(places - start).T) < 300]
        return {"gesto": "passaggio", "punti": _degrees([start, near[int(rng.integers(len(near)))]])}

    return {
        "open": lambda _voce: _open(places, rng),
        "close": lambda voce: {"gesto": "chiudi", "servizio": one_of(voce)},
        "move": lambda voce: {**_open(places, rng), "gesto": "sposta", "servizio": one_of(voce)},
        "footbridge": bridge,
    }


def _open(places: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    return {"gesto": "apri", "punti": _degrees([places[int(rng.integers(len(places)))]])}


def _degrees(points: list[np.ndarray]) -> list[list[float]]:
    lon, lat = Transformer.from_crs(32632, 4326, always_xy=True).transform(*np.array(points).T)
    return np.column_stack([lon, lat]).tolist()


def _places(lake: Lake) -> np.ndarray:
    """Return the nodes that inhabited cells stand at: places near a street. Shape (places, 2), metres."""
    import shapely

    node = lake.version("accesso_celle").table(columns=["nodo"])["nodo"].dropna().astype(int).unique()
    nodes = lake.version("rete_pedonale_nodi").table(columns=["id"]).sort_values("id")
    return shapely.get_coordinates(nodes.geometry.to_numpy())[node]


def _services(lake: Lake) -> dict[str, list[str]]:
    table = lake.version("servizi").table(columns=["id", "voce", "stato"])
    table = table[table["stato"] == "attivo"]
    return {voce: table.loc[table["voce"] == voce, "id"].astype(str).tolist() for voce, _ in QUESTIONS}


def _larger(home: Path, folder: Path) -> Path:
    """Lay a generated city of a million nodes under the people and the services of the demonstration."""
    other = folder / "home"
    for layer in READ:
        if (home / "lake" / layer).is_dir():
            shutil.copytree(home / "lake" / layer, other / "lake" / layer)
    generated = city(folder / "city", NODES)
    nodes, edges = (pd.read_parquet(generated / f"{kind}.parquet") for kind in ("nodes", "edges"))
    lake, book = Lake(other / "lake"), load_book()
    west, south, east, north = lake.version("comuni").bbox
    xy = nodes[["x", "y"]].to_numpy()
    xy = xy - (xy.min(axis=0) + xy.max(axis=0)) / 2 + [(west + east) / 2, (south + north) / 2]
    u, v = edges["u"].to_numpy(), edges["v"].to_numpy()
    walks = Walks(xy, u, v, np.zeros(len(u), np.int8))
    origin = Lake(home / "lake").version("rete_pedonale_nodi").provenance
    for layer, table in (
        ("rete_pedonale_nodi", node_table(walks)),
        ("rete_pedonale_archi", edge_table(walks)),
    ):
        with lake.draft(book.manifests[layer], origin) as draft:
            draft.write_table(table)
    run_access(lake, book, day=DAY)
    return other


class _Answer:
    """The same answers without a server."""

    def __init__(self, lake: Lake) -> None:
        self.memory = last_run(lake, load_book())
        for voce, group in QUESTIONS:
            try_out(self.memory, Question(voce, group, None), [])

    def processor(self, question: Question, asked: dict[str, Any]) -> float:
        """Return the milliseconds of processor of an answer and its trace."""
        to_metres = Transformer.from_crs(4326, 32632, always_xy=True)
        points = tuple(to_metres.transform(*point) for point in asked.get("punti", []))
        gesture = Gesture(asked["gesto"], points, asked.get("servizio", ""))
        start = time.process_time()
        effect = try_out(self.memory, question, [gesture])
        effect.to_json()
        effect.trace().to_json()
        return 1000 * (time.process_time() - start)


class _Client:
    """A browser's part: the cookie, the token, one request at a time."""

    def __init__(self, address: str) -> None:
        self.address = f"{address}/conoscere/accesso/prova"
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = self.opener.open(f"{address}/conoscere/accesso").read().decode()
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token is not None
        self.headers = {"X-CSRFToken": token[1], "Content-Type": "application/json", "Referer": address}

    def time(self, question: dict[str, Any]) -> float:
        """Return the milliseconds of an answer."""
        body = json.dumps(question).encode()
        start = time.perf_counter()
        with self.opener.open(urllib.request.Request(self.address, body, self.headers)) as answer:
            answer.read()
        return 1000 * (time.perf_counter() - start)
