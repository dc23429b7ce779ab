"""The file for the municipality: what is checked, how it ends, what it says when something lacks."""

from __future__ import annotations

import io
import json
import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest

from trama.analyses.envelope import traced
from trama.analyses.invarianza.pratica import Outcome, parse_pratica, read_pratica, run, validated
from trama.analyses.invarianza.pratica.answer import body, check_json
from trama.analyses.invarianza.pratica.document import render_pdf
from trama.analyses.invarianza.pratica.outcome import LackingBase
from trama.analyses.invarianza.pratica.reading import BadRequest, NoSuchFile, TooMuch
from trama.analyses.invarianza.pratica.summary import summary
from trama.norms import load_book
from trama.norms.errors import NormError

DAY = date(2026, 1, 15)
EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "invarianza.yaml"
HECTARE = {
    "nome": "Un ettaro a Milano",
    "comune": "015146",
    "superficie_m2": 10_000,
    "superfici_m2": {"impermeabile": 6000, "semipermeabile": 2000, "permeabile": 2000},
}
"""The worked case of the norms: S·φ 0.8 ha, 8 l/s, 694.03 m³."""
TANK = {"tipo": "vasca", "lunghezza_m": 20, "larghezza_m": 20, "altezza_m": 2.2, "franco_m": 0.2}
TRENCH = {"tipo": "trincea", "lunghezza_m": 100, "larghezza_m": 10, "altezza_m": 2, "vuoti": 0.5}
TESTS = [{"sigla": "P1", "k_m_s": 4e-5}, {"sigla": "P2", "k_m_s": 2e-5}]
SOIL = {"riuso": {"esito": "escluso", "motivo": "nessun uso possibile"}, "suolo": {"esito": "scelto"}}


def outcome(**parts: Any) -> Outcome:
    request = {
        "intervento": HECTARE,
        "scarico": {"tipo": "costante", "portata_l_s": 8},
        "opere": [TANK],
        **parts,
    }
    return run(load_book(), DAY, validated(request))


def state(found: Outcome, check: str) -> str:
    return next(row.state for row in found.checks if row.id == check)


def sentence(found: Outcome, check: str) -> str:
    return next(row.sentence for row in found.checks if row.id == check)


def test_the_example_conforms_with_the_volumes_of_a_hand_computation() -> None:
    found = run(load_book(), DAY, read_pratica(EXAMPLE))
    assert found.verdict == "conforme"
    # basin 64·25·1.7 + 1.5·89·1.7² + 4/3·1.5²·1.7³ = 3120.55; tank 20·12·2.2 = 528; pipe π·0.36·150 = 169.65
    volumes = [item.placed.useful_m3 for item in found.found.items if item.placed]
    assert volumes == pytest.approx([3120.55, 528, 169.65], abs=0.01)
    # manager's 30 l/s on 3.3 ha: D_w = (30/(2.78·3.3·61.43·.3006))^(1/−.6994) = 11.88 h; W_0 = 2982.6 m³
    assert found.found.due_m3 == pytest.approx(2982.6, abs=0.1)
    # 0.6·π·0.098²/4·√(2·9.81·(h − 0.049)), the deepest work (the tank) at 2.2 m: 29.40 l/s
    assert found.found.most_l_s == pytest.approx(
        600 * math.pi * 0.098**2 / 4 * math.sqrt(19.62 * (2.2 - 0.049)), rel=1e-3
    )


def test_works_too_small_do_not_conform_and_the_sentence_says_by_how_much() -> None:
    found = outcome(opere=[{**TANK, "lunghezza_m": 10}])
    assert (found.verdict, state(found, "volume")) == ("non_conforme", "non_rispettata")
    assert "294,0 m³" in sentence(found, "volume")  # 694.0 − 10·20·2


def test_with_a_constant_outlet_the_works_are_asked_what_the_method_asks() -> None:
    found = outcome()
    assert found.found.design is not None
    assert found.found.design.peak_m3 == pytest.approx(694.03, abs=0.05)
    assert state(found, "evento_progetto") == "rispettata"


