"""The demonstration territory: repeatable, within the real boundaries, driven by real people."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from trama.analyses import demo
from trama.analyses.demo import fabric, landcover, network, plain, units, works
from trama.analyses.demo import soils as ground_soils
from trama.analyses.demo.beside import beside
from trama.analyses.demo.covers import Cover
from trama.analyses.demo.ground import Ground
from trama.analyses.demo.noise import chance, smooth
from trama.analyses.demo.plain import Plain
from trama.analyses.demo.sketch import read_sketch
from trama.lake import Lake, Version
from trama.norms import load_book
from trama.sources.boundaries import load_boundaries, read_comuni

DAY = date(2024, 2, 28)
SMALL = ("015182", "015116", "015087", "015097", "015093", "015103")
"""Rho, Lainate, Cornaredo, Cusago, Corsico, Gaggiano: dense and rural, above and below the springs."""

LAYERS = {
    "uso_suolo", "gruppo_idrologico", "tessitura", "soggiacenza", "upa", "tessuto_urbano_consolidato",
    "zone_rispetto_pozzi", "siti_contaminati", "verde", "acque", "ferrovie", "strade", "vie",
    "opere_finanziate", "rete_pedonale_nodi", "rete_pedonale_archi", "fermate", "collegamenti_tpl", "servizi",
    "servizi_copertura",
}  # fmt: skip


def _ground(codes: tuple[str, ...], seed: int = 5) -> Ground:
    comuni = read_comuni("015")
    chosen = comuni[comuni["istat"].isin(codes)].reset_index(drop=True)
    return Ground(chosen[["istat", "nome", "popolazione", "geometry"]], seed)


@pytest.fixture(scope="module")
def small() -> Plain:
    ground = _ground(SMALL)
    return plain.imagine(ground, read_sketch(load_book(), DAY, ground.seed))


@pytest.fixture(scope="module")
def cover(small: Plain) -> np.ndarray:
    return plain.cover_of(small)


def _sealed_share(cover: np.ndarray, ground: Ground) -> np.ndarray:
    """Sealed share of each comune, by the norms' own table of DUSAF classes."""
    table = load_book().value("sttm1/storm/suolo_dusaf", DAY).value
    sealed = np.zeros(65536)
    for code, row in table.items():
        sealed[int(code)] = row["sealed_share"]
    owner = ground.comune_fine.ravel()
    total = np.bincount(owner, weights=sealed[cover.ravel()])
    return (total / np.bincount(owner))[1:]


def test_the_same_seed_gives_the_same_cells_and_another_seed_others(cover):
    ground = _ground(SMALL)
    again = plain.cover_of(plain.imagine(ground, read_sketch(load_book(), DAY, ground.seed)))
    assert np.array_equal(cover, again)
    other = _ground(SMALL, seed=6)
    moved = plain.cover_of(plain.imagine(other, read_sketch(load_book(), DAY, other.seed)))
    assert (moved != cover).mean() > 0.05


def test_cells_do_not_depend_on_the_strips_they_are_computed_in(small, cover, monkeypatch):
    monkeypatch.setattr(landcover, "STRIP_ROWS", 977)
    assert np.array_equal(cover, plain.cover_of(small))


def test_every_cell_of_the_territory_has_a_class_of_the_norms_and_none_outside_it(small, cover):
    known = {int(code) for code in load_book().value("sttm1/storm/suolo_dusaf", DAY).value}
    inside = small.ground.comune_fine > 0
    assert set(np.unique(cover[inside]).tolist()) <= known
    assert not cover[~inside].any()
    assert {int(code) for code in Cover if code} <= known


def test_more_people_per_square_kilometre_means_more_sealed_ground(small, cover):
    share = _sealed_share(cover, small.ground)
    correlation = np.corrcoef(share, np.log(small.ground.density_km2))[0, 1]
    assert correlation > 0.6
    dense = int(np.argmax(small.ground.density_km2))
    rural = int(np.argmin(small.ground.density_km2))
    assert share[dense] > 0.45
    assert share[rural] < 0.12


