"""Services of lists, registers and extracts in the lake, with what each covers."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from tests.fixtures_place import EAST, NORTH
from tests.sources.services.small import (
    add,
    comuni,
    coverage,
    degrees,
    listed,
    pharmacies,
)
from trama.lake import Lake
from trama.sources.errors import MissingField
from trama.sources.lists import TooManyRows
from trama.sources.services.errors import NoService, UnknownCoverage


def test_a_list_becomes_services_with_what_the_taxonomy_adds(lake: Lake, tmp_path: Path) -> None:
    path = listed(
        tmp_path / "elenco.csv",
        f"1;Città Studi;IST.PRI;1.250,5;attivo;{EAST + 500};{NORTH + 500}",
        f"2;Palestra;Palestra;;in progetto;{EAST + 600};{NORTH + 500}",
        encoding="cp1252",
    )
    reading, version = add(lake, path, edition="2024", source="Comune di prova")
    rows = version.table().set_index("id")
    school = rows.loc["comune_di_prova:1"]
    assert (school["nome"], school["voce"], school["capienza"]) == ("Città Studi", "IST.PRI", 1250.5)
    assert (school["livello"], school["livello_da"], school["capienza_unita"]) == (
        "locale",
        "tassonomia",
        "posti",
    )
    assert (school["fonte"], school["rilevato"], school["stato"]) == ("Comune di prova", "2024", "attivo")
    assert rows.loc["comune_di_prova:2", ["voce", "stato"]].tolist() == ["SPO.PAL", "previsto"]
    assert np.isnan(rows.loc["comune_di_prova:2", "capienza"])
    where = school["istat"]
    assert where in comuni(lake)
    assert coverage(lake) == {
        (where, "IST.PRI"): ("parziale", "Comune di prova"),
        (where, "SPO.PAL"): ("parziale", "Comune di prova"),
    }
    assert any("Copertura" in note for note in reading.notes)


def test_a_register_published_without_coordinates_says_what_to_add(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "scuole.csv"
    head = "CODICESCUOLA;DENOMINAZIONESCUOLA;DESCRIZIONETIPOLOGIAGRADOISTRUZIONESCUOLA;DESCRIZIONECOMUNE"
    path.write_text(f"{head}\nMI1;Verdi;SCUOLA PRIMARIA;MILANO\n", encoding="utf-8")
    with pytest.raises(NoService, match="lat e lon"):
        add(lake, path)
    assert not lake.has("servizi")


def test_what_is_declared_complete_is_so_in_the_comuni_declared(lake: Lake, tmp_path: Path) -> None:
    row = f"1;A;AMB.FON;;;{EAST + 500};{NORTH + 500}"
    path = listed(tmp_path / "a.csv", row)
    add(lake, path, coverage="completa", covers="tutti")
    assert coverage(lake) == {(code, "AMB.FON"): ("completa", "a") for code in comuni(lake)}
    with pytest.raises(UnknownCoverage, match="completa oppure parziale"):
        add(lake, path, coverage="forse")
    with pytest.raises(UnknownCoverage, match="non è un comune"):
        add(lake, path, covers="Paperopoli")


def test_rows_without_a_place_are_listed_and_leave_the_coverage_partial(lake: Lake, tmp_path: Path) -> None:
    path = listed(tmp_path / "a.csv", f"1;A;AMB.FON;;;{EAST + 500};{NORTH + 500}", "2;Persa;AMB.FON;;;;")
    reading, version = add(lake, path, coverage="completa")
    assert len(version.table()) == 1
    placed = next(one for one in reading.findings if one.check == "placed")
    assert (placed.count, placed.where[0]["id"]) == (1, "riga 3 Persa")
    assert {value[0] for value in coverage(lake).values()} == {"parziale"}


def test_a_voice_that_nobody_knows_stops_the_list_and_repair_leaves_it_out(
    lake: Lake, tmp_path: Path
) -> None:
    path = listed(
        tmp_path / "a.csv",
        f"1;A;AMB.FON;;;{EAST + 500};{NORTH + 500}",
        f"2;B;astronave;;;{EAST + 600};{NORTH + 500}",
    )
    reading, version = add(lake, path)
    assert version is None
    assert "astronave" in reading.stopping[0].where[0]["why"]
    assert not lake.has("servizi")
    _, version = add(lake, path, repair=True)
    assert version.table()["voce"].tolist() == ["AMB.FON"]
    classes = tmp_path / "classi.csv"
    classes.write_text("valore,codice\nastronave,SPO.PAL\n", encoding="utf-8")
    _, version = add(lake, path, classes=classes)
    assert sorted(version.table()["voce"]) == ["AMB.FON", "SPO.PAL"]


def test_one_voice_for_every_row_is_given_with_the_columns(lake: Lake, tmp_path: Path) -> None:
    path = listed(tmp_path / "a.csv", f"1;{EAST + 500};{NORTH + 500}", head="objectid;x;y")
    with pytest.raises(MissingField, match="voce"):
        add(lake, path)
    reading, version = add(lake, path, columns={"voce": "AMB.FON"})
    assert not any("vuoti" in note and "voce" in note for note in reading.notes)
    assert version.table()["voce"].tolist() == ["AMB.FON"]


def test_too_many_rows_are_refused_and_of_a_vector_file_those_near_are_read(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trama.sources.lists.MOST_ROWS", 3)
    rows = [f"{n};F{n};AMB.FON;;;{EAST + 500 + n};{NORTH + 500}" for n in range(4)]
    with pytest.raises(TooManyRows, match="4 righe"):
        add(lake, listed(tmp_path / "a.csv", *rows))
    points = [shapely.Point(EAST + 500, NORTH + 500 + 100 * n) for n in range(2)]
    points += [shapely.Point(EAST + 500_000 + n, NORTH) for n in range(50)]
    table = geopandas.GeoDataFrame({"voce": ["AMB.FON"] * 52}, geometry=points, crs=32632)
    table.to_file(tmp_path / "a.gpkg")
    reading, version = add(lake, tmp_path / "a.gpkg")
    assert len(version.table()) == 2
    assert any("Letti 2 elementi su 52" in note for note in reading.notes)


def test_impossible_coordinates_are_no_place(tmp_path: Path) -> None:
    rows = ["1;A;AMB.FON;95;9", "2;B;AMB.FON;45.5;9.1", "3;C;AMB.FON;0;0"]
    path = listed(tmp_path / "a.csv", *rows, head="id;nome;voce;lat;lon")
    reading, version = add(Lake(tmp_path / "casa" / "lake"), path)
    assert version.table()["nome"].tolist() == ["B"]
    assert next(one for one in reading.findings if one.check == "placed").count == 2


def test_areas_and_other_systems_are_taken(lake: Lake, tmp_path: Path) -> None:
    shape = shapely.box(EAST + 100, NORTH + 100, EAST + 300, NORTH + 300)
    table = geopandas.GeoDataFrame({"voce": ["VER.CAN"], "nome": ["Area"]}, geometry=[shape], crs=32632)
    table.to_crs(4326).to_file(tmp_path / "a.geojson", driver="GeoJSON")
    reading, version = add(lake, tmp_path / "a.geojson")
    assert shape.contains(version.table().geometry[0])
    assert any("punto al loro interno" in note for note in reading.notes)


def test_the_same_service_twice_counts_once_and_is_told(lake: Lake, tmp_path: Path) -> None:
    path = listed(
        tmp_path / "a.csv",
        f"1;Scuola Verdi;IST.PRI;;;{EAST + 500};{NORTH + 500}",
        f"1;Scuola Verdi;IST.PRI;;;{EAST + 900};{NORTH + 500}",
        f"2;SCUOLA VERDI;IST.PRI;;;{EAST + 510};{NORTH + 500}",
        f"1;Scuola Verdi;IST.SE1;;;{EAST + 500};{NORTH + 500}",
    )
    reading, version = add(lake, path)
    assert sorted(version.table()["id"]) == ["a:1#IST.PRI", "a:1#IST.SE1"]
    assert next(one for one in reading.findings if one.check == "doubles").count == 2


def test_beyond_the_border_a_service_stays_without_comune_and_far_away_it_does_not(
    lake: Lake, tmp_path: Path
) -> None:
    path = listed(
        tmp_path / "a.csv",
        f"1;A;AMB.FON;;;{EAST + 500};{NORTH + 500}",
        f"2;B;AMB.FON;;;{EAST - 1000};{NORTH + 500}",
        f"3;C;AMB.FON;;;{EAST - 50_000};{NORTH + 500}",
    )
    reading, version = add(lake, path)
    assert version.table().set_index("id")["istat"].isna().to_dict() == {"a:1": False, "a:2": True}
    assert any("1 servizi lontani" in note for note in reading.notes)
    with pytest.raises(NoService):
        add(lake, listed(tmp_path / "b.csv", f"3;C;AMB.FON;;;{EAST - 50_000};{NORTH}"))


def test_a_point_out_of_its_comune_is_told_and_claims_no_coverage_there(lake: Lake, tmp_path: Path) -> None:
    """Cormano lies to the west, Milano to the east: the second pharmacy of Milano is drawn in Cormano."""
    path = listed(
        tmp_path / "a.csv",
        f"1;A;SAN.FAR;Milano;{EAST + 3000};{NORTH + 500}",
        f"2;B;SAN.FAR;Milano;{EAST + 500};{NORTH + 500}",
        f"3;C;SAN.FAR;Milano;{EAST + 1900};{NORTH + 500}",
        head="id;nome;voce;comune;x;y",
    )
    reading, version = add(lake, path, coverage="completa")
    finding = next(one for one in reading.findings if one.check == "coherent")
    assert [place["id"] for place in finding.where] == ["a:2"]
    assert version.table().set_index("id")["istat"]["a:2"] == "015086"
    assert list(coverage(lake)) == [("015146", "SAN.FAR")]


def test_a_register_is_recognised_and_complete_where_it_goes_beyond_the_territory(
    lake: Lake, tmp_path: Path
) -> None:
    rows = [("7", "Dottor Bianchi", 500, 500), ("8", "Lontana", 300_000, 500)]
    closed = "9;Via X;Chiusa;Comune;31/12/2019;Ordinaria;{:.7f};{:.7f}".format(*degrees(900, 900))
    reading, version = add(lake, pharmacies(tmp_path / "f.csv", *rows, closed))
    assert reading.notes[0].startswith("Riconosciuto dalle colonne: Elenco delle farmacie")
    assert version.table().set_index("id")["stato"].to_dict() == {
        "farmacie:7": "attivo",
        "farmacie:9": "cessato",
    }
    assert {key: value[0] for key, value in coverage(lake).items()} == {
        (code, "SAN.FAR"): "completa" for code in comuni(lake)
    }


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("inner", "columns", "voices"),
    [
        ("scuole_milano", {}, {"IST.PRI": 207, "IST.SE1": 117}),
        ("farmacie_milano", {}, {"SAN.FAR": 420}),
        ("fontanelle", {"voce": "AMB.FON"}, {"AMB.FON": 721}),
        ("aree_cani_2020", {"voce": "VER.CAN"}, {"VER.CAN": 303}),
    ],
)
def test_the_open_registers_and_lists_are_read(
    tmp_path: Path, shared_data: Path, inner: str, columns: dict[str, str], voices: dict[str, int]
) -> None:
    """As many as the originals have, less those written twice, which are told."""
    lake = Lake(tmp_path / "casa" / "lake")
    reading, version = add(lake, shared_data / "servizi.gpkg", inner=inner, columns=columns)
    twice = next(one for one in reading.findings if one.check == "doubles").count
    found = version.table()["voce"].value_counts().to_dict()
    assert sum(found.values()) + twice == sum(voices.values())
    assert set(found) == set(voices)


@pytest.mark.real_data
def test_the_open_register_of_libraries_counts_those_of_public_reading(
    tmp_path: Path, shared_data: Path
) -> None:
    lake = Lake(tmp_path / "casa" / "lake")
    reading, version = add(lake, shared_data / "servizi.gpkg", inner="biblioteche_cmm")
    found = version.table()["voce"].value_counts().to_dict()
    assert set(found) == {"CUL.BIB"}
    assert 192 <= found["CUL.BIB"] < 400
    assert any("non è di pubblica lettura" in note for note in reading.notes)
