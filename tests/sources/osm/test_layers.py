"""An extract in the lake: nodes and edges together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fixtures_place import place_lake
from tests.sources.osm.small import DAY, as_pbf, extract, way
from trama.analyses.walking import network_of
from trama.lake import Lake
from trama.norms import load_book
from trama.sources.known import known_of
from trama.sources.original import Original
from trama.sources.osm.errors import NoWalkableWay
from trama.sources.readers import Said, add_original

BOOK = load_book()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return place_lake(tmp_path / "casa", storm=False)


def beside(lake: Lake, path: Path) -> Path:
    """A street from the middle of the territory, one far from it."""
    from pyproj import Transformer

    west, south, east, north = lake.version("comuni").bbox
    x, y = (west + east) / 2, (south + north) / 2
    to = Transformer.from_crs(32632, 4326, always_xy=True)
    places = [(x, y), (x + 100, y), (x + 100, y + 50), (x + 50_000, y), (x + 50_100, y)]
    nodes = {n: to.transform(*place)[::-1] for n, place in enumerate(places, start=1)}
    ways = (way(1, [1, 2, 3], highway="residential", name="Via Roma"), way(2, [4, 5], highway="path"))
    return as_pbf(extract(path.with_suffix(".osm"), *ways, nodes=nodes), path)


@pytest.mark.parametrize("layer", ["rete_pedonale_archi", "rete_pedonale_nodi"])
def test_nodes_and_edges_come_together_and_go_together(lake: Lake, tmp_path: Path, layer: str) -> None:
    manifest = BOOK.manifests[layer]
    original = Original(beside(lake, tmp_path / "a.osm.pbf"))
    reading, version = add_original(lake, manifest, original, Said("ODbL"), known_of(BOOK, manifest, DAY))
    assert version is not None
    nodes, edges = lake.version("rete_pedonale_nodi"), lake.version("rete_pedonale_archi")
    assert not nodes.synthetic
    assert not edges.synthetic
    assert nodes.provenance.source_sha256 == edges.provenance.source_sha256
    points, lines = nodes.table(), edges.table()
    assert points["id"].tolist() == list(range(len(points)))
    assert (len(points), len(lines)) == (2, 1)
    assert lines.loc[0, ["classe", "nome"]].tolist() == ["residential", "Via Roma"]
    assert lines["length_m"][0] == pytest.approx(150 / 0.9996, rel=2e-4)
    ends = np.array([points.geometry[lines["u"][0]].distance(lines.geometry[0])])
    assert ends.max() < 1e-6
    assert network_of(lake).graph.nodes == 2
    assert any("del territorio" in note for note in reading.notes)


def test_an_extract_of_another_place_writes_neither(lake: Lake, tmp_path: Path) -> None:
    manifest = BOOK.manifests["rete_pedonale_archi"]
    far = extract(
        tmp_path / "a.osm", way(1, [1, 2], highway="path"), nodes={1: (41.9, 12.5), 2: (41.9, 12.51)}
    )
    with pytest.raises(NoWalkableWay):
        add_original(lake, manifest, Original(far), Said(), known_of(BOOK, manifest, DAY))
    assert not lake.has("rete_pedonale_archi")
    assert not lake.has("rete_pedonale_nodi")
