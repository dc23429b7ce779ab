"""Voices by name and by OpenStreetMap tags."""

from __future__ import annotations

from datetime import date

import pytest

from trama.norms import load_book
from trama.sources.services import REGISTERS, TAXONOMY, VOICES, Taxonomy, registers_of

BOOK, DAY = load_book(), date(2026, 1, 15)
ATLAS = Taxonomy(BOOK.value(TAXONOMY, DAY).value)


@pytest.mark.parametrize(
    ("tags", "voices"),
    [
        ({"amenity": "pharmacy"}, ["SAN.FAR"]),
        ({"amenity": "kindergarten"}, ["IST.INF"]),
        ({"amenity": "kindergarten", "min_age": "0"}, ["IST.NID"]),
        ({"amenity": "school", "isced:level": "1"}, ["IST.PRI"]),
        ({"amenity": "school", "isced:level": "1;2"}, ["IST.PRI", "IST.SE1"]),
        ({"amenity": "parking", "access": "yes", "park_ride": "yes"}, ["MOB.PKR"]),
        ({"railway": "station", "station": "subway"}, ["MOB.MET"]),
        ({"railway": "station"}, ["MOB.FER"]),
        ({"leisure": "sports_centre", "sport": "swimming"}, ["SPO.PIS"]),
        ({"amenity": "bench"}, []),
        ({"shop": "no"}, []),
    ],
)
def test_the_rule_with_most_tags_wins(tags: dict[str, str], voices: list[str]) -> None:
    assert ATLAS.voices(tags) == voices


def test_any_value_comes_after_a_value(tmp_path: object) -> None:
    assert ATLAS.voices({"shop": "supermarket"})[0] == "COM.ALI"
    assert ATLAS.voices({"shop": "hairdresser"}) == ["COM.VIC"]


def test_every_voice_of_the_registers_is_in_the_taxonomy() -> None:
    registers = registers_of(BOOK.value(REGISTERS, DAY).value, BOOK.value(VOICES, DAY).value)
    voices = {kind.voce for register in registers for kind in register.kinds} - {"-"}
    assert voices <= set(ATLAS.rows)
    assert all(register.complete <= set(ATLAS.rows) for register in registers)
    assert all(register.kinds for register in registers)


@pytest.mark.parametrize(
    ("register", "kind", "second", "voce"),
    [
        ("scuole", "SCUOLA PRIMARIA NON STATALE", None, "IST.PRI"),
        ("scuole", "SCUOLA SEC. PRIMO GRADO NON STATALE", None, "IST.SE1"),
        ("scuole", "LICEO SCIENTIFICO", None, "IST.SE2"),
        ("scuole", "IST TEC COMMERCIALE E PER GEOMETRI", None, "IST.SE2"),
        ("scuole", "ISTITUTO COMPRENSIVO", None, "-"),
        ("farmacie", "Ordinaria", None, "SAN.FAR"),
        ("biblioteche", "Pubblica", "Comune", "CUL.BIB"),
        ("biblioteche", "NON SPECIFICATA", "Comune", "CUL.BIB"),
        ("biblioteche", "NON SPECIFICATA", "Regione", "-"),
    ],
)
def test_kinds_of_the_registers_have_their_voice(register: str, kind: str, second: str, voce: str) -> None:
    registers = registers_of(BOOK.value(REGISTERS, DAY).value, BOOK.value(VOICES, DAY).value)
    found = next(one for one in registers if one.id == register).voice(kind, second)
    assert found is not None
    assert found.voce == voce
