"""The real territory: the 133 comuni, their people, their zones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas
import pytest

from trama.lake import Lake
from trama.norms import NormBook, load_book
from trama.sources.boundaries import (
    BANDS,
    NoComuni,
    NoZone,
    load_boundaries,
    read_comuni,
    read_population,
    zones_of,
)

DAY = date(2024, 2, 28)


@pytest.fixture(scope="module")
def comuni() -> geopandas.GeoDataFrame:
    return read_comuni("015")


@pytest.fixture(scope="module")
def book() -> NormBook:
    return load_book()


def test_the_metropolitan_city_has_133_comuni_with_codes_kept_as_text(comuni):
    assert len(comuni) == 133
    assert comuni["istat"].is_unique
    assert comuni.loc[comuni["nome"] == "Milano", ["istat", "catastale"]].to_numpy().tolist() == [
        ["015146", "F205"]
    ]
    assert "015251" in set(comuni["istat"])
    assert not {"015235", "015246"} & set(comuni["istat"])  # merged in February 2019


def test_areas_come_out_as_the_official_ones_within_the_tolerance_of_generalised_boundaries(comuni):
    """Official: 1,575.65 km² in all, 181.67 km² Milano (CMM, quadro conoscitivo STTM 3)."""
    assert comuni["area_m2"].sum() / 1e6 == pytest.approx(1575.65, rel=0.002)
    assert comuni.set_index("nome").at["Milano", "area_m2"] / 1e6 == pytest.approx(181.67, rel=0.006)
    assert comuni.crs.to_epsg() == 32632
    assert comuni.geometry.is_valid.all()


def test_people_by_band_and_by_sex_sum_to_the_residents(comuni):
    assert (comuni[list(BANDS)].sum(axis=1) == comuni["popolazione"]).all()
    assert (comuni["femmine"] + comuni["maschi"] == comuni["popolazione"]).all()
    assert 3_150_000 < comuni["popolazione"].sum() < 3_350_000


def test_people_by_single_age_sum_to_those_of_the_comune(comuni):
    people = read_population("015")
    assert len(people) == 133 * 101
    totals = people.groupby("istat")["totale"].sum()
    assert totals.to_dict() == dict(zip(comuni["istat"], comuni["popolazione"], strict=True))


def test_a_province_that_does_not_exist_is_refused_with_what_to_do():
    with pytest.raises(NoComuni, match="Controllare le norme"):
        read_comuni("999")


@pytest.mark.parametrize(
    ("zone", "count", "area_km2"),
    [
        ("adda_martesana", 29, 273.35),
        ("alto_milanese", 22, 215.23),
        ("magentino_e_abbiatense", 28, 360.44),
        ("nord_milano", 6, 49.48),
        ("nord_ovest", 16, 135.82),
        ("sud_est", 15, 179.72),
        ("sud_ovest", 16, 179.95),
        ("capoluogo", 1, 181.67),
    ],
)
def test_each_zone_has_the_comuni_and_the_area_of_the_official_table(comuni, book, zone, count, area_km2):
    """Table of the metropolitan city, 2015-16; 29 comuni became 28 in Magentino e Abbiatense in 2019."""
    row = zones_of(comuni, book, DAY).set_index("zona").loc[zone]
    assert row["comuni"] == count
    assert row["area_m2"] / 1e6 == pytest.approx(area_km2, rel=0.015)


def test_zones_cover_the_territory_and_all_its_people(comuni, book):
    zones = zones_of(comuni, book, DAY)
    assert zones["popolazione"].sum() == comuni["popolazione"].sum()
    assert zones.geometry.area.sum() == pytest.approx(comuni.geometry.area.sum(), rel=1e-9)


def test_the_merger_of_2019_shows_from_its_day_and_not_before(book):
    relation = book.relations["territorio/zone_omogenee"]
    eve, day = relation.at(date(2019, 2, 7)), relation.at(date(2019, 2, 8))
    assert {"015235", "015246"} <= set(eve)
    assert "015251" not in eve
    assert len(eve) == 133  # plus Milano, 134
    assert day["015251"] == "magentino_e_abbiatense"
    assert not {"015235", "015246"} & set(day)
    assert len(day) == 132
    assert {date(2019, 2, 7), date(2019, 2, 8)} <= set(book.change_days())


def test_a_pending_move_has_no_effect_on_any_day(book):
    relation = book.relations["territorio/zone_omogenee"]
    assert [wish.istat for wish in relation.pending] == ["015081"]
    assert relation.at(date(2026, 11, 21))["015081"] == "adda_martesana"
    use = relation.use("015081", DAY)
    assert use is not None
    assert not use.status.official  # the list of comuni was reconstructed


def test_milano_belongs_to_no_zone(book):
    relation = book.relations["territorio/zone_omogenee"]
    assert "015146" not in relation.at(DAY)
    assert relation.use("015146", DAY) is None


def test_a_day_before_the_merger_is_refused_rather_than_leaving_a_comune_out(comuni, book):
    with pytest.raises(NoZone, match="Vermezzo con Zelo"):
        zones_of(comuni, book, date(2018, 1, 1))


def test_loading_twice_writes_once_even_on_another_day(tmp_path: Path, book):
    lake = Lake(tmp_path / "lake")
    first = load_boundaries(lake, book, day=DAY)
    again = load_boundaries(lake, book, day=date(2025, 1, 1))
    assert {name: version.id for name, version in first.items()} == dict.fromkeys(first, "v0001")
    assert {name: version.id for name, version in again.items()} == dict.fromkeys(first, "v0001")
    assert not first["comuni"].synthetic
    assert any("generalizzato" in limit for limit in first["comuni"].manifest.known_limits)
    assert all(finding["ok"] for finding in first["comuni"].findings)
