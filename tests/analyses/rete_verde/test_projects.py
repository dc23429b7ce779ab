"""Projects in order of financing, on the place of tests/fixtures_place.py (group B, built west, fields east).

By hand, 61.4 mm: sealed ground runs off 55.5896 mm (CN 98). De-sealing 1,000 m2 of asphalt to garden keeps
55.59 m3, plus 1,000 · min(0.04, 2 · 0.0555896) = 40 m3 stored of the area it serves, for 110,000 €.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas
import pytest

from tests.fixtures_place import Picked, Proposal, place_lake, square
from tests.fixtures_territory import MADE_UP, table_manifest
from trama.analyses.rete_verde.projects import order_projects
from trama.analyses.scheda.surfaces import UnknownSolution
from trama.kernel.layers import FieldSpec
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
YARD = square(500, 2000, 100)


def project(nome: str, solution: str, quantity: float) -> Proposal:
    return Proposal(
        YARD,
        nome,
        (Picked(solution, quantity),),
        {"impermeabile": 10_000},
        {"impermeabile": 10_000 - quantity, "verde_profondo": quantity},
    )


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return place_lake(tmp_path_factory.mktemp("progetti"))


def test_the_score_is_class_times_gain_by_euro(lake: Lake) -> None:
    rows, trace = order_projects(lake, load_book(), [project("Cortile", "desealing_garden", 1000)], DAY)
    water = next(one for one in rows if one.theme == "acqua")
    assert water.gain == pytest.approx(55.5896 + 40, abs=0.01)
    assert water.cost == pytest.approx(110_000)
    assert water.grade is not None
    assert water.score == pytest.approx(water.grade * water.gain / 110_000 * 1e6)
    node = lake.traces.load(trace.id).root.find("acqua/acqua-Cortile/guadagno")
    assert node is not None
    assert node.value == pytest.approx(95.5896, abs=0.01)
    assert {use.layer for use in trace.layers()} >= {"uso_suolo", "gruppo_idrologico"}
    assert trace.unofficial()


def test_no_more_is_served_than_there_is_and_the_cost_stays_whole(lake: Lake) -> None:
    """A dry basin of 4,000 m2 in fields far from the built side: nothing to serve but the project's own roof.

    By the catalogue it could serve far more than the 100 m2 of roof that the project leaves and the sealed
    share that the norms give to the fields within reach.
    """
    book = load_book()
    sealed = float(book.value("sttm1/storm/suolo_dusaf", DAY).value["2111"]["sealed_share"])
    reach = float(book.value("sttm1/whatif/raccolta_m", DAY).value)
    field = square(3000, 2000, 100)
    far = Proposal(
        field,
        "Bacino nei campi",
        (Picked("dry_basin", 4000),),
        {"agricolo": 10_000},
        {"agricolo": 5_900, "impermeabile": 100, "giardino_pluviale": 4000},
    )
    rows, trace = order_projects(lake, book, [far], DAY)
    water = next(one for one in rows if one.theme == "acqua")
    around = (field.buffer(reach).area - field.area) * sealed
    assert water.served_m2 == pytest.approx(100 + around, rel=0.02)
    assert water.wanted_m2 is not None
    assert water.wanted_m2 > 10 * water.served_m2
    # what the new roof sheds is a loss; what is served of it and around comes back
    assert water.gain == pytest.approx((water.served_m2 - 100) * 0.0555896, rel=0.02)
    assert water.cost == pytest.approx(
        4000 * float(book.value("sttm1/nbs/catalogo", DAY).value["dry_basin"]["cost_eur"])
    )
    assert "il costo è intero" in water.cut
    node = trace.root.find("acqua/acqua-Bacino nei campi/guadagno/trattenuta")
    assert node is not None
    assert node.find("nel_progetto").value == 100


def test_what_is_served_is_whole_where_the_place_has_it(lake: Lake) -> None:
    rows, _ = order_projects(lake, load_book(), [project("Cortile", "desealing_garden", 1000)], DAY)
    water = next(one for one in rows if one.theme == "acqua")
    assert water.cut == ""
    # 40 m3 of storage fill with 40 / 0.0555896 = 719.6 m2 of the 9,000 that stay sealed
    assert water.served_m2 == pytest.approx(40 / 0.0555896, rel=1e-4)


def test_more_water_by_euro_comes_first(lake: Lake) -> None:
    """Lawn stores nothing of others' water: 55.59 m3 for 65,000 € (855 by million), garden 95.59 for 110,000
    (869).
    """
    asked = [project("Prato", "desealing_lawn", 1000), project("Giardino", "desealing_garden", 1000)]
    rows, _ = order_projects(lake, load_book(), asked, DAY)
    water = [(one.place, one.name) for one in rows if one.theme == "acqua"]
    assert water == [(1, "Giardino"), (2, "Prato")]


def test_a_project_without_solutions_has_no_cost_and_no_place(lake: Lake) -> None:
    bare = Proposal(YARD, "Solo superfici", (), {"impermeabile": 10_000}, {"verde_profondo": 10_000})
    rows, _ = order_projects(lake, load_book(), [bare], DAY)
    water = next(one for one in rows if one.theme == "acqua")
    assert (water.place, water.score) == (None, None)
    assert "nessun costo" in water.why


def test_heat_without_its_data_is_missing_never_zero(lake: Lake) -> None:
    rows, _ = order_projects(lake, load_book(), [project("Cortile", "desealing_garden", 1000)], DAY)
    heat = next(one for one in rows if one.theme == "calore")
    assert heat.score is None
    assert "dato mancante" in heat.why


def test_an_unknown_solution_is_refused(lake: Lake) -> None:
    with pytest.raises(UnknownSolution):
        order_projects(lake, load_book(), [project("Strano", "non_esiste", 10)], DAY)


def test_a_thousand_trees_on_a_small_ground_cool_no_more_than_the_ground(tmp_path: Path) -> None:
    """1,000 trees of 20 m2 are 20,000 m2 of shade; the polygon is 10,000."""
    lake = place_lake(tmp_path)
    figures = {"codice": ["3b"], "nome": ["3b"], "superficie_m2": [8e6], "classe": [3]}
    figures |= {"offerta_microclima": [2.0], "sensibili_oltre_2": [800.0], "fonte_temperatura": ["modello"]}
    fields = tuple(FieldSpec(name, "text", "text", "") for name in figures)
    with lake.draft(replace(table_manifest("warm_upa", "codice"), fields=fields), MADE_UP) as draft:
        draft.write_table(geopandas.GeoDataFrame(figures, geometry=[square(0, 0, 2000, 4000)], crs=32632))
    trees = {number: project(f"{number} alberi", "tree_row", number) for number in (400, 500, 1000)}
    bare = {"stato_attuale": {"impermeabile": 10_000}, "progetto": {"impermeabile": 10_000}}
    rows, _ = order_projects(lake, load_book(), [replace(one, **bare) for one in trees.values()], DAY)
    heat = {row.name: row for row in rows if row.theme == "calore"}
    most = heat["500 alberi"]
    assert heat["400 alberi"].gain == pytest.approx(most.gain * 0.8)
    assert heat["1000 alberi"].gain == pytest.approx(most.gain)
    assert heat["1000 alberi"].cost == pytest.approx(2 * most.cost)
    assert "20.000 m²" in heat["1000 alberi"].cut
    assert most.cut == ""


def test_projects_of_equal_score_share_a_place_and_more_sealed_ground_has_none(lake: Lake) -> None:
    same = [project(name, "desealing_garden", 1000) for name in ("Uno", "Due")]
    sealed = replace(
        project("Piazzale", "desealing_lawn", 1),
        stato_attuale={"verde_profondo": 10_000},
        progetto={"impermeabile": 9_999, "verde_profondo": 1},
    )
    rows, _ = order_projects(lake, load_book(), [sealed, *same], DAY)
    water = {row.name: row for row in rows if row.theme == "acqua"}
    assert (water["Uno"].place, water["Due"].place, water["Piazzale"].place) == (1, 1, None)
    assert water["Piazzale"].gain < 0
    assert (
        water["Piazzale"].why == "nessun guadagno misurato: nell'evento manda in fognatura più acqua di oggi"
    )
