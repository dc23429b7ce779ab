"""The forecasts of the plans in the lake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas
import pytest
import shapely

from tests.fixtures_place import EAST, NORTH, place_lake
from trama.lake import Lake
from trama.norms import load_book
from trama.sources.errors import BadClassTable, MissingField, NoValues
from trama.sources.known import known_of
from trama.sources.original import Original, TableReading
from trama.sources.readers import Said, add_original

BOOK, DAY = load_book(), date(2026, 1, 15)
MANIFEST = BOOK.manifests["previsioni_piano"]
WEST, MILANO = "015086", "015146"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return place_lake(tmp_path / "casa", storm=False)


def add(lake: Lake, path: Path, **options: object) -> tuple[TableReading, object]:
    return add_original(lake, MANIFEST, Original(path, **options), Said(), known_of(BOOK, MANIFEST, DAY))


def plans(path: Path, *rows: tuple[float, float, str, str], **more: object) -> Path:
    shapes = [shapely.box(EAST + x, NORTH + y, EAST + x + 100, NORTH + y + 50) for x, y, _, _ in rows]
    columns = {
        "NOME_COM": "Comune",
        "LEGENDA": [row[2] for row in rows],
        "COD_DEST1": [row[3] for row in rows],
    }
    columns |= {"DCOD_DEST1": "Destinazione", **more}
    geopandas.GeoDataFrame(columns, geometry=shapes, crs=32632).to_file(path)
    return path


def test_the_polygons_have_kind_code_and_measure(lake: Lake, tmp_path: Path) -> None:
    path = plans(
        tmp_path / "a.gpkg",
        (100, 100, "Servizi esistenti", "101"),
        (300, 100, "Servizi in progetto", "102"),
        (500, 100, "Ambito di trasformazione residenziale", ""),
        (2500, 100, "Tessuto urbano consolidato", "9"),
        (2700, 100, "Verde agricolo", "7"),
        (90_000, 100, "Servizi esistenti", "101"),
    )
    reading, version = add(lake, path)
    rows = version.table().sort_values("id").reset_index(drop=True)
    assert rows["genere"].tolist() == [
        "servizio_esistente",
        "servizio_previsto",
        "trasformazione",
        "tessuto",
        "altro",
    ]
    assert rows["istat"].tolist() == [WEST] * 3 + [MILANO] * 2
    assert rows["area_m2"].tolist() == pytest.approx([5000] * 5)
    assert rows["voce"].isna().all()
    assert rows["codice"].tolist()[:2] == ["101", "102"]
    assert any("«Verde agricolo» (1)" in note for note in reading.notes)


def test_codes_become_voices_where_the_table_says_and_the_others_are_told(lake: Lake, tmp_path: Path) -> None:
    path = plans(tmp_path / "a.gpkg", (100, 100, "Servizi", "101"), (300, 100, "Servizi", "102"))
    classes = tmp_path / "codici.csv"
    classes.write_text("valore;codice\n101;IST.PRI\n", encoding="utf-8")
    reading, version = add(lake, path, classes=classes)
    voices = version.table().set_index("codice")["voce"]
    assert voices["101"] == "IST.PRI"
    assert voices.isna()["102"]
    assert any("102 (1)" in note for note in reading.notes)
    classes.write_text("valore;codice\n101;NON.CE\n", encoding="utf-8")
    with pytest.raises(BadClassTable, match=r"NON\.CE"):
        add(lake, path, classes=classes)


def test_a_variant_takes_the_place_of_its_comune_alone(lake: Lake, tmp_path: Path) -> None:
    add(lake, plans(tmp_path / "a.gpkg", (100, 100, "Servizi", "1"), (2500, 100, "Servizi", "2")))
    reading, version = add(lake, plans(tmp_path / "b.gpkg", (150, 100, "Servizi previsti", "3")))
    assert version.table().set_index("istat")["codice"].to_dict() == {WEST: "3", MILANO: "2"}
    assert any("Restano 1 poligoni" in note for note in reading.events)


def test_what_is_wrong_is_told(lake: Lake, tmp_path: Path) -> None:
    far = plans(tmp_path / "a.gpkg", (-900, 100, "Servizi", "1"))
    with pytest.raises(NoValues, match="nessun poligono"):
        add(lake, far)
    bare = geopandas.GeoDataFrame(
        {"A": [1]}, geometry=[shapely.box(EAST, NORTH, EAST + 9, NORTH + 9)], crs=32632
    )
    bare.to_file(tmp_path / "b.gpkg")
    with pytest.raises(MissingField, match="genere"):
        add(lake, tmp_path / "b.gpkg")
    cross = shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)])
    bare.assign(LEGENDA="Servizi").set_geometry([cross], crs=32632).to_file(tmp_path / "c.gpkg")
    reading, version = add(lake, tmp_path / "c.gpkg")
    assert version is None
    assert [one.check for one in reading.stopping] == ["valid_geometry"]
