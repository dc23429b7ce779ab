"""The run of access on a territory walked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.analyses.access.small import EAST_TOWN, SERVICES, WEST_TOWN, place, put, small_lake
from trama.analyses.access import run_access, run_access_whole
from trama.analyses.access.errors import NotSelectable, TooMany, UnknownGroup, UnknownSet
from trama.analyses.access.reach import Target
from trama.analyses.freshness import superseded
from trama.analyses.territory.errors import MissingLayers
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 11, 21)
FIRST_WEST = 50
"""Cells are ordered by the code of their comune: the fifty eastern ones first, then row by row northwards."""


@pytest.fixture(scope="module")
def book():
    return load_book()


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Lake:
    return small_lake(tmp_path_factory.mktemp("accesso"))


@pytest.fixture(scope="module")
def result(lake, book):
    return run_access_whole(lake, book, day=DAY)


def category(result, place: str, name: str):
    of = next(of for _kind, of in result.places if of.key == place)
    return next(one for one in of.categories if one.category.id == name)


def rows(lake, layer, **where):
    table = lake.version(layer).table()
    for column, value in where.items():
        table = table[table[column] == value]
    return table


def test_residents_of_every_comune_and_age_are_all_there_once(result):
    cells, people = result.ground.cells, result.ground.people
    assert len(cells) == 100
    for age, total in ((8, 100), (30, 250), (80, 10)):
        by_comune = people.between(age, age)
        found = np.bincount(cells.comune, cells.people(by_comune), 2)
        assert found == pytest.approx(by_comune, abs=1e-9)
        assert found.sum() == pytest.approx(total, abs=1e-9)


def test_the_distance_of_every_cell_is_that_walked_along_the_streets(lake, result):
    cells = rows(lake, "accesso_celle").sort_values("numero")
    times = rows(lake, "accesso_tempi", traguardo="IST.PRI").sort_values("cella")
    east = cells.geometry.bounds["minx"].to_numpy() - 500_000
    north = cells.geometry.bounds["miny"].to_numpy() - 5_030_000
    assert times["distanza_mm"].to_numpy() == pytest.approx((east + north) * 1000)
    assert set(times["servizio"].astype(str)) == {"primaria"}


def test_children_walk_slower_and_more_of_them_are_beyond_fifteen_minutes(lake, result):
    # at 1.25 m/s 15 minutes are 1,125 m: of the 50 western cells those with i + j >= 12 are 3
    assert category(result, WEST_TOWN, "education_6_13").beyond == pytest.approx(150 * 3 / 50)
    # at 1.10 m/s they are 990 m: i + j >= 10, 1 + 2 + 3 + 4 cells, and 100 children of 8
    child = rows(lake, "accesso_categorie", luogo=WEST_TOWN, gruppo="bambini", categoria="education_6_13")
    assert child["oltre"].tolist() == pytest.approx([100 * 10 / 50])


def test_where_no_source_looks_the_datum_is_missing_and_never_no_service(lake, result):
    east = category(result, EAST_TOWN, "education_6_13")
    assert (east.state, east.beyond, east.mean_min) == ("mancante", None, None)
    assert category(result, WEST_TOWN, "sport").state == "mancante"
    node = result.trace.root.find(f"comune/{EAST_TOWN}/categorie/education_6_13")
    assert node.value is None
    assert "dato mancante" in node.note
    cells = rows(lake, "accesso_celle", istat=EAST_TOWN)
    assert (cells["categorie_mancanti"] == 11).all()


def test_a_partial_source_says_at_most(result):
    west = category(result, WEST_TOWN, "pharmacy")
    assert west.state == "parziale"
    assert "al più" in result.trace.root.find(f"comune/{WEST_TOWN}/categorie/pharmacy").note
    # pharmacy at the far corner, 10 minutes are 750 m: all western cells are at 18 - i - j >= 5 hundreds of
    # metres; beyond are those with 18 - i - j >= 8, that is i + j <= 10, all but 3 + 2 + 1
    assert west.beyond == pytest.approx(150 * 44 / 50)


def test_three_nearest_are_their_mean_and_those_that_are_not_there_count_at_the_limit(lake, result):
    # two bars at node 0, one at node 9: from node 0 distances 0, 0 and 900 m
    times = rows(lake, "accesso_tempi", traguardo="COM.BAR+COM.VIC*3", cella=FIRST_WEST)
    assert times["distanza_mm"].tolist() == [300_000]
    # no food shop anywhere: the limit, an hour's walk
    empty = rows(lake, "accesso_tempi", traguardo="COM.ALI+COM.MER*3", cella=0)
    assert empty["distanza_mm"].tolist() == [4_500_000]


def test_opportunities_are_the_services_within_the_threshold(lake, result):
    # bars and shops within ten minutes, 750 m: from a western cell (i, j) two at node 0 where i + j <= 7,
    # one at node 9 where 9 - i + j <= 7; averaged over the 50 cells
    cells = [(i, j) for i in range(5) for j in range(10)]
    expected = sum(2 * (i + j <= 7) + (9 - i + j <= 7) for i, j in cells) / 50
    row = rows(lake, "accesso_categorie", luogo=WEST_TOWN, gruppo="tutti", categoria="shops_bars").iloc[0]
    assert row["servizi_entro"] == pytest.approx(expected)
    east = rows(lake, "accesso_categorie", luogo=EAST_TOWN, gruppo="tutti", categoria="shops_bars").iloc[0]
    assert np.isnan(east["servizi_entro"])


def test_zones_and_the_whole_are_the_sums_of_their_comuni(result):
    whole = result.territory
    assert whole.people == 360
    beyond = sum(category(result, town, "pharmacy").beyond for town in (WEST_TOWN, EAST_TOWN))
    assert category(result, "territorio", "pharmacy").beyond == pytest.approx(beyond)


def test_places_offered_are_all_taken_by_the_children_within_reach(lake, result):
    # Σ A·P = Σ S, where only western children (100 of 8 years) can be reached and counted
    row = rows(lake, "accesso_offerta", luogo=WEST_TOWN, voce="IST.PRI").iloc[0]
    assert row["posti_per_100"] / 100 * row["residenti"] == pytest.approx(60)
    # children beyond 990 m have none: 10 cells of 50
    assert row["quota_senza"] == pytest.approx(0.2)
    assert row["gruppo"] == "bambini"


def test_inequality_of_the_whole_splits_between_and_within(lake, result):
    row = rows(lake, "accesso_disuguaglianza", luogo="territorio", gruppo="tutti").iloc[0]
    assert row["theil_tra"] + row["theil_entro"] == pytest.approx(row["theil"])
    assert 0 < row["gini"] < 1
    assert row["palma"] > 0.25
    curve = rows(lake, "accesso_lorenz", gruppo="tutti")
    assert curve["quota_accesso"].iloc[[0, -1]].tolist() == pytest.approx([0, 1])
    assert (curve["quota_accesso"] <= curve["quota_residenti"] + 1e-12).all()


def test_stairs_are_walked_by_all_but_who_uses_a_wheelchair(tmp_path, book):
    # the school's node 0 is left only by edge 0 (to node 1) and by the first one northwards, row 90
    lake = small_lake(tmp_path, stairs=(0,))
    run_access(lake, book, day=DAY)
    with_stairs = rows(lake, "accesso_tempi", traguardo="IST.PRI", cella=FIRST_WEST + 1)[
        "distanza_mm"
    ].tolist()
    without = rows(lake, "accesso_tempi", traguardo="IST.PRI|senza_scale", cella=FIRST_WEST + 1)[
        "distanza_mm"
    ]
    assert (with_stairs, without.tolist()) == ([100_000], [300_000])


def test_a_service_far_from_any_street_is_named_with_its_distance_and_reached_by_nobody(tmp_path, book):
    # node 1500 would stand 150 rows north: 14,100 m beyond the last row of nodes
    lake = small_lake(tmp_path, services=[*SERVICES, ("lontana", "CUL.BIB", 1500, None)])
    result = run_access(lake, book, day=DAY)
    assert result.ground.services.detached == 1
    assert result.to_json()["servizi_irraggiungibili"] == [
        {
            "id": "lontana",
            "nome": "Lontana",
            "voce": "CUL.BIB",
            "voce_nome": "Biblioteca di pubblica lettura",
            "motivo": "lontano da ogni via",
            "distanza_m": 14_100.0,
        }
    ]
    assert result.trace.root.find("servizi_irraggiungibili/lontana").value == 14_100


def test_an_island_of_streets_without_people_holds_services_that_nobody_reaches(tmp_path, book):
    lake = small_lake(tmp_path, services=[*SERVICES, ("isolata", "CUL.BIB", 33, None)])
    from shapely import LineString, Point

    # two nodes of their own, 3 km north of all: a library stands on one
    nodes = [{"id": n, "osm_id": 0} for n in range(102)]
    far = [Point(500_050, 5_034_050), Point(500_150, 5_034_050)]
    put(lake, "rete_pedonale_nodi", nodes, [place(n) for n in range(100)] + far)
    edges = lake.version("rete_pedonale_archi").table()
    rows_ = edges.drop(columns="geometry").to_dict("records")
    rows_.append({"id": len(rows_), "u": 100, "v": 101, "length_m": 100.0, "classe": "path", "scale": False})
    put(lake, "rete_pedonale_archi", rows_, [*edges.geometry, LineString(far)])
    table = lake.version("servizi").table()
    shapes = [*table.geometry[:-1], far[0]]
    put(lake, "servizi", table.drop(columns="geometry").to_dict("records"), shapes)
    result = run_access(lake, book, day=DAY)
    (one,) = result.to_json()["servizi_irraggiungibili"]
    assert (one["id"], one["distanza_m"]) == ("isolata", None)
    assert "staccate" in one["motivo"]
    assert category(result, WEST_TOWN, "culture").state == "mancante"


def test_ten_million_services_are_refused_before_they_are_read(tmp_path, book):
    from dataclasses import replace

    lake = small_lake(tmp_path)

    class Crowded(Lake):
        """A lake whose services say they are ten million, and cannot be read."""

        def version(self, layer, version=None):
            found = super().version(layer, version)
            if layer != "servizi":
                return found
            return replace(found, rows=10_000_000, folder=tmp_path / "non si legge")

    with pytest.raises(TooMany, match=r"10\.000\.000.*al più 1\.000\.000.*access nearest"):
        run_access(Crowded(lake.root), book, day=DAY)


def test_people_of_a_comune_without_built_land_are_said_not_placed(tmp_path, book):
    lake = small_lake(tmp_path)
    from affine import Affine

    from tests.fixtures_territory import MADE_UP, raster_manifest

    with lake.draft(raster_manifest("uso_suolo"), MADE_UP) as draft:
        cells = np.full((50, 50), 1111, dtype=np.uint16)
        cells[:, 25:] = 2111
        draft.write_raster(cells, Affine(20, 0, 500_000, 0, -20, 5_031_000), nodata=0)
    whole = run_access(lake, book, day=DAY).territory
    assert (whole.people, whole.placed, whole.unplaced) == (360, 150, 210)


def test_a_run_again_writes_nothing_new_and_is_stale_when_services_change(tmp_path, book):
    lake = small_lake(tmp_path)
    first = run_access_whole(lake, book, day=DAY).versions["accesso_comuni"]
    assert run_access_whole(lake, book, day=DAY).versions["accesso_comuni"].id == first.id
    assert superseded(lake, lake.version("accesso_comuni")) == {}
    small_lake(tmp_path, services=SERVICES[:-1])
    assert "servizi" in superseded(lake, lake.version("accesso_comuni"))


def test_what_cannot_be_asked_is_refused_before_anything_is_read(tmp_path, book):
    lake = small_lake(tmp_path)
    for kwargs, error in (
        ({"set_id": "enelx"}, NotSelectable),
        ({"set_id": "boh"}, UnknownSet),
        ({"group": "boh"}, UnknownGroup),
    ):
        with pytest.raises(error, match="scegliere"):
            run_access(lake, book, day=DAY, **kwargs)
    with pytest.raises(MissingLayers, match="uso_suolo"):
        run_access(Lake(tmp_path / "vuoto"), book, day=DAY)


@pytest.mark.parametrize("name", ["IST.PRI", "COM.ALI+COM.MER*3", "SAN.FAR|senza_scale"])
def test_the_name_of_a_target_reads_back(name):
    assert Target.named(name).name == name


@pytest.mark.parametrize("serie", ["sonycsl", "nexi", "moreno", "walkscore", "xminute", "barcelona"])
def test_every_set_that_can_be_chosen_runs(lake, book, serie):
    result = run_access(lake, book, day=DAY, set_id=serie)
    assert result.to_json()["serie"] == serie
    assert len(result.territory.categories) >= 4
