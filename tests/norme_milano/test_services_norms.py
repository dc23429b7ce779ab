"""The taxonomy of services and the table of standards: closed words, true references, facts of the acts."""

from __future__ import annotations

import re
from datetime import date

import pytest

from trama.kernel.citations import Status
from trama.norms import load_book

BOOK = load_book()
DAY = date(2026, 1, 15)
VOICES = BOOK.value("sttm2/servizi/tassonomia", DAY).value
STANDARDS = BOOK.value("sttm2/servizi/standard", DAY).value
CATEGORIES = BOOK.value("sttm2/servizi/categorie", DAY).value
STATUSES = {one.value for one in Status}


def test_every_voice_has_a_category_a_level_and_statuses_for_what_it_says() -> None:
    assert len(VOICES) == 88
    for voice, row in VOICES.items():
        assert row["categoria"] == voice[:3], voice
        assert row["categoria"] in CATEGORIES, voice
        assert row["livello"] in {"locale", "intercomunale", "metropolitano"}, voice
        assert row["daily"] in {0, 1}, voice
        assert set((row["modo"] or "").split()) <= {"a_piedi", "bici", "mezzi", "auto", "qualsiasi"}, voice
        for said, status in (("osm", "osm_status"), ("inspire", "inspire_status"), ("cofog", "cofog_status")):
            assert (row[said] is None) == (row[status] is None), f"{voice}: {said}"
        assert {row["name_status"], row["level_status"]} <= STATUSES, voice
        assert (row["eta_da"] is None) == (row["eta_a"] is None), voice


def test_labels_of_openstreetmap_follow_the_grammar_of_the_reader() -> None:
    for voice, row in VOICES.items():
        for rule in (row["osm"] or "").split("; "):
            assert not rule or re.fullmatch(r"[\w:]+=[\w*]+(\+[\w:]+=[\w*]+)*", rule), f"{voice}: {rule}"


def test_catchments_are_in_order_and_people_of_no_age_are_nobody() -> None:
    for voice, row in VOICES.items():
        low, high = row["catchment_min"], row["catchment_max"]
        assert (low is None) == (high is None), voice
        assert low is None or 0 < low <= high, voice
        if row["eta_da"] is not None:
            assert 0 <= row["eta_da"] <= row["eta_a"] <= 100, voice


def test_a_standard_the_atlas_measures_names_what_it_counts_and_its_value() -> None:
    known = {"area_ab", "posti_eta", "capienza_ab", "ab_sede", "ab_capienza"}
    for key, row in STANDARDS.items():
        assert row["status"] in STATUSES, key
        assert row["letto"] in {"si", "no", "apertura"}, key
        assert set((row["voci"] or "").split()) <= set(VOICES), key
        assert set((row["classi"] or "").split()) <= set("ABCDF"), key
        if row["calcolo"]:
            assert row["calcolo"] in known, key
            assert row["valore"] > 0, key
            assert row["classi"] or row["voci"], key


def test_standards_named_by_a_voice_exist() -> None:
    for voice, row in VOICES.items():
        for pattern in (row["standard"] or "").split():
            start = pattern.removesuffix("*")
            assert any(key == pattern or (start != pattern and key.startswith(start)) for key in STANDARDS), (
                f"{voice}: {pattern}"
            )


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("DM1444.TOT", 18, "art. 3"),  # D.M. 1444/1968, as published
        ("DM1444.A", 4.5, "art. 3 a)"),
        ("DM1444.B", 2, "art. 3 b)"),
        ("DM1444.C", 9, "art. 3 c)"),
        ("DM1444.D", 2.5, "art. 3 d)"),
        ("FARM.3300", 3300, "art. 1 c. 2-3"),  # l. 475/1968 after l. 27/2012
    ],
)
def test_values_of_the_acts(key: str, value: float, place: str) -> None:
    row = STANDARDS[key]
    assert (row["valore"], row["articolo"], row["status"], row["letto"]) == (value, place, "ufficiale", "si")


def test_the_parts_of_the_national_standard_make_the_whole() -> None:
    assert sum(STANDARDS[f"DM1444.{part}"]["valore"] for part in "ABCD") == STANDARDS["DM1444.TOT"]["valore"]


def test_what_no_text_says_is_never_official() -> None:
    for key, row in STANDARDS.items():
        assert row["letto"] == "si" or row["status"] != "ufficiale" or row["valore"] is None, key
    assert STANDARDS["LR51.265"]["in_vigore"] == "no"
    assert STANDARDS["LR12.18"]["status"] == "ipotesi"