def test_units_cover_the_territory_without_gaps_or_overlaps(small):
    table = units.units(small.ground, small.sketch)
    territory = small.ground.territory
    whole = shapely.union_all(table.geometry.to_numpy())
    assert shapely.difference(territory, whole).area / territory.area < 1e-6
    assert abs(table.geometry.area.sum() - territory.area) / territory.area < 1e-6
    assert table.geometry.is_valid.all()
    assert table["codice"].is_unique


def test_the_water_table_is_deep_to_the_north_and_shallow_to_the_south(small):
    soils = ground_soils.soils(small.ground, small.sketch, small.great_river_m)
    inside = small.ground.comune_coarse > 0
    assert np.isnan(soils.depth_m[~inside]).all()
    assert set(np.unique(soils.group[inside])) <= {1, 2, 3, 4}
    assert set(np.unique(soils.texture[inside])) <= {1, 2, 3}
    x, y = small.ground.coarse.mesh()
    north = small.sketch.north_of_springs(x, y)
    high, low = inside & (north > 5000), inside & (north < -5000)
    assert soils.depth_m[high].mean() > 8
    assert soils.depth_m[low].mean() < 5
    assert soils.texture[high].mean() < soils.texture[low].mean()


def test_perimeters_wells_and_sites_lie_within_their_comune(small, cover):
    shapes = small.ground.comuni.set_index("istat").geometry
    towns = fabric.consolidated(small.ground, cover)
    sites = fabric.contaminated(small.ground, cover)
    for table in (towns, sites):
        outside = shapely.difference(table.geometry.to_numpy(), shapes.loc[table["istat"]].to_numpy())
        assert shapely.area(outside).max(initial=0) < 1e-3
        assert table.geometry.is_valid.all()
    wells = fabric.well_zones(small.ground, small.scene, small.sketch.well_radius_m)
    assert set(wells["istat"]) == set(SMALL)
    assert wells.geometry.area.max() == pytest.approx(np.pi * 200**2, rel=0.01)


def test_town_perimeters_hold_most_of_the_built_cells(small, cover):
    towns = fabric.consolidated(small.ground, cover)
    within = small.ground.fine.burn([(shape, 1) for shape in towns.geometry]) > 0
    homes = np.isin(cover, [Cover.DENSE, Cover.MEDIUM, Cover.DISCONTINUOUS])
    assert (homes & within).sum() / homes.sum() > 0.85


def test_streets_of_the_map_are_streets_of_the_raster(small, cover):
    """The lines run along the very cells the raster paints: most of their points fall on road cells."""
    towns = fabric.consolidated(small.ground, cover)
    lines = fabric.streets(small.scene, towns, fabric.greenery(small.ground, cover))
    points = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    found = small.ground.fine.sample(cover, points[:, 0], points[:, 1])
    assert (found == Cover.ROAD).mean() > 0.6


def test_roads_link_the_settlements_and_stay_inside(small):
    table = network.road_table(small.roads)
    assert {"autostrada", "principale", "locale"} <= set(table["classe"])
    assert table["id"].is_unique
    inside = shapely.buffer(small.ground.territory, 1)
    assert shapely.contains(inside, table.geometry.to_numpy()).all()


def test_a_territory_without_rivers_or_axes_can_be_imagined_too():
    ground = _ground(SMALL[:1])
    bare = replace(read_sketch(load_book(), DAY, 5), waters=(), axes=())
    scenery = plain.imagine(ground, bare)
    assert (plain.cover_of(scenery)[ground.comune_fine > 0] != 0).all()
    assert set(units.units(ground, bare)["tipo"]) == {"pianura"}


