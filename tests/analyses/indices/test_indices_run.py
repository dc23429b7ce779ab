"""The indices whole: what they rest on, what the lake keeps, why each figure is what it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.fixtures_indices import DAY
from tests.fixtures_territory import MADE_UP
from trama.analyses.indices import run_indices
from trama.analyses.indices.alternatives import choice_from
from trama.analyses.indices.errors import BadWeights, NotComputed
from trama.analyses.indices.explorer import explorer
from trama.analyses.indices.kept import kept_version, read_kept, rules_of
from trama.analyses.indices.preparation import prepare
from trama.analyses.indices.rules import IndexRules, read_index_rules
from trama.kernel.citations import Status
from trama.lake import Lake
from trama.norms import NormBook

CHIEF, MIDDLE, EAST = "015146", "015002", "015009"


@pytest.fixture
def rules(book: NormBook) -> IndexRules:
    return read_index_rules(book, "vulnerabilita", DAY)


def declare(lake: Lake, book: NormBook, rows: list[tuple[str, str, float]]) -> None:
    manifest = book.manifests["indicatori_comuni"]
    with lake.draft(manifest, replace(MADE_UP, synthetic=False)) as draft:
        draft.write_table(pd.DataFrame(rows, columns=["istat", "indicatore", "valore"]))


def test_the_index_says_on_how_many_of_its_indicators_it_rests(lake: Lake, book: NormBook) -> None:
    [found] = run_indices(lake, book, day=DAY, only=["vulnerabilita"])
    summary = found.to_json()["comuni"]
    assert summary["indicatori_dichiarati"] == 24
    assert summary["indicatori_usati"] == [
        "suolo_impermeabile",
        "densita",
        "pioggia_progetto",
        "falda_alta",
        "deflusso_t10",
        "kdren",
        "frammentazione",
        "alberi",
    ]
    assert len(summary["dato_mancante"]) == 16
    row = next(row for row in summary["luoghi"] if row["codice"] == EAST)
    assert row["stimati"] == "densita"
    assert row["densita"] is None


def test_the_index_is_the_formula_on_the_normalised_indicators(lake: Lake, book: NormBook) -> None:
    """By hand from the shares: arithmetic inside the pillars, cube root of their product."""
    [found] = run_indices(lake, book, day=DAY, only=["vulnerabilita"])
    told = found.ranked["comuni"].assessment
    shares = told.shares
    p, i, a = shares[:, :4].mean(axis=1), shares[:, 4:7].mean(axis=1), shares[:, 7]
    assert told.index == pytest.approx(
        np.cbrt(np.maximum(p, 0.01) * np.maximum(i, 0.01) * np.maximum(a, 0.01))
    )
    kdren = told.prepared.values[:, 5]
    assert shares[:, 5] == pytest.approx(1 - kdren)  # less draining, more vulnerable; goalposts 0 and 1


def test_the_tables_kept_give_the_same_ranking_again(lake: Lake, book: NormBook) -> None:
    for found in run_indices(lake, book, day=DAY):
        for grain, ranked in found.ranked.items():
            version = kept_version(lake, found.rules.index.id, grain)
            assert version.id == "v0001"
            again = read_kept(lake, book, rules_of(book, found.rules.index.id, version), version)
            assert again.assessment.prepared.names == ranked.assessment.prepared.names
            if ranked.whole:
                assert again.assessment.index.tolist() == ranked.assessment.index.tolist()
                table = version.table().sort_values(version.manifest.key)
                assert table["indice"].dropna().tolist() == ranked.assessment.index.tolist()


def test_every_figure_has_its_reason_and_its_standing(lake: Lake, book: NormBook) -> None:
    [found] = run_indices(lake, book, day=DAY, only=["vulnerabilita"])
    root = lake.traces.load(found.trace_id).root
    kdren = root.find(f"comuni/{CHIEF}/impatto/kdren")
    assert kdren.inputs[0].label.startswith("K-dren")  # STORM's own step, with its norms
    assert any(use.path.startswith("sttm1/storm/kdren_k2") for use in kdren.inputs[0].parameters)
    assert kdren.status is Status.IPOTESI
    assert any("traguardi[kdren]" in use.path for use in kdren.parameters)
    rain = root.find(f"comuni/{CHIEF}/pressioni/pioggia_progetto")
    assert any(use.path.endswith(f"criticita_piogge_comuni[{CHIEF}]") for use in rain.parameters)
    missing = root.find(f"comuni/{CHIEF}/impatto/pm25")
    assert missing.value is None
    assert "dato mancante" in missing.note
    assert "Mancante: presa la mediana" in root.find(f"comuni/{EAST}/pressioni/densita").note
    assert "È 1 − A" in root.find(f"comuni/{CHIEF}/adattamento").note


def test_a_value_loaded_takes_the_place_of_the_computed_one_which_stays(lake: Lake, book: NormBook) -> None:
    declare(
        lake,
        book,
        [(CHIEF, "suolo_impermeabile", 63.5), *((key, "pm25", 20.0) for key in (CHIEF, MIDDLE, EAST))],
    )
    [found] = run_indices(lake, book, day=DAY, only=["vulnerabilita"])
    node = lake.traces.load(found.trace_id).root.find(f"comuni/{CHIEF}/pressioni/suolo_impermeabile")
    assert (node.value, node.source) == (63.5, "dichiarato")
    assert node.replaced.value != 63.5
    assert "pm25" in found.ranked["comuni"].assessment.prepared.names
    assert found.versions["indice_vulnerabilita_comuni"].provenance.inputs["indicatori_comuni"] == "v0001"


def test_an_indicator_few_places_have_is_missing_for_all(lake: Lake, book: NormBook) -> None:
    declare(lake, book, [(CHIEF, "pm25", 20.0)])  # one place of three, under the half the norms ask
    [found] = run_indices(lake, book, day=DAY, only=["vulnerabilita"])
    assert "pm25" in found.ranked["comuni"].assessment.prepared.absent


def test_a_place_that_lacks_too_many_indicators_has_no_index(rules: IndexRules) -> None:
    """By hand: 4 indicators with data; one missing is 25 %, kept; two are 50 %, left out."""
    values = np.full((4, len(rules.order)), np.nan)
    for column in (0, 2, 9, 17):
        values[:, column] = [1.0, 2.0, 3.0, 4.0]
    values[0, 0] = values[1, 0] = values[1, 2] = np.nan
    prepared = prepare(rules, values, np.zeros(4, dtype=np.intp))
    assert prepared.kept.tolist() == [True, False, True, True]
    assert prepared.missing_share.tolist() == [0.25, 0.5, 0, 0]
    assert prepared.values[0, 0] == 3.5  # median of 3 and 4: the place left out does not count


def test_vulnerability_without_a_pillar_is_not_computed_rather_than_another_index(rules: IndexRules) -> None:
    values = np.full((3, len(rules.order)), np.nan)
    values[:, 0] = [1.0, 2.0, 3.0]
    assert not prepare(rules, values, np.zeros(3, dtype=np.intp)).whole


def test_other_weights_change_the_ranking_and_the_norms_stay(
    lake: Lake, book: NormBook, rules: IndexRules
) -> None:
    run_indices(lake, book, day=DAY, only=["vulnerabilita"])
    version = kept_version(lake, "vulnerabilita", "comuni")
    choice = choice_from(rules, {"pesi": {"densita": 0}, "pesi_pilastri": {"impatto": "2,5"}}, "prova")
    assert choice.weights["densita"] == 0
    assert choice.pillar_weights == {"pressioni": 1, "impatto": 2.5, "adattamento": 1}
    other = read_kept(lake, book, rules, version, choice)
    assert other.assessment.index.tolist() != read_kept(lake, book, rules, version).assessment.index.tolist()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"pesi": {"densitá": 1}}, "Forse «densita»?"),
        ({"pesi": {"densita": -1}}, "da 0 a 100"),
        ({"pesi": {"densita": "molto"}}, "da 0 a 100"),
        ({"pesi": {"densita": True}}, "da 0 a 100"),
        ({"pesi": [1, 2]}, "insieme di nomi e numeri"),
        ({"pesi_pilastri": {"pressioni": 0, "impatto": 0, "adattamento": 0}}, "tutti zero"),
        ({"normalizzazione": "logit"}, "minmax, zscore, rank"),
        ({"indice": "qualita"}, "sono dell'indice «qualita»"),
        ({"peso": {}}, "«peso» non è previsto"),
    ],
)
def test_weights_that_mean_nothing_are_refused_in_a_sentence(
    rules: IndexRules, given: dict, sentence: str
) -> None:
    with pytest.raises(BadWeights, match=sentence.replace("?", r"\?")):
        choice_from(rules, given, "prova")


def test_the_page_gets_a_complete_matrix_and_the_scales(
    lake: Lake, book: NormBook, rules: IndexRules
) -> None:
    run_indices(lake, book, day=DAY, only=["vulnerabilita"])
    body = explorer(read_kept(lake, book, rules, kept_version(lake, "vulnerabilita", "comuni")))
    assert [len(row) for row in body["valori"]] == [8, 8, 8]
    east = [place["chiave"] for place in body["luoghi"]].index(EAST)
    assert body["grezzi"][east][1] is None
    assert body["valori"][east][1] is not None
    used = [one for one in body["indicatori"] if one["colonna"] is not None]
    assert [one["id"] for one in used][:2] == ["suolo_impermeabile", "densita"]
    assert (used[0]["basso"], used[0]["alto"], used[0]["sale"]) == (0, 80, True)


def test_before_a_run_the_command_to_give_is_said(lake: Lake) -> None:
    with pytest.raises(NotComputed, match="trama indici run"):
        kept_version(lake, "vulnerabilita", "comuni")
