"""The walking network, stops and services of the demonstration: whole, plausible, with honest holes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from trama.analyses.demo import plain, services, settlement, transit, walks
from trama.analyses.demo.ground import Ground
from trama.analyses.demo.network import Road
from trama.analyses.demo.sketch import read_sketch
from trama.norms import load_book
from trama.sources.boundaries import read_comuni

DAY = date(2024, 2, 28)
SMALL = ("015182", "015116", "015087", "015097", "015093", "015103")
VOICES = load_book().value("sttm2/servizi/tassonomia", DAY).value


def _line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(points)


def test_streets_that_cross_share_a_node_and_ends_that_nearly_meet_are_joined():
    roads = [
        Road("via", _line((0, 0), (240, 0))),
        Road("via", _line((120, -120), (120, 120))),
        Road("via", _line((260, 10), (500, 10))),  # 22.4 m from the first: joined
        Road("via", _line((3000, 0), (3240, 0))),  # far away, and smaller than an island
    ]
    found = walks.walks(roads, [], seed=1)
    assert found.xy.max() < 600
    at = {tuple(point): number for number, point in enumerate(found.xy.tolist())}
    degree = np.bincount(np.concatenate([found.u, found.v]))
    assert degree[at[120.0, 0.0]] == 4
    link = found.kind == walks.LINK
    assert found.length_m[link] == pytest.approx([22.36], abs=0.01)
    assert found.length_m[~link].sum() == pytest.approx(720)
    assert len(np.unique(walks._pieces_of(found))) == 1


def test_a_street_stops_at_a_railway_and_a_wide_road_goes_across():
    rail = _line((500, -25_000), (500, 25_000))
    streets = [Road("via", _line((0, float(y)), (1000, float(y)))) for y in range(-20_000, 20_001, 400)]
    cut = walks.walks(streets, [rail], seed=3)
    over = walks._crossing(cut.xy, cut.u, cut.v, [rail])
    assert 0 < len(over) < len(streets) / 2
    assert set(cut.kind[over].tolist()) <= {walks.LINK, walks.STEPS}
    wide = walks.walks([Road("principale", _line((0, 0), (1000, 0)))], [rail], seed=3)
    assert len(walks._crossing(wide.xy, wide.u, wide.v, [rail])) == 1


def test_no_roads_make_an_empty_network():
    empty = walks.walks([Road("autostrada", _line((0, 0), (900, 0)))], [], seed=1)
    assert len(walks.node_table(empty)) == len(walks.edge_table(empty)) == 0


@pytest.fixture(scope="module")
def made():
    comuni = read_comuni("015")
    chosen = comuni[comuni["istat"].isin(SMALL)].reset_index(drop=True)
    ground = Ground(chosen[["istat", "nome", "popolazione", "geometry"]], 5)
    sketch = read_sketch(load_book(), DAY, 5)
    scenery = plain.imagine(ground, sketch)
    cover = plain.cover_of(scenery)
    network = walks.walks(scenery.roads, [], 5)
    moving = transit.transit(ground, sketch, settlement.place_centres(ground, sketch), network)
    return ground, cover, network, moving, services.services(ground, cover, network, VOICES, moving.stops)


def test_the_same_seed_gives_the_same_services(made):
    ground, cover, network, moving, found = made
    again = services.services(ground, cover, network, VOICES, moving.stops)
    assert found.places.equals(again.places)
    assert found.coverage.equals(again.coverage)


def test_no_service_stands_where_no_source_covers_its_voice(made):
    found = made[4]
    covered = set(zip(found.coverage["istat"], found.coverage["voce"], strict=True))
    listed = set(zip(found.places["istat"], found.places["voce"], strict=True))
    assert listed <= covered
    every = {(istat, voice) for istat in SMALL for voice in VOICES}
    assert 0.02 < len(every - covered) / len(every) < 0.5
    assert set(found.coverage["copertura"]) == {"completa", "parziale"}
    assert all((istat, "SAN.FAR") in covered for istat in SMALL)


def test_services_lie_in_their_comune_and_follow_people(made):
    ground, _, _, _, found = made
    shapes = ground.comuni.set_index("istat").geometry
    places = found.places[~found.places["id"].str.startswith("fermata")]
    away = places.geometry.distance(shapes.loc[places["istat"]].reset_index(drop=True).set_axis(places.index))
    assert away.max() < 25  # beside a node that is inside
    assert places["id"].is_unique
    counted = places[places["voce"].isin(["SAN.FAR", "IST.INF"])].groupby("istat").size()
    people = ground.comuni.set_index("istat")["popolazione"]
    assert counted.idxmax() == people.idxmax()


def test_capacity_is_missing_or_positive_and_has_a_unit_only_when_known(made):
    places = made[4].places
    known = places["capienza"].notna()
    assert (places.loc[known, "capienza"] > 0).all()
    assert places.loc[known, "capienza_unita"].notna().all()
    assert places.loc[~known, "capienza_unita"].isna().all()
    schools = places[places["voce"] == "IST.PRI"]
    assert 0 < schools["capienza"].notna().sum() <= len(schools)


def test_departures_of_a_stop_are_those_of_its_links(made):
    stops, links = made[3].stops, made[3].links
    assert stops["id"].is_unique
    leaving = links.groupby("da")["passaggi_ora"].sum()
    known = stops[stops["partenze_ora"].notna()].set_index("id")["partenze_ora"]
    assert set(leaving.index) == set(known.index)
    assert (leaving.loc[known.index] - known).abs().max() < 0.06
    assert (links["minuti"] > 0).all()
    assert stops.loc[stops["giorno"].isna(), "partenze"].isna().all()