def test_building_twice_writes_each_layer_once_and_labels_it_synthetic(tmp_path: Path):
    lake, book = Lake(tmp_path / "lake"), load_book()
    small_comuni = _ground(SMALL).comuni
    load_boundaries(lake, book, day=DAY)
    full = lake.version("comuni").table()
    version = lake.version("comuni")
    with lake.draft(version.manifest, replace(version.provenance, source="sei comuni per prova")) as draft:
        draft.write_table(full[full["istat"].isin(small_comuni["istat"])].reset_index(drop=True))
    told: list[tuple[str, float]] = []
    first = demo.build(lake, book, seed=5, progress=lambda text, share: told.append((text, share)))
    again = demo.build(lake, book, seed=5, day=date(2026, 11, 21))
    _another_process_writes_the_same(tmp_path / "other", lake, first)
    assert set(first) == LAYERS
    assert {name: made.id for name, made in again.items()} == dict.fromkeys(first, "v0001")
    assert {name: made.sha256 for name, made in again.items()} == {
        name: made.sha256 for name, made in first.items()
    }
    for made in first.values():
        assert made.synthetic
        assert made.manifest.synthetic
        assert "real" not in made.manifest.title.lower()
        assert [finding for finding in made.findings if not finding["ok"]] == []
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with rasterio.open(first["uso_suolo"].raster) as raster:
        assert raster.crs.to_epsg() == 32632
        assert raster.res == (10.0, 10.0)
        assert raster.nodata == 0
    _real_data_stay(lake, first["servizi"])


def _another_process_writes_the_same(home: Path, lake: Lake, first: dict[str, Version]) -> None:
    shutil.copytree(lake.root / "comuni", home / "lake" / "comuni")
    with beside(cores=2) as other:
        made = demo.build(Lake(home / "lake"), load_book(), seed=5, writer=other)
    assert {name: one.files for name, one in made.items()} == {name: one.files for name, one in first.items()}


def _real_data_stay(lake: Lake, invented: Version) -> None:
    """What is invented never takes the place of what is real, whatever the seed."""
    true = replace(invented.provenance, synthetic=False, source="un ente")
    with lake.draft(invented.manifest, true) as draft:
        draft.write_table(invented.table().head(3))
    made = demo.build(lake, load_book(), seed=6)
    assert made["servizi"].id == lake.version("servizi").id == "v0002"
    assert len(lake.version("servizi").table()) == 3
    assert made["fermate"].synthetic
    assert made["fermate"].id == "v0002"


def test_without_the_real_comuni_it_says_what_to_do(tmp_path: Path):
    with pytest.raises(demo.NoTerritory, match="trama demo build"):
        demo.build(Lake(tmp_path / "lake"), load_book())


def test_chance_is_the_same_on_every_machine():
    """Regression: integer arithmetic only, so these very numbers are expected everywhere."""
    assert (chance([0, 1, -3], [0, 7, 12], seed=1) * (1 << 24)).tolist() == [13228815, 14112354, 13379729]
    values = chance(np.arange(10_000), np.zeros(10_000), seed=3)
    assert 0 <= values.min() < 0.001
    assert 0.999 < values.max() < 1
    assert values.mean() == pytest.approx(0.5, abs=0.01)
    assert smooth(np.arange(100.0), np.arange(100.0), 30, 1, octaves=3).min() >= 0


def test_funded_works_lie_in_the_territory_and_have_the_holes_of_real_lists(
    small: Plain, cover: np.ndarray
) -> None:
    table = works.works(small.ground, cover)
    again = works.works(small.ground, cover)
    assert table.drop(columns="geometry").equals(again.drop(columns="geometry"))
    placed = table[table["posizione"] == "mappa"]
    assert shapely.is_valid(placed.geometry.to_numpy()).all()
    assert placed.intersects(small.ground.territory).all()
    assert set(placed.geom_type) == {"Point", "LineString", "Polygon"}
    assert table["id"].is_unique
    assert table["importo"].isna().sum() == 1
    assert (table["posizione"] == "comune").sum() == 1
    assert table["soluzione"].isna().sum() == 1
    across = table[table["nome"] == "Fossato verde a cavallo di due comuni"].iloc[0]
    owners = across["istat"].split()
    shapes = small.ground.comuni.set_index("istat").geometry
    assert len(owners) == 2
    assert all(across.geometry.intersection(shapes[code]).area > 0 for code in owners)