def test_an_outlet_above_the_limit_does_not_conform() -> None:
    found = outcome(scarico={"tipo": "costante", "portata_l_s": 8.1})
    assert state(found, "portata") == "non_rispettata"
    stricter = outcome(scarico={"tipo": "costante", "portata_l_s": 8, "portata_limite_l_s": 5})
    assert state(stricter, "portata") == "non_rispettata"
    assert stricter.found.assessment.discharge.set_by == "gestore"


def test_an_opening_wants_more_room_than_a_regulator_of_the_same_discharge() -> None:
    # a hole of 45 mm under 2 m lets out 6.0·… less than 8 l/s full, and still less while it fills
    opening = outcome(scarico={"tipo": "luce", "diametro_mm": 51})
    assert opening.found.design is not None
    assert opening.found.most_l_s == pytest.approx(
        600 * math.pi * 0.051**2 / 4 * math.sqrt(19.62 * 1.9745), rel=1e-3
    )
    assert opening.found.design.peak_m3 > 694.03


def test_beyond_the_brim_the_file_wants_to_know_where_the_water_goes() -> None:
    low = {**TANK, "altezza_m": 1.9, "franco_m": 0.1}
    silent = outcome(opere=[low])
    assert state(silent, "evento_verifica") == "incompleta"
    said = outcome(opere=[low], calcolo={"eccedenza": "Nel parcheggio, depresso di 10 cm."})
    assert state(said, "evento_verifica") == "ammessa_con_condizione"
    # T 100: a = 29.87·2.297 = 68.6; rainfall-only on 0.8 ha with 8 l/s: 812.9 m³, less 20·20·1.9 = 760
    assert "52," in sentence(said, "evento_verifica")


def test_emptying_beyond_the_term_wants_room_for_a_second_event() -> None:
    slow = {"tipo": "costante", "portata_l_s": 2, "portata_limite_l_s": 2}
    found = outcome(scarico=slow, opere=[{**TANK, "lunghezza_m": 40}])
    # norms' own case: 1259.3 m³, 174.9 h, 2·1259.3 − 7.2·48 = 2173.0 m³ against 40·20·2 = 1600
    assert found.found.emptying is not None
    assert found.found.emptying.time_h == pytest.approx(174.9, abs=0.1)
    assert found.found.emptying.second_m3 == pytest.approx(2173.0, abs=0.2)
    assert state(found, "svuotamento") == "non_rispettata"
    roomy = outcome(scarico=slow, opere=[{**TANK, "lunghezza_m": 60}])
    assert state(roomy, "svuotamento") == "ammessa_con_condizione"
    row = next(check_json(check) for check in roomy.checks if check.id == "svuotamento")
    assert (row["soddisfatta"], row["stato_testo"]) == (True, "ammessa con condizione")
    assert "posto per un secondo evento" in row["frase"]


def test_each_step_of_the_order_before_the_one_taken_wants_a_reason() -> None:
    assert state(outcome(), "ordine") == "incompleta"
    order = {
        "fognatura": {"esito": "scelto"},
        "riuso": {"esito": "escluso", "motivo": "nessun uso possibile"},
    }
    assert "infiltrazione" in sentence(outcome(smaltimento=order), "ordine")
    reasons = {
        name: {"esito": "escluso", "motivo": "non è possibile qui"}
        for name in ("riuso", "suolo", "corpo_idrico")
    }
    assert state(outcome(smaltimento={**reasons, "fognatura": {"esito": "scelto"}}), "ordine") == "rispettata"


def test_infiltration_counts_with_the_worst_test_a_safety_factor_and_half_the_walls() -> None:
    ground = {"prove": TESTS, "soggiacenza_falda_m": 10}
    found = outcome(opere=[TANK, TRENCH], terreno=ground).found.ground
    # 2e-5/2 · (100·10 + 0.5·2·220) m² = 12.2 l/s
    assert found.counts
    assert found.l_s == pytest.approx(12.2)


@pytest.mark.parametrize(
    ("ground", "why"),
    [
        ({"prove": TESTS[:1], "soggiacenza_falda_m": 10}, "almeno 2"),
        ({"prove": [{"k_m_s": 5e-7}, {"k_m_s": 1e-5}], "soggiacenza_falda_m": 10}, "5·10⁻⁷ m/s"),
        ({"prove": TESTS, "soggiacenza_falda_m": 2.5}, "dista 0,50 m"),
        ({"prove": TESTS}, "falda"),
    ],
)
def test_infiltration_does_not_count_without_what_it_wants(ground: dict[str, Any], why: str) -> None:
    found = outcome(opere=[TANK, TRENCH], terreno=ground).found.ground
    assert not found.counts
    assert found.l_s == 0
    assert why in "; ".join(found.reasons)


