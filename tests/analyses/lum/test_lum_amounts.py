"""A missing datum is never zero: what is known in part is a minimum (tests/fixtures_lum.py, by hand)."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures_lum import FS, MEZZO, MIDDLE, SERVICES, STOPS, at, lum_lake, put, stop
from trama.analyses.lum import run_atlas_whole
from trama.analyses.lum.amounts import LEAST, PARTLY
from trama.analyses.lum.answer import Book, sheet_json
from trama.analyses.lum.rules import read_rules
from trama.norms import load_book

DAY = date(2026, 1, 15)
BOOK = load_book()


def told(root: Path, code: str = MEZZO, **layers: list[dict[str, Any]]) -> tuple[Any, Any]:
    """Return indicators (value, note) and sheet of a LUM, with some layers in the place of theirs."""
    lake = lum_lake(root)
    for layer, rows in layers.items():
        put(lake, layer, rows)
    run_atlas_whole(lake, BOOK, day=DAY)
    sheet = Book.open(lake).sheet(code)
    found = sheet_json(sheet, read_rules(BOOK, DAY))
    return {one["id"]: (one["valore"], one["nota"]) for one in found["nodo_luogo"]}, found


def services(*more: tuple[Any, ...]) -> list[dict[str, Any]]:
    names = ("id", "nome", "voce", "stato", "capienza")
    return [
        {**dict(zip(names, row[:5], strict=True)), "geometry": at(*row[5:])} for row in (*SERVICES, *more)
    ]


def coverage(*rows: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [dict(zip(("istat", "voce", "copertura"), row, strict=True)) for row in rows]


def test_no_shop_of_a_partial_source_is_missing_and_one_is_at_least_one(tmp_path: Path) -> None:
    """In Comune di mezzo food shops have a partial source, the rest of trade none; none of them is there."""
    found, _ = told(tmp_path / "a")
    assert found["commercio"] == (None, "dato mancante")
    assert found["uffici"] == (1.0, LEAST)  # the post; of the other counters nobody tells
    shop = ("s7", "Bottega", "COM.ALI", "attivo", None, 1700, 980)
    found, _ = told(tmp_path / "b", servizi=services(shop))
    assert found["commercio"] == (1.0, LEAST)


def test_zero_is_said_where_every_source_is_complete(tmp_path: Path) -> None:
    voices = [voice for voice in read_rules(BOOK, DAY).taxonomy.value if voice[:3] in ("COM", "TUR")]
    found, _ = told(tmp_path, servizi_copertura=coverage(*((MIDDLE, voice, "completa") for voice in voices)))
    assert found["commercio"] == (0.0, "")


def test_the_mix_is_among_the_categories_that_some_source_knows(tmp_path: Path) -> None:
    """Comune di mezzo has sources of SAN, AMM, MOB, CUL, SPO, COM: one each of three is near."""
    found, _ = told(tmp_path)
    value, note = found["mescolanza"]
    assert value == pytest.approx(math.log(3) / math.log(6), abs=1e-4)
    assert note == PARTLY


def test_departures_of_stops_nobody_listed_are_missing_not_none(tmp_path: Path) -> None:
    found, _ = told(tmp_path / "a")
    assert found["partenze_strada"] == (0.0, "")  # buses are listed, none stops here
    rails = [one for one in STOPS if one["modo"] in ("metro", "treno")]
    found, _ = told(tmp_path / "b", fermate=rails)
    assert found["partenze_strada"] == (None, "dato mancante")
    assert found["direzioni_strada"] == (None, "dato mancante")


def test_departures_known_in_part_are_at_least_those(tmp_path: Path) -> None:
    """Of two exits of the metro one has no timetable: at least 200 a day, 12 an hour."""
    exit_ = stop("m2", "Mezzo Centro", 1720, 1000, "metro", MIDDLE, partenze=None, partenze_ora=None)
    found, sheet = told(tmp_path, fermate=[*STOPS, exit_])
    assert found["partenze_ferro"] == (200.0, LEAST)
    assert sheet["lum"]["partenze_ora"] == 12.0
    assert "partenze_ora" in sheet["lum"]["minimi"].split()


def test_cycle_places_of_unknown_size_or_partial_source_are_at_least_those_known(tmp_path: Path) -> None:
    rack = ("s8", "Altre rastrelliere", "MOB.BIC", "attivo", None, 1690, 990)
    found, sheet = told(tmp_path, servizi=services(rack))
    assert found["posti_bici"] == (40.0, LEAST)
    assert "posti_bici" in sheet["lum"]["minimi"].split()


def test_services_of_which_nobody_tells_are_missing_from_the_row(tmp_path: Path) -> None:
    """Within 200 m of Levante FS there is a bar: at least one; with no bar, nobody knows."""
    _, sheet = told(tmp_path / "a", FS)
    assert (sheet["lum"]["servizi"], sheet["lum"]["minimi"]) == (1, "servizi")
    _, sheet = told(tmp_path / "b", FS, servizi=services()[:4])
    assert sheet["lum"]["servizi"] is None


def test_a_function_found_by_a_partial_source_is_at_least_one(tmp_path: Path) -> None:
    _, sheet = told(tmp_path)
    counts = {one["funzione"]: (one["numero"], one["almeno"]) for one in sheet["funzioni"]}
    assert counts["SAN.FAR"] == (1, False)
    assert counts["posta_banca"] == (1, True)  # of banks nobody tells


def test_services_inside_are_named_with_the_way_on_foot(tmp_path: Path) -> None:
    """From the node of the stop, (1700, 1000): the pharmacy 50 m along the same street; the library 100 m
    south and 20 m east; the post in the middle of a block, 50 m from the street and 50 m along it.
    """
    plain = services()
    plain[0].update(orari="Mo-Fr 08:00-20:00", fonte="ASL di prova", rilevato="2025-11")
    _, sheet = told(tmp_path / "a", servizi=plain)
    found = {one["nome"]: one for one in sheet["servizi"]}
    assert set(found) == {"Farmacia Aurora", "Posta di Mezzo", "Rastrelliere", "Biblioteca futura"}
    pharmacy = found["Farmacia Aurora"]
    assert pharmacy["metri_a_piedi"] == pytest.approx(50)
    assert (pharmacy["orari"], pharmacy["fonte"], pharmacy["nome_categoria"]) == (
        "Mo-Fr 08:00-20:00",
        "ASL di prova",
        "Sanità",
    )
    assert found["Biblioteca futura"]["stato"] == "previsto"
    assert found["Biblioteca futura"]["metri_a_piedi"] == pytest.approx(100 + 20)
    assert found["Posta di Mezzo"]["metri_a_piedi"] == pytest.approx(100)
    assert found["Posta di Mezzo"]["orari"] is None


def test_where_the_way_is_not_known_the_distance_says_why(tmp_path: Path) -> None:
    """North of the railway no street crosses it: 50 m away, and never reached on foot."""
    north = ("s9", "Oltre i binari", "SAN.POL", "attivo", None, 1700, 1100)
    _, sheet = told(tmp_path, servizi=services(north))
    [far] = [one for one in sheet["servizi"] if one["nome"] == "Oltre i binari"]
    assert far["metri_a_piedi"] is None
    assert far["nota_distanza"].replace("\u00a0", " ") == "oltre 2.000 m"
