"""What a degree less by night costs for each person: against whole runs, and where people are not known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from tests.analyses.whatif.asking import BOOK, Drawn, Piece, effects
from tests.fixtures_place import DAY, place_lake, square
from tests.fixtures_place_heat import AGES, lay_residents
from trama.analyses.whatif import run_whatif, whatif_json
from trama.analyses.whatif.heat import HeatNorms
from trama.lake import Lake

WOOD = Piece("urban_wood", square(1500, 1800, 300, 300))
PEOPLE = sum(AGES["015086"].values())


def whole_runs(lake: Lake) -> np.ndarray:
    """The change of the night on every cell of the territory, by two whole runs of the model."""
    norms = HeatNorms.at(BOOK, DAY)
    assert norms is not None
    with rasterio.open(lake.version("uso_suolo").raster) as source:
        cells, transform = source.read(1), source.transform
    inside = rasterio.features.geometry_mask([WOOD.geometry], cells.shape, transform, invert=True)
    table = norms.values["calore_dusaf"].value
    mass = np.where(cells == 1111, *(float(table[code]["building_intensity"]) for code in ("1111", "2111")))
    green = np.where(cells == 1111, *(bool(table[code]["green_area"]) for code in ("1111", "2111")))
    model = norms.model(10.0)
    before = model.window(1 - mass, green.astype(bool)).temperature
    return model.window(1 - mass, green.astype(bool) | inside).temperature - before


def test_person_degrees_are_those_of_two_whole_runs(inhabited: Lake) -> None:
    """Cormano's 16,000 live evenly on the fabric, 200 x 400 cells of 10 m; nobody on the fields."""
    found = effects(inhabited, WOOD).heat
    assert found is not None
    assert found.spared is not None
    cooler = whole_runs(inhabited)[:, :200]
    assert found.spared.avoided == pytest.approx(-float(cooler.sum()) * PEOPLE / (200 * 400), rel=1e-3)
    assert found.spared.avoided > 10


def test_the_cost_for_each_is_the_cost_over_person_degrees_with_its_trace(inhabited: Lake) -> None:
    """An urban wood costs 6 euro/m2 (catalogue): 540,000 for 90,000 m2."""
    kept = run_whatif(inhabited, BOOK, Drawn((WOOD,)), DAY, keep=True, with_sheets=False)
    answer = whatif_json(kept, kept=True)
    avoided = answer["caldo"]["gradi_persona"]["evitati"]
    assert answer["costi"]["costo_eur_degc_persona"]["medio"] == pytest.approx(540_000 / avoided, rel=1e-3)
    tree = inhabited.traces.load(kept.trace.id).root
    step = tree.find("caldo/gradi_persona")
    assert step.value == pytest.approx(avoided, abs=1e-3)
    assert {use.layer for use in step.layers} == {"comuni", "popolazione_eta", "uso_suolo"}
    assert [one.label for one in step.inputs] == ["Cormano"]
    assert step.inputs[0].value == PEOPLE
    assert tree.find("costi/costo_gradi_persona").value == pytest.approx(540_000 / avoided, rel=1e-3)


def test_people_that_are_not_known_are_missing_never_nobody(lake: Lake, tmp_path: Path) -> None:
    without = whatif_json(effects(lake, WOOD), kept=False)
    assert without["caldo"]["gradi_persona"]["evitati"] is None
    assert "popolazione_eta" in without["caldo"]["gradi_persona"]["perche"]
    assert without["costi"]["costo_eur_degc_persona"]["medio"] is None
    half = place_lake(tmp_path, storm=False)
    lay_residents(half)
    version = half.version("popolazione_eta")
    table = version.table(columns=["istat", "eta", "totale"])
    others = pd.DataFrame(table[table["istat"] != "015086"])
    with half.draft(version.manifest, version.provenance) as draft:
        draft.write_table(others)
    found = effects(half, WOOD).heat
    assert found is not None
    assert found.spared is not None
    assert found.spared.avoided is None
    assert found.spared.people.lacking == "manca la popolazione di Cormano"


def test_where_the_night_does_not_change_nothing_is_spared_and_nothing_has_a_price(inhabited: Lake) -> None:
    answer = whatif_json(effects(inhabited, Piece("permeable_paving", square(500, 900, 30))), kept=False)
    assert answer["caldo"]["gradi_persona"] == {"evitati": 0.0, "perche": ""}
    assert answer["costi"]["costo_eur_degc_persona"]["medio"] is None
    assert "non si raffresca" in answer["costi"]["perche_senza_costo_persona"]