def test_the_reduction_is_granted_to_infiltration_alone_and_the_ground_sets_the_discharge() -> None:
    ground = {
        "prove": [{"k_m_s": 4e-6}, {"k_m_s": 4e-6}],
        "soggiacenza_falda_m": 10,
        "sola_infiltrazione": True,
    }
    found = outcome(opere=[TRENCH], terreno=ground, smaltimento=SOIL, scarico={})
    assert found.found.ground.bonus
    assert found.found.assessment.minimum_m3 == pytest.approx(640 * 0.7)
    # 4e-6/2 · 1220 m² = 2.44 l/s, less than 8
    assert found.found.assessment.discharge.l_s == pytest.approx(2.44)
    assert found.found.assessment.discharge.set_by == "suolo"
    mixed = outcome(opere=[TRENCH, TANK], terreno=ground, smaltimento=SOIL, scarico={})
    assert not mixed.found.ground.bonus
    assert mixed.found.assessment.minimum_m3 == pytest.approx(640)


def test_a_small_work_that_goes_to_the_ground_has_nothing_to_size() -> None:
    small = {"comune": "015146", "superficie_m2": 250, "superfici_m2": {"impermeabile": 250}}
    found = outcome(intervento=small, smaltimento=SOIL, scarico={}, opere=[])
    assert found.found.exempt
    assert {state(found, check) for check in ("volume", "portata", "svuotamento")} == {"non_valutata"}
    assert found.verdict == "incompleta"  # identity and attachments still lack


def test_a_plan_follows_the_limits_of_areas_a_wherever_it_is() -> None:
    corsico = {**HECTARE, "comune": "015093"}
    assert outcome(intervento=corsico).found.assessment.criticality.value == "B"
    assert outcome(intervento={**corsico, "piano_attuativo": True}).found.assessment.criticality.value == "A"


def test_horton_changes_the_method_s_volume_and_never_the_minimum() -> None:
    found = outcome(calcolo={"pioggia_netta": "horton", "gruppo_suolo": "D"})
    plain = outcome()
    assert found.found.detailed is not None
    assert found.found.due_m3 >= plain.found.assessment.minimum_m3 == 640
    assert found.found.due_m3 != plain.found.due_m3
    sandy = outcome(calcolo={"pioggia_netta": "horton", "gruppo_suolo": "A"})
    assert sandy.found.due_m3 <= found.found.due_m3
    assert any(use.path.endswith("pratica/horton") for use in found.trace().unofficial())
    method = next(row["valore"] for row in summary(found) if row["nome"] == "Metodo")
    assert method == "Procedura dettagliata con Horton (dovuto: metodo delle sole piogge)"


def test_the_rainfall_must_be_of_the_design_period_and_say_where_it_comes_from() -> None:
    assert state(outcome(), "piogge") == "rispettata"
    assert state(outcome(piogge={"tempo_ritorno": 10}), "piogge") == "non_rispettata"
    assert state(outcome(piogge={"a_mm": 60, "n": 0.3}), "piogge") == "incompleta"
    assert state(outcome(piogge={"a_mm": 60, "n": 0.3, "fonte": "ARPA"}), "piogge") == "rispettata"
    assert state(outcome(calcolo={"pioggia_netta": "horton"}), "piogge") == "incompleta"


def test_a_check_rain_weaker_than_the_design_one_is_noticed() -> None:
    declared = {"a_mm": 60, "n": 0.3, "fonte": "ARPA"}
    assert state(outcome(piogge=declared), "evento_verifica") == "incompleta"
    weak = outcome(piogge={**declared, "a_verifica_mm": 50})
    assert "minore di quella di progetto" in sentence(weak, "evento_verifica")
    assert state(outcome(piogge={**declared, "a_verifica_mm": 66}), "evento_verifica") == "rispettata"


