"""The surfaces of land take say what the tables they lean on say."""

from __future__ import annotations

from datetime import date

import pytest

from trama.kernel.errors import TramaError
from trama.norms import load_book

DAY = date(2026, 1, 15)
GROUPS = ("cn_a", "cn_b", "cn_c", "cn_d")
HEAT = {"shade": "canopy_share", "albedo": "albedo", "kc_summer": "kc_summer"}


def rows(path: str) -> dict[str, dict]:
    return load_book().value(path, DAY).value


def test_curve_numbers_are_those_of_the_cover_they_name() -> None:
    covers = rows("sttm1/storm/coperture_permeabili")
    sealed = load_book().value("sttm1/storm/cn_impermeabile", DAY).value
    for name, row in rows("sttm1/suoli/superfici").items():
        if row["cn_cover"] == "cn_impermeabile":
            assert [row[group] for group in GROUPS] == [sealed] * 4, name
        elif row["cn_cover"]:
            assert [row[group] for group in GROUPS] == [covers[row["cn_cover"]][g] for g in GROUPS], name


def test_every_surface_of_the_sheets_is_there() -> None:
    assert set(rows("sttm1/scheda_drenaggio/superfici")) <= set(rows("sttm1/suoli/superfici"))


def test_heat_attributes_are_those_of_the_heat_sheet() -> None:
    try:
        other = rows("sttm1/scheda_isola_calore/superfici")
    except TramaError:
        pytest.skip("these norms have no sheet of the heat island")
    for name, row in rows("sttm1/suoli/superfici").items():
        for mine, theirs in HEAT.items():
            assert row[mine] == other[name][theirs], f"{name}: {mine}"


def test_every_action_leans_on_a_solution_a_surface_and_known_themes() -> None:
    catalogue, surfaces = rows("sttm1/nbs/catalogo"), rows("sttm1/suoli/superfici")
    for name, row in rows("sttm1/rete_verde/azioni").items():
        assert row["nbs"] in catalogue, name
        assert row["before"] in surfaces, name
        assert set(str(row["answers"] or "").split()) <= {"acqua", "calore"}, name
