"""Timetables and lists of stops in the lake."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from tests.fixtures_place import place_lake
from tests.sources.timetables.small import TABLES, archive
from trama.kernel.layers import Provenance
from trama.lake import Lake
from trama.norms import load_book
from trama.sources.errors import MissingField, NoOverlap
from trama.sources.known import known_of
from trama.sources.original import Original, TableReading
from trama.sources.readers import Said, add_original

BOOK = load_book()
STOPS = BOOK.manifests["fermate"]
DAY = date(2026, 1, 15)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return place_lake(tmp_path / "casa", storm=False)


def degrees(lake: Lake, east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of a place so many metres from the middle of the territory."""
    from pyproj import Transformer

    west, south, right, top = lake.version("comuni").bbox
    to = Transformer.from_crs(32632, 4326, always_xy=True)
    return to.transform((west + right) / 2 + east, (south + top) / 2 + north)


def here(
    lake: Lake, path: Path, agency: str = "Prova Trasporti", shift: float = 0, **tables: str | None
) -> Path:
    """The small timetable on the territory; D without a place of its own, E without any, F far away."""
    rows = [
        ("A", *degrees(lake, shift, 0)),
        ("B", *degrees(lake, shift + 100, 0)),
        ("C", *degrees(lake, shift, 90)),
    ]
    rows += [("F", *degrees(lake, 90_000, 0))]
    stops = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    stops += "".join(
        f"{name},Fermata {name},{lat},{lon},0,{'S' if name == 'A' else ''}\n" for name, lon, lat in rows
    )
    lon, lat = degrees(lake, 0, 5)
    stops += f"S,Stazione,{lat},{lon},1,\nD,Fermata D,,,0,S\nE,Fermata E,0,0,0,\n"
    agencies = TABLES["agency.txt"].replace("Prova Trasporti", agency)
    return archive(path, **{"agency": agencies, "stops": stops, **tables})


def add(lake: Lake, path: Path, **options: object) -> tuple[TableReading, object]:
    return add_original(lake, STOPS, Original(path, **options), Said("CC BY 4.0"), known_of(BOOK, STOPS, DAY))


def test_a_timetable_makes_stops_and_links_together(lake: Lake, tmp_path: Path) -> None:
    reading, version = add(lake, here(lake, tmp_path / "a.zip"))
    assert version is not None
    stops = lake.version("fermate").table().set_index("id")
    assert list(stops.index) == [f"prova_trasporti:{name}" for name in ("A", "B", "C", "D")]
    a = stops.loc["prova_trasporti:A"]
    assert (a["nodo"], a["modo"], a["partenze"]) == ("prova_trasporti:S", "metro", 9)
    assert a["partenze_ora"] == pytest.approx(4 / 14)
    assert (a["giorno"], a["fonte"]) == ("2024-01-04", "Prova Trasporti")
    assert a["istat"] in set(lake.version("comuni").table()["istat"])
    assert stops.loc["prova_trasporti:D", "partenze"] == 0
    links = lake.version("collegamenti_tpl").table()
    assert set(links["da"]) | set(links["a"]) <= set(stops.index)
    found = {finding.check: finding for finding in reading.findings}
    assert found["placed"].where[0]["id"] == "E"
    assert any("lontane" in note for note in reading.notes)


def test_a_second_timetable_stands_beside_the_first_and_an_edition_takes_its_place(
    lake: Lake, tmp_path: Path
) -> None:
    add(lake, here(lake, tmp_path / "a.zip"))
    add(lake, here(lake, tmp_path / "b.zip", agency="Altra", shift=300))
    both = lake.version("fermate").table()
    assert both["fonte"].value_counts().to_dict() == {"Prova Trasporti": 4, "Altra": 4}
    reading, _ = add(lake, here(lake, tmp_path / "c.zip", agency="Altra", shift=500))
    assert lake.version("fermate").table()["fonte"].value_counts().to_dict() == {
        "Prova Trasporti": 4,
        "Altra": 4,
    }
    assert any("Sostituite le 4 fermate" in note for note in reading.events)
    links = lake.version("collegamenti_tpl").table()
    assert links["da"].str.partition(":")[0].unique().tolist() == ["altra", "prova_trasporti"]


def test_invented_stops_give_way_to_real_ones(lake: Lake, tmp_path: Path) -> None:
    for layer in ("fermate", "collegamenti_tpl"):
        manifest = BOOK.manifests[layer]
        row = {spec.name: [None] for spec in manifest.fields} | {
            "id": ["finta"],
            "da": ["finta"],
            "a": ["finta"],
        }
        columns = {spec.name: row[spec.name] for spec in manifest.fields}
        table = geopandas.GeoDataFrame(columns, geometry=[shapely.Point(0, 0)], crs=32632)
        with lake.draft(manifest, Provenance("demo", synthetic=True)) as draft:
            draft.write_table(table if manifest.geometry != "table" else table.drop(columns="geometry"))
    reading, version = add(lake, here(lake, tmp_path / "a.zip"))
    assert not version.synthetic
    assert "finta" not in set(lake.version("fermate").table()["id"])
    assert "finta" not in set(lake.version("collegamenti_tpl").table()["da"])
    assert any("inventate" in note for note in reading.events)


def test_a_list_of_stops_has_no_departures_not_zero(lake: Lake, tmp_path: Path) -> None:
    lon, lat = degrees(lake, 0, 0)
    path = tmp_path / "metro.csv"
    path.write_text(
        f"id_amat;nome;linee;lon;lat\n1;Duomo;1,3;{lon};{lat}\n2;Senza posto;1;;\n", encoding="utf-8"
    )
    with pytest.raises(MissingField):
        add(lake, path)
    reading, version = add(lake, path, columns={"modo": "metro"})
    row = version.table().iloc[0]
    assert np.isnan(row["partenze"])
    assert np.isnan(row["partenze_ora"])
    assert (row["modo"], row["linee"], row["nome"]) == ("metro", "1 3", "Duomo")
    assert {finding.check: finding.count for finding in reading.findings}["placed"] == 1
    assert not lake.has("collegamenti_tpl")


def test_a_list_beside_a_timetable_leaves_its_stops(lake: Lake, tmp_path: Path) -> None:
    add(lake, here(lake, tmp_path / "a.zip"))
    lon, lat = degrees(lake, 10, 0)
    path = tmp_path / "elenco.csv"
    path.write_text(f"id,nome,modo,lon,lat\n7,FERMATA A,Metropolitana,{lon},{lat}\n", encoding="utf-8")
    reading, version = add(lake, path)
    assert len(version.table()) == 4
    assert {finding.check: finding.count for finding in reading.findings}["doubles"] == 1


def test_a_timetable_of_another_place_is_refused(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(NoOverlap):
        add(lake, archive(tmp_path / "a.zip"))
    with zipfile.ZipFile(tmp_path / "a.zip") as whole:
        assert "stops.txt" in whole.namelist()
    assert not lake.has("fermate")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("inner", "columns", "rows"),
    [("metro_fermate_2020", {"modo": "metro"}, 110), ("fermate_superficie_2020", {"modo": "bus"}, 2618)],
)
def test_the_open_lists_of_stops_are_read(
    tmp_path: Path, shared_data: Path, inner: str, columns: dict[str, str], rows: int
) -> None:
    lake = Lake(tmp_path / "casa" / "lake")
    original = Original(shared_data / "trasporto.gpkg", inner=inner, columns=columns)
    _, version = add_original(lake, STOPS, original, Said(), known_of(BOOK, STOPS, DAY))
    table = version.table()
    assert len(table) == rows
    assert table["partenze"].isna().all()
    assert table["nome"].notna().all()