def test_what_lacks_is_said_in_the_words_of_the_file() -> None:
    with pytest.raises(LackingBase, match=r"superficie totale .*intervento\.superficie_m2"):
        outcome(intervento={})
    with pytest.raises(LackingBase, match="comune"):
        outcome(intervento={**HECTARE, "comune": None})
    with pytest.raises(LackingBase, match="curva di pioggia"):
        outcome(intervento={**HECTARE, "comune": None}, piogge={"area": "A"})
    with pytest.raises(LackingBase, match="999999"):
        outcome(intervento={**HECTARE, "comune": "999999"})


def test_a_work_without_its_measures_says_which() -> None:
    found = outcome(opere=[{"nome": "Vasca", "tipo": "vasca", "lunghezza_m": 3}, {"tipo": "piscina"}])
    assert state(found, "volume") == "incompleta"
    assert "mancano larghezza e altezza" in sentence(found, "volume")
    assert "«piscina» non è previsto" in sentence(found, "volume")


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (
            "intervento:\n  superficie: 3\n",
            BadRequest,
            "riga 2: il campo «intervento.superficie» non è previsto",
        ),
        (
            "opere:\n  - {tipo: vasca, altezza_m: due}\n",
            BadRequest,
            "opere.1.altezza_m» deve essere un numero",
        ),
        ("opere:\n  - {tipo: vasca, altezza_m: -2}\n", BadRequest, "maggiore di 0"),
        ("piogge: {area: D}\n", BadRequest, "A, B"),
        ("intervento: {nome: a, nome: b}\n", NormError, "nome"),
        ("solo testo", TooMuch, "chiave: valore"),
        ("{", TooMuch, "JSON"),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=re.escape(words)):
        parse_pratica(text.encode(), "p.yaml")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile):
        read_pratica(tmp_path / "nessuno.yaml")


def test_the_data_file_given_back_gives_the_same_answer() -> None:
    first = run(load_book(), DAY, read_pratica(EXAMPLE))
    document = traced(body(first), first.trace())
    again = run(load_book(), DAY, parse_pratica(json.dumps(document).encode(), "dati.json"))
    assert traced(body(again), again.trace()) == document


def test_the_pdf_is_archival_and_says_the_same_figures_on_its_first_page() -> None:
    found = run(load_book(), DAY, read_pratica(EXAMPLE))
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(found)))
    first = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    for row in summary(found):
        assert re.sub(r"\s+", " ", row["valore"]) in first, row
    for row in found.checks:
        assert row.label in first
    assert "R.R. 3/2025" in first
    assert "ing. Ada Esempio" in first
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfaid" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()


def test_an_unfinished_file_is_printed_all_the_same_and_says_so() -> None:
    found = outcome(opere=[], scarico={})
    text = pypdf.PdfReader(io.BytesIO(render_pdf(found))).pages[0].extract_text()
    assert "Da completare" in text


def test_every_figure_has_its_step_in_the_trace() -> None:
    found = run(load_book(), DAY, read_pratica(EXAMPLE))
    root = found.trace().root
    for row in summary(found):
        if row["passo"]:
            assert root.find(row["passo"]) is not None, row
    assert found.found.due_node.value == found.found.due_m3


def test_the_balance_of_every_event_closes() -> None:
    found = run(load_book(), DAY, read_pratica(EXAMPLE)).found
    runs = [worst.run for trial in (found.design, found.beyond) if trial for worst in trial.events.values()]
    assert len(runs) == 4
    assert all(abs(one.imbalance_m3) <= 1e-9 * one.inflow_m3.sum() for one in runs)


BASIN = {"tipo": "bacino", "lunghezza_m": 64, "larghezza_m": 25, "altezza_m": 2, "scarpa": 1.5}
WELL = {"tipo": "pozzo", "diametro_m": 2, "altezza_m": 4}
ROOF = {"tipo": "tetto_verde", "area_m2": 900, "altezza_m": 0.1}


