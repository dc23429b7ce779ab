"""Lists of funded works: every row kept, what is wrong named with its row, money to the cent."""

from __future__ import annotations

import zipfile

import geopandas
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from tests.fixtures_territory import EAST, NORTH, small_lake
from trama.norms import load_book
from trama.sources.errors import MissingField, UnreadableData
from trama.sources.opening import UnknownFormat
from trama.sources.original import Original
from trama.sources.readers import Said, add_original

SOUTH = NORTH - 40
HEAD = "id;nome;fondo;comune;quantita;unita;importo;stato;data_inizio;x;y\n"


@pytest.fixture
def lake(tmp_path):
    return small_lake(tmp_path / "casa")


def add(lake, path, **said):
    return add_original(lake, load_book().manifests["opere_finanziate"], Original(path, **said), Said())


def write(tmp_path, text, name="opere.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def row_of(version, key):
    table = version.table()
    return table[table["id"] == key].iloc[0]


def test_a_list_in_the_italian_way_is_read_and_rows_without_a_place_stay(lake, tmp_path):
    text = HEAD + (
        f"a;Prato;Spugna;015146;1,5;ha;€ 1.234.567,89;in corso;31/12/2024;{EAST + 5:.1f};{SOUTH + 5:.1f}\n"
        ";;;;;;;;;;\n"
        "b;Filare;Forestami;15009;12;n;1.000;;2023;;\n"
        "c;Altro;Forestami;;;;;;;;\n"
    )
    reading, version = add(lake, write(tmp_path, text))
    one, two, three = (row_of(version, key) for key in "abc")
    assert (one["importo"], one["quantita"], one["unita"]) == (1234567.89, 15000.0, "m2")
    assert (one["data_inizio"], one["posizione"], one["riga"]) == ("2024-12-31", "mappa", 2)
    assert (two["importo"], two["istat"], two["posizione"], two["riga"]) == (1000.0, "015009", "comune", 4)
    assert np.isnan(three["importo"])
    assert three["posizione"] == "nessuna"
    placed = next(one for one in reading.findings if one.check == "placed")
    assert (placed.count, placed.where[0]["id"]) == (2, "riga 5")  # what has no comune either comes first
    assert version.tiles is None


def test_wrong_cells_stop_the_version_each_with_its_row_and_the_remedy(lake, tmp_path):
    text = HEAD + (
        "a;Uno;Spugna;015146;1.250;m2;12,3x;;31/02/2024;;\n"
        "b;Due;Spugna;Atlantide;5;pertiche;100,001;;;9,1;\n"
        "c;Tre;Spugna;015146;-5;m2;-1;;;;\n"
    )
    path = write(tmp_path, text)
    reading, version = add(lake, path)
    assert version is None
    assert not lake.has("opere_finanziate")
    found = reading.stopping[0]
    why = {one["id"]: one["why"] for one in found.where}
    assert found.check == "readable_rows"
    assert "«12,3x» non è un numero" in why["riga 2"]
    assert "mille volte tanto" in why["riga 2"]
    assert "«31/02/2024» non è un giorno" in why["riga 2"]
    assert "«Atlantide» non è un comune" in why["riga 3"]
    assert "l'unità «pertiche»" in why["riga 3"]
    assert "più di due decimali" in why["riga 3"]
    assert "solo una delle due coordinate" in why["riga 3"]
    assert "negativo" in why["riga 4"]
    _, version = add(lake, path, repair=True)
    assert list(version.table()["id"]) == ["a", "b", "c"]
    assert version.table()["importo"].isna().all()


def test_a_row_of_totals_is_not_money_twice(lake, tmp_path):
    path = write(tmp_path, HEAD + "a;Uno;Spugna;015146;;;10,50;;;;\n;Totale;;;;;10,50;;;;\n")
    reading, version = add(lake, path)
    assert version is None
    assert "somma" in reading.stopping[0].where[0]["why"]
    reading, version = add(lake, path, repair=True)
    assert version.table()["importo"].tolist() == [10.5]
    assert "Tolta una riga di somma: 3." in reading.notes


LIST = "id;nome;fondo;importo;comune;cup;x;y\n1;A;spugna;100,10;Milano;;;\n2;B;pnrr;200,20;Rho;;;\n"


@pytest.mark.parametrize(
    "row",
    [
        "3;TOTALE GENERALE;;300,30;;;;",
        ";Subtotale;;300,30;;;;",
        ";TOT.;;300,30;;;;",
        ";Importo totale;;300,30;;;;",
        ";Grand total;;300,30;;;;",
        ";SOMMANO;;300,30;;;;",
        "Totale;;;300,30;;;;",
        ";;Totale;300,30;;;;",
        ";Totale spugna;spugna;100,10;;;;",
        ";Totale Milano;;100,10;015146;;;",
        ";Totale;;999,99;;;;",
        ";Totale;;300,30;;2;;",
        ";;;300,30;;;;",
        "3;;;300,30;;;;",
        ";;;200,20;;;;",
        ";Opere in elenco;;300,30;;;;",
        ";A) Totale lavori;;300,30;;;;",
        ";*** Totali ***;;300,30;;;;",
        ";Parziale;;300,30;;;;",
    ],
)
def test_a_row_that_sums_others_is_named_and_is_not_money_twice(lake, tmp_path, row):
    text = LIST.replace("Milano", "015146").replace("Rho", "015009")
    path = write(tmp_path, text + row + "\n")
    reading, version = add(lake, path)
    assert version is None
    why = reading.stopping[0].where[0]
    assert (why["id"], "due volte" in why["why"], "o le coordinate" in why["why"]) == (
        "riga 4",
        True,
        True,
    )
    _, version = add(lake, path, repair=True)
    assert version.table()["importo"].tolist() == [100.1, 200.2]


@pytest.mark.parametrize(
    "row",
    [
        "3;Totale riqualificazione piazza;;300,30;;C11B22000330004;;",
        f"3;Totale riqualificazione piazza;;300,30;;;{EAST + 5};{SOUTH + 5}",
        "3;Lavori di somma urgenza;pnrr;50,00;;;;",
        "3;Totem e panchine;pnrr;50,00;;;;",
        "TOT-003;Totem;pnrr;50,00;;;;",
        "3;Parziale demolizione del muro;pnrr;50,00;;;;",
        "3;Riqualificazione totale della piazza;pnrr;50,00;;;;",
        "3;Manutenzione in totale sicurezza;pnrr;50,00;;;;",
        "3;C;pnrr;300,30;;;;",
        "3;C;;300,30;015146;;;",
        "3;C;;70,00;;;;",
        ";;pnrr;200,20;015146;C11B22000330004;;",
    ],
)
def test_a_work_that_only_resembles_a_sum_comes_in(lake, tmp_path, row):
    text = LIST.replace("Milano", "015146").replace("Rho", "015009")
    _, version = add(lake, write(tmp_path, text + row + "\n"))
    assert len(version.table()) == 3


def test_sums_by_group_without_a_name_and_a_sum_at_the_top_are_found(lake, tmp_path):
    head = "nome;fondo;importo\n"
    rows = ["A;x;1,00", "B;y;2,00", "C;x;3,00", "D;y;4,00", ";x;4,00", ";y;6,00", ";;10,00"]
    reading, _ = add(lake, write(tmp_path, head + "\n".join(rows) + "\n"))
    assert [one["id"] for one in reading.stopping[0].where] == ["riga 6", "riga 7", "riga 8"]
    reading, _ = add(lake, write(tmp_path, head + "\n".join([";;10,00", *rows[:4]]) + "\n"))
    assert [one["id"] for one in reading.stopping[0].where] == ["riga 2"]


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("cp1252", ""),
        ("utf-16", ""),
        ("utf-16-le", ""),
        ("utf-16-be", ""),
        ("mac_roman", "vecchi Macintosh"),
    ],
)
@pytest.mark.parametrize(("mark", "ends"), [(";", "\r\n"), ("\t", "\r")])
def test_a_list_is_read_as_the_program_saved_it(lake, tmp_path, encoding, noted, mark, ends):
    names = ["Città d’acqua", "Perché è più su", "“Parco” «nuovo» – 3 €"]
    rows = ["nome;fondo;importo", *(f"{name};Spugna;1,50" for name in names)]
    path = write(tmp_path, ends.join(rows).replace(";", mark), encoding=encoding)
    reading, version = add(lake, path)
    assert version.table()["nome"].tolist() == names
    assert noted in " ".join(reading.notes)
    assert not any("improbabili" in note for note in reading.notes)


