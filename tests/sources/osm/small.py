"""A small OpenStreetMap extract written by hand, and the rules of the norms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from trama.norms import load_book
from trama.sources.osm import Walkability
from trama.sources.osm.walkable import FOLDER, NAMES

DAY = date(2026, 1, 15)
NODES = {
    1: (45.0, 9.0),
    2: (45.0, 9.001),
    3: (45.0, 9.002),
    4: (45.001, 9.001),
    5: (45.0, 9.003),
    6: (45.0, 9.004),
}
"""Node → latitude, longitude: 1-2-3 along the parallel, 4 north of 2, 5 and 6 further along."""
PARALLEL_M, MERIDIAN_M = 78.8472, 111.1318
"""A thousandth of a degree at 45 degrees north on WGS 84, by hand: (a cos φ / √(1 - e² sin² φ)) π/180 000
with a = 6378137, e² = 0.00669438; a (1 - e²) / (1 - e² sin² φ)^1.5 × π/180 000 at 45.0005 degrees."""


def rules() -> Walkability:
    book = load_book()
    return Walkability.of({name: book.value(f"{FOLDER}/{name}", DAY).value for name in NAMES})


def way(number: int, nodes: list[int], **tags: str) -> str:
    refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
    told = "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}" version="1">{refs}{told}</way>'


def node(number: int, lat: float, lon: float, **tags: str) -> str:
    told = "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())
    return f'<node id="{number}" version="1" lat="{lat}" lon="{lon}">{told}</node>'


def extract(
    path: Path, *ways: str, nodes: dict[int, tuple[float, float]] | None = None, more: str = ""
) -> Path:
    points = "".join(node(number, *place) for number, place in (NODES if nodes is None else nodes).items())
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="hand">{points}{more}'
        f"{''.join(ways)}</osm>",
        encoding="utf-8",
    )
    return path


def as_pbf(source: Path, path: Path) -> Path:
    import osmium

    with osmium.SimpleWriter(str(path)) as out:
        for one in osmium.FileProcessor(str(source)):
            out.add(one)
    return path
