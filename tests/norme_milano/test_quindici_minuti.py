"""The norms of the fifteen minutes: sets, walkers, weights."""

from datetime import date

import pytest

from trama.norms import load_book

DAY = date(2026, 11, 21)
FOLDER = "sttm2/quindici_minuti"


@pytest.fixture(scope="module")
def norms():
    book = load_book()
    return lambda name: book.value(f"{FOLDER}/{name}", DAY).value


def test_the_default_set_has_twelve_categories_and_all_can_be_computed(norms):
    rows = [row for row in norms("serie").values() if row["set"] == norms("serie_predefinita")]
    assert len(rows) == 12
    assert all(row["voci"] and row["minuti"] in (10, 15) for row in rows)


def test_a_set_that_cannot_be_chosen_says_why_and_one_that_can_has_categories(norms):
    sets, rows = norms("serie_pubblicate"), norms("serie").values()
    for key, one in sets.items():
        members = [row for row in rows if row["set"] == key and row["voci"]]
        assert bool(members) is bool(one["selectable"]) is not bool(one["why_not"]), key
        if one["selectable"]:
            assert 1 <= one["at_least"] <= len(members), key


def test_the_weights_of_walk_score_sum_to_fifteen(norms):
    # 3 + 3 + 2 + 2 + 5 · 1, as in the public code that publishes them
    rows = [row for row in norms("serie").values() if row["set"] == "walkscore"]
    weights = [[float(w) for w in str(row["pesi"]).split()] for row in rows]
    assert sum(map(sum, weights)) == pytest.approx(15)
    assert [len(w) for w in weights] == [row["k"] for row in rows]


def test_walkers_cover_every_age_once_beside_those_who_are_everyone(norms):
    by_age = [row for row in norms("velocita").values() if not row["every_service"]]
    ages = [age for row in by_age for age in range(row["from"], row["to"] + 1)]
    assert sorted(ages) == list(range(201))
    assert all(0.5 < row["m_s"] < 1.5 for row in norms("velocita").values())


def test_an_hour_at_an_adult_pace_is_where_the_search_ends(norms):
    assert norms("distanza_massima_m") == norms("velocita")["tutti"]["m_s"] * 3600


def test_zone_weights_fall_with_time(norms):
    for name in {row["set"] for row in norms("decadimento_zone").values()}:
        zones = [row for row in norms("decadimento_zone").values() if row["set"] == name]
        assert [z["to_min"] for z in zones] == sorted(z["to_min"] for z in zones)
        assert [z["weight"] for z in zones] == sorted((z["weight"] for z in zones), reverse=True)