@pytest.mark.parametrize("name", ["Cittˆ nuova", "CittÃ\xa0 nuova", "Citt\ufffd nuova"])
def test_letters_that_nobody_writes_are_noticed(lake, tmp_path, name):
    reading, version = add(lake, write(tmp_path, f"nome;fondo;importo\n{name};Spugna;1\n"))
    assert version is not None
    assert any("Caratteri improbabili" in note and "Citt" in note for note in reading.notes)


@pytest.mark.parametrize("raw", [b"\xff\xfea", b"nome;fondo;importo\nA\x81\x8d;B;1\n"])
def test_what_is_no_text_is_refused(lake, tmp_path, raw):
    path = tmp_path / "opere.csv"
    path.write_bytes(raw)
    with pytest.raises((UnreadableData, UnknownFormat)):
        add(lake, path)


def test_repeated_ids_stop_and_repeated_cups_are_named(lake, tmp_path):
    head = "id,nome,programma,cup,costo\n"
    reading, version = add(lake, write(tmp_path, head + 'a,Uno,X,C1,"1,5"\na,Due,X,c1,2\n'))
    assert version is None
    assert {one.check for one in reading.stopping} == {"unique_id"}
    reading, version = add(lake, write(tmp_path, head + 'a,Uno,X,C1,"1,5"\nb,Due,X,c1,2.5\n'))
    cups = next(one for one in reading.findings if one.check == "same_cup")
    assert (cups.count, cups.where[0]["why"]) == (2, "nelle righe 2, 3")
    assert version.table()["importo"].tolist() == [1.5, 2.5]
    assert any("importo da «costo»" in note for note in reading.notes)


