"""Scheda Norma 2 on a place whose numbers can be computed by hand."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from tests.fixtures_place import DAY, Picked, Proposal, place_lake, square
from tests.fixtures_place_heat import lay_heat
from trama.analyses.scheda.answer import scheda_json
from trama.analyses.scheda.document import render_pdf
from trama.analyses.scheda.run import SchedaResult, find_sheet, run_scheda
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.norms import load_book
from trama.norms.answers import Answer

BOOK = load_book()
HEAT, WATER = find_sheet(BOOK, "isola-calore"), find_sheet(BOOK, "drenaggio")
YARD = Proposal(
    square(500, 2000, 60, 50),
    nome="Cortile della scuola",
    tipologie=(Picked("tree_row", 8.0),),
    stato_attuale={"asfalto": 2600, "arbusti": 400},
    progetto={"pavimentazione_chiara": 1000, "prato_alberato": 1400, "semipermeabile": 600},
)
ANSWERS = {
    "B1": Answer("depavimentazione_alberata"),
    "C4": Answer(["suolo_per_albero", "irrigazione_non_potabile"]),
    "C5": Answer(35),
    "C6": Answer("piano_e_risorse"),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    made = place_lake(tmp_path_factory.mktemp("caldo"))
    lay_heat(made)
    return made


def run(lake: Lake, subject: Proposal = YARD, **changes: Answer | None) -> SchedaResult:
    answers = {key: answer for key, answer in {**ANSWERS, **changes}.items() if answer is not None}
    return run_scheda(lake, BOOK, HEAT, subject, answers, DAY)


def values(result: SchedaResult) -> dict[str, object]:
    return {key: criterion.value.value for key, criterion in result.evaluation.criteria.items()}


def test_the_yard_is_measured_as_by_hand(lake: Lake) -> None:
    """CC = .6 shade + .2 albedo + .2 Kc, on 3,000 m2.

    Now: asphalt .2*.10 + .2*.10 = .04, beds .6*.2 + .2*.2 + .2*.95 = .35; (2600*.04 + 400*.35)/3000 = .08133.
    Project without trees: light paving .2*.35 + .2*.05 = .08, lawn with trees .3 + .038 + .19 = .528,
    permeable .05 + .04 = .09; (80 + 739.2 + 54)/3000 = .29107; eight trees of 45 m2 add .6*360/3000 = .072:
    .36307. Canopy: (1400*.5 + 360)/3000 = 35.33 %. Paving: all light or permeable. By night nothing is built
    any more: 1 - 2600*.3/3000 = .74 becomes 1.
    """
    result = run(lake)
    found = values(result)
    change = result.evaluation.criteria["B2"].value
    assert change.find("cc_attuale").value == pytest.approx(0.081333, abs=1e-6)
    assert change.find("cc_progetto").value == pytest.approx(0.363067, abs=1e-6)
    assert found["B2"] == pytest.approx(0.281733, abs=1e-6)
    assert "da 0,74 a 1,00" in change.note
    assert found["C1"] == pytest.approx(35.3333, abs=1e-3)
    assert found["C3"] == 100
    assert (found["A1"], found["A2"], found["A3"]) == (5, pytest.approx(31.0), pytest.approx(0.5))


def test_the_yard_has_no_roofs_and_its_canopy_weighs_more(lake: Lake) -> None:
    """A = .4*5 + .4*4 + .2*(5 - .8*.5) = 4.52: class 5, 3.2 required. B3 is 0 here: the built half has no
    green, and the fields begin 1,440 m to the east. B = .4*5 + .4*5 = 4.
    C = .45*4 + .15*5 + .15*4 + .15*3 + .1*3 = 3.9. R = 3.95, margin .75: good.
    """
    result = run(lake)
    assert result.evaluation.root.find("A").value == pytest.approx(4.52)
    assert result.evaluation.root.find("B").value == pytest.approx(4.0)
    assert result.evaluation.root.find("C").value == pytest.approx(3.9)
    assert result.evaluation.outcome == "buona"
    row = scheda_json(result)["parti"]["C"]["criteri"]
    assert (row["C1"]["peso"], row["C2"]["peso"], row["C2"]["si_applica"]) == (pytest.approx(0.45), 0, False)
    assert "passa a C1" in row["C2"]["nota"]
    assert "C2" not in {one["chiave"] for one in scheda_json(result)["mancanti"]}


def test_a_generic_sealed_surface_may_hide_roofs_so_it_is_asked(lake: Lake) -> None:
    hidden = replace(YARD, progetto={"impermeabile": 1000, "prato_alberato": 2000})
    result = run(lake, hidden)
    assert result.evaluation.missing == ("C2",)
    assert "comprendere tetti" in result.evaluation.questions["tetti"].note
    answered = run(lake, hidden, tetti=Answer("no"))
    assert answered.evaluation.missing == ()


def test_roofs_are_scored_for_what_they_are(lake: Lake) -> None:
    """300 m2 of green roof of 400 m2 in all: 75 %, four points; C1 has its own weight again."""
    roofed = replace(YARD, progetto={"tetto": 100, "tetto_verde_estensivo": 300, "prato_alberato": 2600})
    result = run(lake, roofed)
    criterion = result.evaluation.criteria["C2"]
    assert (criterion.value.value, criterion.points.value, criterion.weight) == (75, 4, 0.15)
    assert result.evaluation.criteria["C1"].weight == pytest.approx(0.3)


def test_trees_shade_dark_paving_as_if_spread_over_the_area(lake: Lake) -> None:
    """600 permeable of 1,600 m2 of paving; 360 m2 of canopy on 3,000 shade 12 % of the rest: 720/1600."""
    dark = replace(YARD, progetto={"impermeabile": 1000, "semipermeabile": 600, "verde_profondo": 1400})
    assert values(run(lake, dark, tetti=Answer("no")))["C3"] == pytest.approx(45.0)


def test_the_scale_of_the_temperature_chooses_the_steps_and_says_so(tmp_path: Path) -> None:
    """21.0 degrees: 1 point on the satellite's scale, 3 on the model's (half degrees above 19.7)."""
    lake = place_lake(tmp_path)
    lay_heat(lake, source="modello", nights=(21.0, 20.0))
    result = run(lake)
    points = result.evaluation.criteria["A2"].points
    assert points.value == 3
    assert "non confrontabile" in result.evaluation.criteria["A2"].value.note
    assert any(use.path.endswith("punteggi_a2_modello") for use in points.parameters)
    assert not any(use.path.endswith("punteggi_a2_osservata") for use in result.trace.parameters())


def test_large_greens_are_found_and_enlarged(lake: Lake) -> None:
    """Fields (green) begin at 2,000 m: strips that end there, 60 m and 300 m before it."""
    grown = {"prato_alberato": 3000}

    def green(west: float, **changes: object) -> object:
        return values(run(lake, replace(YARD, geometry=square(west, 2000, 60, 50), **changes)))["B3"]

    assert green(1940, progetto=grown) == "amplia"
    assert green(1940, progetto={"impermeabile": 2600, "arbusti": 400}) == "vicino"
    assert green(1880, progetto=grown) == "vicino"
    assert green(1640, progetto=grown) == "entro_distanza"
    assert green(1000, progetto=grown) == "nessuno"


def test_two_hectares_of_new_green_make_a_large_green(lake: Lake) -> None:
    now, then = {"asfalto": 20_000}, {"bosco": 20_000}
    wood = Proposal(square(500, 1000, 200, 100), stato_attuale=now, progetto=then)
    assert values(run(lake, wood))["B3"] == "crea"
    less = replace(wood, progetto={"bosco": 19_900, "semipermeabile": 100})
    assert values(run(lake, less))["B3"] == "nessuno"


def test_people_nearby_are_a_share_of_the_comune(lake: Lake) -> None:
    """All of Cormano is one built class over 8 km2: 300 m around are area/8 km2, edge cells apart."""
    result = run(lake)
    share = YARD.geometry.buffer(300).area / 8e6
    facts = {node.key: node for node in result.evaluation.context}
    assert facts["bambini_vicini"].value == pytest.approx(2000 * share, rel=0.01)
    assert facts["anziani_vicini"].value == pytest.approx(4000 * share, rel=0.01)
    assert "stima" in facts["anziani_vicini"].note


def test_without_warm_the_sheet_says_what_is_missing_and_what_to_run(tmp_path: Path) -> None:
    answer = scheda_json(run(place_lake(tmp_path, storm=False)))
    assert answer["esito"]["classe"] == "non_valutabile"
    missing = {row["chiave"]: row["perche"] for row in answer["mancanti"]}
    assert {"A1", "A2", "A3"} <= set(missing)
    place = {row["chiave"]: row for row in answer["luogo"]}
    assert place["anomalia_notte"]["valore"] is None
    assert "trama warm run" in place["anomalia_notte"]["nota"]
    assert "popolazione_eta" in place["anziani_vicini"]["nota"]


def test_without_land_cover_what_is_supposed_is_said(tmp_path: Path) -> None:
    lake = place_lake(tmp_path, storm=False)
    shutil.rmtree(lake.root / "uso_suolo")
    result = run(lake, replace(YARD, stato_attuale=None))
    assert "contato tutto come verde" in scheda_json(result)["superfici"]["stato_attuale"]["nota"]
    assert result.evaluation.criteria["B3"].value.value is None
    declared = run(lake)
    assert declared.evaluation.criteria["B2"].value.value == pytest.approx(0.281733, abs=1e-6)


def test_one_declaration_serves_both_sheets(lake: Lake) -> None:
    """The same surfaces and solutions, estimated or declared, are the same composition in both."""
    silent = replace(YARD, stato_attuale=None, progetto=None, tipologie=(Picked("urban_wood", 900),))
    for subject in (YARD, silent):
        water = run_scheda(lake, BOOK, WATER, subject, {}, DAY)
        heat = run(lake, subject)
        assert water.present == heat.present
        assert water.project == heat.project
        assert water.where == heat.where


def test_every_class_of_surface_is_known_to_both_sheets() -> None:
    kinds = BOOK.value(f"{HEAT.vocabulary}/superfici", DAY).value
    heat = BOOK.value(f"{HEAT.path}/superfici", DAY).value
    assert set(kinds) == set(heat)
    made = BOOK.value(f"{HEAT.vocabulary}/superficie_delle_soluzioni", DAY).value
    assert set(made.values()) <= set(heat)


def test_the_pdf_carries_the_same_numbers_and_the_legend(lake: Lake) -> None:
    result = run(lake)
    answer = scheda_json(result)
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(lake, result, YARD.geometry)))
    text = " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())
    assert answer["scheda"]["titolo"] in text
    assert format_number(answer["esito"]["punteggio"], "point") in text
    for word in ("non si applica", "Intervento", "stima", "dati sintetici", "valore non ufficiale"):
        assert word in text
    assert answer["esito"]["testo"] in text
