"""STORM's norms hold together: what is derived can be derived again, and says how far it is attested."""

from __future__ import annotations

from datetime import date

import pytest

from trama.engines.hydrology import composite_curve_number, retention_index, runoff_mm
from trama.kernel.citations import Status
from trama.norms import load_book

BOOK = load_book()
DAY = date(2024, 2, 28)
SCHEMES = {"dusaf": 70, "clc": 34, "urban_atlas": 27, "lcz": 17, "lcz5_milano": 5}
GROUPS = "abcd"
STATUSES = {status.value for status in Status}


def value(key: str):
    return BOOK.value(f"sttm1/storm/{key}", DAY).value


@pytest.mark.parametrize(("scheme", "rows"), SCHEMES.items())
def test_every_class_has_shares_in_order_and_curve_numbers_that_rise_with_the_group(scheme, rows) -> None:
    table = value(f"suolo_{scheme}")
    assert len(table) == rows
    for code, row in table.items():
        assert 0 <= row["sealed_share_min"] <= row["sealed_share"] <= row["sealed_share_max"] <= 1, code
        numbers = [row[f"cn_{group}"] for group in GROUPS]
        assert numbers == sorted(numbers), code
        assert 0 < numbers[0] <= numbers[-1] <= 100, code
        assert {row["sealed_status"], row["cn_status"]} <= STATUSES, code
        assert row["name_it"], code
        assert row["cn_source"], code


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_curve_number_is_rebuilt_from_sealed_share_and_pervious_cover(scheme: str) -> None:
    """Derived: CN = f·98 + (1 - f)·CN of the pervious cover, rounded to the whole number."""
    covers = value("coperture_permeabili")
    sealed_number = value("cn_impermeabile")
    for code, row in value(f"suolo_{scheme}").items():
        if row["pervious_cover"] is None:
            assert "media" in row["note"], code
            continue
        for group in GROUPS:
            pervious = covers[row["pervious_cover"]][f"cn_{group}"]
            rebuilt = float(composite_curve_number(row["sealed_share"], pervious, sealed_number))
            assert rebuilt == pytest.approx(row[f"cn_{group}"], abs=0.5 + 1e-6), (code, group)


def test_sealed_shares_stay_within_the_official_bounds_of_the_residential_classes() -> None:
    """Act: the legend of DUSAF gives 111 over 80 %, 1121 from 50 to 80 %, 1122 from 30 to 50 %."""
    table = value("suolo_dusaf")
    assert [
        (table[c]["sealed_share_min"], table[c]["sealed_share_max"]) for c in ("1111", "1121", "1122")
    ] == [
        (0.8, 1.0),
        (0.5, 0.8),
        (0.3, 0.5),
    ]


def test_k2_soil_weights_are_the_rounded_mean_retention_of_a_good_lawn() -> None:
    """Derived: mean of R at 61.4 and 100 mm for CN 39/61/74/80, rounded."""
    lawn = value("coperture_permeabili")["grass_good"]
    weights = [row["weight"] for row in value("kdren_k2_suolo").values()]
    for group, weight in zip(GROUPS, weights, strict=True):
        kept = [
            float(retention_index(rain, runoff_mm(rain, lawn[f"cn_{group}"], value("lambda"))))
            for rain in (value("pioggia_t50_1h"), value("pioggia_estrema"))
        ]
        assert weight == pytest.approx(sum(kept) / 2, abs=0.03)


def test_the_depths_of_the_events_follow_from_their_sources() -> None:
    """Derived: 23,625,000 m3 on 1,575 km2; Milan's rainfall line, a1 29.87 mm and w 2.057 for 50 years."""
    assert value("pioggia_giorno_estivo") == pytest.approx(23_625_000 / 1_575e6 * 1000)
    assert value("pioggia_t50_1h") == pytest.approx(29.87 * 2.057, abs=0.05)
    assert BOOK.value("sttm1/storm/pioggia_giorno_estivo", DAY).status is Status.UFFICIALE


@pytest.mark.parametrize("ladder", ["kdren_k1_soggiacenza", "kdren_k2_soggiacenza"])
def test_deeper_water_never_weighs_less(ladder: str) -> None:
    weights = [value(ladder).points(depth) for depth in (0, 0.99, 1, 1.99, 2, 4.99, 5, 5.01, 10, 10.01, 40)]
    assert weights == sorted(weights)
    assert max(weights) == 1


def test_less_drainage_is_never_a_lower_class() -> None:
    ladder = value("classe_kdren")
    assert [ladder.points(k) for k in (0.9, 0.7, 0.69, 0.5, 0.49, 0.3, 0.29, 0.15, 0.14, 0)] == [
        1, 1, 2, 2, 3, 3, 4, 4, 5, 5,
    ]  # fmt: skip
    assert [value("classi_vulnerabilita")[str(n)]["name_it"] for n in range(1, 6)] == [
        "molto bassa",
        "bassa",
        "media",
        "alta",
        "molto alta",
    ]


def test_nothing_of_storm_is_shown_as_adopted() -> None:
    for parameter in BOOK.under("sttm1/storm"):
        assert parameter.at(DAY).status is not Status.ADOTTATO, parameter.path


def test_the_catalogue_of_solutions_is_coherent() -> None:
    catalogue = BOOK.value("sttm1/nbs/catalogo", DAY).value
    assert len(catalogue) == 33
    for name, row in catalogue.items():
        assert row["unit"] in {"m2", "m", "m3", "count"}, name
        assert row["family"] in {"acqua", "suolo", "edificio", "verde", "grigio"}, name
        assert row["cost_min_eur"] <= row["cost_eur"] <= row["cost_max_eur"], name
        assert row["day_cooling_min_degc"] <= row["day_cooling_max_degc"], name
        assert {row["hydraulic_status"], row["thermal_status"], row["cost_status"]} <= STATUSES, name
        if row["unit"] == "m2" and row["storage_mm"] is not None:
            assert row["storage_m3_per_unit"] == pytest.approx(row["storage_mm"] / 1000), name