def test_rows_without_id_take_their_cup_or_their_number(lake, tmp_path):
    text = "nome;fondo;cup;importo\nUno;X;C1;1\nDue;X;C2;1\nTre;X;C2;1\n"
    _, version = add(lake, write(tmp_path, text))
    assert list(version.table()["id"]) == ["C1", "riga-00003", "riga-00004"]


def test_a_missing_column_is_asked_for_and_may_be_left_empty(lake, tmp_path):
    path = write(tmp_path, "nome;pagatore;importo\nUno;X;1\n")
    with pytest.raises(MissingField, match="--map fondo=COLONNA"):
        add(lake, path)
    _, version = add(lake, path, columns={"fondo": "Pagatore"})
    assert version.table()["fondo"].tolist() == ["X"]
    _, version = add(lake, path, columns={"fondo": ""})
    assert version.table()["fondo"].isna().all()


def test_degrees_wkt_and_another_system_become_metres(lake, tmp_path):
    from pyproj import Transformer

    def there(epsg):
        return Transformer.from_crs(32632, epsg, always_xy=True).transform(EAST + 5, SOUTH + 5)

    lon, lat = there(4326)
    italian = f"{lon:.8f};{lat:.8f}".replace(".", ",")
    _, version = add(lake, write(tmp_path, f"nome;fondo;importo;lon;lat\nUno;X;1;{italian}\n"))
    assert version.table().geometry[0].distance(Point(EAST + 5, SOUTH + 5)) < 0.01
    x, y = there(3003)
    _, version = add(lake, write(tmp_path, f"nome;fondo;importo;x;y\nUno;X;1;{x:.3f};{y:.3f}\n"), crs=3003)
    assert version.table().geometry[0].distance(Point(EAST + 5, SOUTH + 5)) < 0.01
    shape = box(EAST, SOUTH, EAST + 10, SOUTH + 10)
    _, version = add(lake, write(tmp_path, f'nome;fondo;importo;wkt\nUno;X;1;"{shape.wkt}"\n'))
    assert version.table().geometry[0].area == pytest.approx(100)


def test_points_lines_and_areas_of_a_geopackage_stay_together(lake, tmp_path):
    shapes = [Point(EAST + 5, SOUTH + 5), LineString([(EAST, SOUTH), (EAST + 9, SOUTH)]), None]
    shapes.append(box(EAST, SOUTH, EAST + 20, SOUTH + 20))
    columns = {"nome": list("abcd"), "fondo": ["X"] * 4, "importo": [1.1, 2.2, 3.3, 4.4], "comune": "015146"}
    path = tmp_path / "opere.gpkg"
    geopandas.GeoDataFrame(columns, geometry=shapes, crs=32632).to_file(path, geometry_type="Unknown")
    _, version = add(lake, path)
    table = version.table()
    assert list(table["posizione"]) == ["mappa", "mappa", "comune", "mappa"]
    assert table["importo"].sum() == pytest.approx(11.0)
    assert list(table.geometry.geom_type[[0, 1, 3]]) == ["Point", "LineString", "Polygon"]


def test_a_zipped_shapefile_and_its_cut_names_are_read(lake, tmp_path):
    columns = {"nome": ["a"], "fondo": ["X"], "importo": [5.25], "data_inizi": ["2024-05-01"]}
    frame = geopandas.GeoDataFrame(columns, geometry=[Point(EAST + 5, SOUTH + 5)], crs=32632)
    frame.to_file(tmp_path / "opere.shp")
    archive = tmp_path / "opere.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for part in tmp_path.glob("opere.*"):
            if part != archive:
                zipped.write(part, part.name)
        zipped.writestr("leggimi.txt", "nome, fondo, note")
    _, version = add(lake, archive)
    assert (version.table()["importo"][0], version.table()["data_inizio"][0]) == (5.25, "2024-05-01")


def test_a_point_away_from_its_comune_is_told(lake, tmp_path):
    text = HEAD + f"a;Uno;X;015009;;;1;;;{EAST - 900:.0f};{SOUTH + 5:.0f}\n"
    reading, version = add(lake, write(tmp_path, text))
    told = {one.check: one for one in reading.findings if not one.ok}
    assert "fuori da «015009»" in told["coherent"].where[0]["why"]
    assert "inside_territory" in told
    assert version is not None


def test_what_is_no_list_is_refused(lake, tmp_path):
    with pytest.raises(UnknownFormat):
        add(lake, write(tmp_path, "una riga sola senza colonne\n"))
    with pytest.raises(UnreadableData, match="riga 2 ha 4 celle"):
        add(lake, write(tmp_path, "nome;fondo;importo\na;b;c;d\n"))
    with pytest.raises(UnreadableData, match="non ha righe"):
        add(lake, write(tmp_path, "nome;fondo;importo\n"))


def test_old_encodings_are_read(lake, tmp_path):
    path = write(tmp_path, "nome;fondo;importo\nCittà;X;1\n", encoding="cp1252")
    assert add(lake, path)[1].table()["nome"].tolist() == ["Città"]