@pytest.mark.parametrize(
    ("works", "says"),
    [
        # 200·60 = 12,000 m² under a plot of 10,000
        ([{**TANK, "lunghezza_m": 200, "larghezza_m": 60}], "2.000 m² di troppo"),
        # 26 tanks of 20·20 m: 10,400 m²
        ([{**TANK, "numero": 26}], "400 m² di troppo"),
        # (64 + 6)·(25 + 6) = 2,170 m² at the brim, twice, on 4,000 m² of open ground: 340 too many
        ([{**BASIN, "numero": 2}], "340 m² di troppo"),
        # π·1² = 3.14 m² each, 3,200 of them: 10,053 m²
        ([{**WELL, "numero": 3200}], "53 m² di troppo"),
        # no green roof is declared among the surfaces
        ([TANK, ROOF], "900 m² di troppo"),
        # a paving and a basin share the open ground: 2,170 + 2,000 on 4,000
        ([BASIN, {"tipo": "pavimentazione", "area_m2": 2000, "altezza_m": 0.4}], "170 m² di troppo"),
        # centimetres in place of metres
        ([{**TANK, "altezza_m": 220}], "le misure si scrivono in metri"),
    ],
)
def test_works_larger_or_more_than_the_ground_holds_do_not_conform(
    works: list[dict[str, Any]], says: str
) -> None:
    found = outcome(opere=works)
    assert (found.verdict, state(found, "ingombro")) == ("non_conforme", "non_rispettata")
    assert says in sentence(found, "ingombro")


def test_works_that_just_fit_are_let_through_and_the_trace_says_what_they_take() -> None:
    found = outcome(opere=[{**TANK, "lunghezza_m": 125, "larghezza_m": 80}])  # 10,000 m², the whole plot
    assert state(found, "ingombro") == "rispettata"
    root = found.trace().root
    assert root.find("ingombro_terreno").value == 10_000
    assert root.find("ingombro_terreno/disponibile").value == 10_000


def test_a_tank_may_lie_beneath_a_draining_paving_and_a_green_roof_takes_no_ground() -> None:
    surfaces = {"impermeabile": 5000, "tetto_verde": 1000, "semipermeabile": 2000, "permeabile": 2000}
    works = [{**TANK, "lunghezza_m": 80, "larghezza_m": 100}, {**ROOF, "area_m2": 1000}]
    paving = {"tipo": "pavimentazione", "area_m2": 4000, "altezza_m": 0.4}
    found = outcome(intervento={**HECTARE, "superfici_m2": surfaces}, opere=[*works, paving])
    assert state(found, "ingombro") == "rispettata"


def test_wells_nearer_than_four_diameters_are_a_caution() -> None:
    # 160 wells of 2 m, 8 m apart: 160·64 = 10,240 m² on 10,000; with 150, 9,600
    ground = {"soggiacenza_falda_m": 10, "prove": TESTS}
    for number, said in ((160, True), (150, False)):
        found = outcome(terreno=ground, opere=[{**WELL, "numero": number}])
        assert ("10.240 m²" in sentence(found, "infiltrazione")) == said
        assert state(found, "ingombro") == "rispettata"


def test_the_paper_speaks_in_words_and_its_annex_can_be_computed_again() -> None:
    found = run(load_book(), DAY, read_pratica(EXAMPLE))
    pages = pypdf.PdfReader(io.BytesIO(render_pdf(found))).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    for code in ("procedura_dettagliata", "ammessa_con_condizione", "--tempo-ritorno", "100,00 anni"):
        assert code not in text
    assert "oltre 10.000 m²" in text
    assert "800 m³/ha" in text
    assert "ing. Ada Esempio (da firmare)" in text
    # a = a1·{ε + (α/κ)·[1 − ln(T/(T−1))^κ]} from what is printed; the file itself computed 61.431
    printed = re.search(r"a1 ([\d,]+), n ([\d,]+), α ([\d,]+), κ ([-−\d,]+), ε ([\d,]+)", text)
    assert printed
    a1, n, alfa, kappa, epsilon = (
        float(one.rstrip(",").replace(",", ".").replace("−", "-")) for one in printed.groups()
    )
    assert (n, kappa) == (0.3006, -0.0358)
    a = a1 * (epsilon + alfa / kappa * (1 - math.log(50 / 49) ** kappa))
    assert f"{a:.3f}".replace(".", ",") in text
    assert "φ: 0,825" in text


def test_the_check_period_is_asked_again_only_where_the_file_does_not_try_it() -> None:
    assert not any("100 anni" in one for one in outcome().found.notices)
    bare = outcome(opere=[]).found.notices
    assert any("si fa da sé quando ci sono le opere" in one for one in bare)
