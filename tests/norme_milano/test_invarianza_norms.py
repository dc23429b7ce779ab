"""The norms of hydraulic invariance: worked cases, and the 133 comuni against an independent computation."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from trama.analyses.invarianza import Question, answer, assess
from trama.analyses.invarianza.regulation import FOLDER
from trama.norms import load_book

BOOK = load_book()
DAY = date(2026, 1, 15)
CASES = [case for case in BOOK.cases if case.path == FOLDER]
COMUNI = BOOK.value(f"{FOLDER}/criticita_piogge_comuni", DAY).value
ASKED = {
    "superficie_m2": "total_m2",
    "superfici_m2": "surfaces_m2",
    "a": "a_mm",
    "coefficiente_p": "coefficient_p",
    "tempo_ritorno": "return_period_year",
    "portata_limite_l_s": "limit_l_s",
    "sola_infiltrazione": "infiltration_only",
}


def question(given: dict[str, Any]) -> Question:
    return Question(**{ASKED.get(key, key): value for key, value in given.items()})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Any) -> None:
    found = answer.body(assess(BOOK, case.day, question(case.given)))
    for key, expected in case.expect.items():
        if isinstance(expected, int | float) and not isinstance(expected, bool):
            assert found[key] == pytest.approx(expected, abs=case.tolerance or 1e-9), key
        else:
            assert found[key] == expected, key


def test_the_folder_has_both_a_case_where_rain_governs_and_one_where_the_minimum_does() -> None:
    assert {case.expect.get("governa") for case in CASES} >= {"metodo", "minimo"}


def independent_rows() -> list[dict[str, str]]:
    """Rainfall-only at 50 years of the 133 comuni, by other software from the same table.

    It rounded growth factors to four decimals before going on, and volumes to one decimal after: hence the
    tolerances, one unit of the last printed digit of each.
    """
    with Path(__file__).with_name("sole_piogge_t50.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", independent_rows(), ids=lambda row: row["istat"])
def test_the_rainfall_only_volume_agrees_with_another_program_in_comune(row: dict[str, str]) -> None:
    one_hectare = Question(10_000.0, {"impermeabile": 10_000.0}, comune=row["istat"])
    found = answer.body(assess(BOOK, DAY, one_hectare))
    assert found["piogge"]["tempo_ritorno"] == 50
    growth = found["piogge"]["a_mm"] / COMUNI[row["istat"]]["a1"]
    assert growth == pytest.approx(float(row["w50"]), abs=1e-4)
    assert found["piogge"]["a_mm"] == pytest.approx(float(row["h1_t50_mm"]), abs=0.1)
    assert found["durata_critica_h"] == pytest.approx(float(row["durata_critica_h"]), abs=0.01)
    assert found["volume_metodo_m3"] == pytest.approx(float(row["volume_m3_ha"]), abs=0.1)
    assert found["governa"] == {"sole_piogge": "metodo", "minimo": "minimo"}[row["governa"]]


def test_the_table_holds_the_133_comuni_none_of_them_in_area_c() -> None:
    found = [row["criticita"] for row in COMUNI.values()]
    assert len(found) == 133
    assert (found.count("A"), found.count("B"), found.count("C")) == (75, 58, 0)


def test_rainfall_that_was_rebuilt_never_weighs_more_than_a_working_value() -> None:
    for row in COMUNI.values():
        changed = any(row[name] != row[f"{name}_fonte"] for name in ("a1", "n", "alfa", "kappa", "epsilon"))
        assert (row["qualita"] != "ok") == (row["stato_piogge"] == "ipotesi")
        assert not changed or row["stato_piogge"] == "ipotesi"


def test_every_value_says_in_its_act_which_text_it_comes_from() -> None:
    for parameter in BOOK.under(FOLDER):
        in_force = parameter.at(DAY)
        assert in_force.citation.act
        if in_force.status.value == "ufficiale":
            assert in_force.citation.url
