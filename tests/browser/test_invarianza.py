"""The file of hydraulic invariance written from zero to the PDF, in a real browser."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from tests.browser.conftest import PROJECT, SIZES, axe, picture, serving, watched
from trama.kernel.units import joined

EXAMPLE = PROJECT / "docs" / "examples" / "invarianza.yaml"
TEXTS = {
    "intervento.nome": "Magazzino di prova",
    "intervento.indirizzo": "via delle Prove 1",
    "intervento.superficie_m2": "10.000",
    "intervento.superfici_m2.impermeabile": "6000",
    "intervento.superfici_m2.semipermeabile": "2000",
    "intervento.superfici_m2.permeabile": "2000",
    "smaltimento.riuso.motivo": "Non c'è domanda d'acqua non potabile.",
    "smaltimento.suolo.motivo": "Terreno argilloso, prove allegate.",
    "scarico.ricettore": "Roggia di prova",
    "scarico.gestore": "Consorzio di prova",
    "responsabile_manutenzione": "La proprietà",
    "professionista.nome": "Ada Esempio",
    "professionista.titolo": "ing.",
    "professionista.ordine": "Ordine di Milano",
    "professionista.numero": "A 1",
    "professionista.codice_fiscale": "SMPDAA80A41F205X",
}
CHOICES = {
    "intervento.comune": "015146",
    "smaltimento.riuso.esito": "escluso",
    "smaltimento.suolo.esito": "escluso",
    "smaltimento.corpo_idrico.esito": "scelto",
    "scarico.tipo": "costante",
}
WORK = {"lunghezza_m": "20", "larghezza_m": "20", "altezza_m": "2,2", "franco_m": "0,2"}
PAPERS = ("modulo_d", "planimetria", "relazione", "profili", "manutenzione", "asseverazione", "scarico")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site over an empty knowledge base: invariance needs no layer."""
    with serving(tmp_path_factory.mktemp("invarianza")) as address:
        yield address


@pytest.fixture(params=["scrivania", "telefono"])
def page(request: pytest.FixtureRequest, chromium, site: str) -> Iterator[object]:
    with watched(chromium, site, SIZES[request.param], reduced_motion="reduce") as page:
        yield page


def field(page, path: str):
    return page.locator(f'[data-path="{path}"]')


def saved(page) -> None:
    """Wait until nothing is left to save."""
    page.wait_for_timeout(800)
    page.locator("[data-save-state]", has_text="Salvata alle").wait_for()


def fill(page) -> None:
    for path, text in TEXTS.items():
        field(page, path).fill(text)
    for path, value in CHOICES.items():
        field(page, path).select_option(value)
    field(page, "scarico.portata_l_s").fill("8")
    page.get_by_role("button", name="Aggiungi un'opera", exact=True).click()
    page.locator("#opere\\.0\\.tipo").select_option("vasca")
    for key, text in WORK.items():
        page.locator(f"#opere\\.0\\.{key}").fill(text)
    for key in PAPERS:
        field(page, f"allegati.{key}").fill(f"{key}.pdf")
    saved(page)


def test_a_file_is_written_from_zero_to_the_pdf_with_the_same_numbers_everywhere(page) -> None:
    page.goto("/riconoscere/invarianza/")
    assert axe(page) == []
    page.get_by_role("link", name="Nuova pratica").click()
    page.wait_for_selector("[data-invarianza]:not([inert])")
    fill(page)
    page.locator('[data-outcome="conforme"]').wait_for()
    saved(page)
    # 694,0 m³ is the worked case of the norms: one hectare at Milan, φ 0.8, area A; the tank is 20·20·2 m³.
    assert page.locator('[data-figure="dovuto"]').inner_text() == joined("694,0 m³")
    assert page.locator('[data-figure="opere"]').inner_text() == joined("800,0 m³")
    size = "390" if page.viewport_size["width"] < 500 else "1360"
    picture(page, f"invarianza-{size}")
    picture(page, f"invarianza-{size}-intera", full=True)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    with page.expect_download() as pdf:
        page.get_by_role("link", name="Scarica la pratica in PDF").click()
    text = "\n".join(
        sheet.extract_text()
        for sheet in pypdf.PdfReader(io.BytesIO(Path(pdf.value.path()).read_bytes())).pages
    )
    with page.expect_download() as data:
        page.get_by_role("link", name="Dati in JSON").click()
    document = json.loads(Path(data.value.path()).read_text(encoding="utf-8"))
    assert document["esito"]["classe"] == "conforme"
    assert document["dovuto"]["volume_da_realizzare_m3"] == pytest.approx(694.0, abs=0.05)
    for figure in (
        joined("694,0 m³"),
        joined("800,0 m³"),
        joined("8,00 l/s"),
        "Magazzino di prova",
        document["trace"],
    ):
        assert re.sub(r"\s+", " ", figure) in re.sub(r"\s+", " ", text)

    page.reload()
    assert field(page, "scarico.ricettore").input_value() == "Roggia di prova"
    assert page.locator("#opere\\.0\\.altezza_m").input_value() == "2,2"


@pytest.fixture
def forgiving(chromium, site: str) -> Iterator[object]:
    """A page on which a refusal of the server is expected."""
    options = {"expected": ["400 (Bad Request)"], "reduced_motion": "reduce"}
    with watched(chromium, site, SIZES["scrivania"], **options) as page:
        yield page


def test_what_is_no_number_is_said_beside_its_field_and_nothing_is_lost(forgiving) -> None:
    page = forgiving
    page.goto("/riconoscere/invarianza/nuova")
    field(page, "intervento.comune").select_option("015146")
    saved(page)
    field(page, "intervento.superficie_m2").fill("diecimila")
    error = page.locator('[data-field]:has([data-path="intervento.superficie_m2"]) [data-error]')
    error.wait_for()
    assert "numero" in error.inner_text()
    field(page, "intervento.superficie_m2").fill("250")
    field(page, "scarico.portata_limite_l_s").fill("1.500")
    page.locator('[data-field]:has([data-path="scarico.portata_limite_l_s"]) [data-error]').wait_for()
    field(page, "scarico.portata_limite_l_s").fill("")
    field(page, "intervento.superfici_m2.impermeabile").fill("250")
    saved(page)
    assert page.locator('[data-figure="dovuto"]').inner_text() == joined("10,0 m³")  # 400 m³/ha · 0,025 ha


def test_a_file_begins_from_the_example(chromium, site: str) -> None:
    with watched(chromium, site, SIZES["scrivania"], reduced_motion="reduce") as page:
        page.goto("/riconoscere/invarianza/")
        page.get_by_label("Oppure da un file").set_input_files(EXAMPLE)
        page.get_by_role("button", name="Apri il file").click()
        page.wait_for_selector("[data-invarianza]:not([inert])")
        assert page.locator("[data-outcome]").get_attribute("data-outcome") == "conforme"
        works = page.locator('[data-rows="opere"] [data-row]')
        works.nth(2).wait_for()
        assert works.count() == 3
        picture(page, "invarianza-esempio", full=True)
        assert axe(page) == []


@pytest.mark.parametrize(
    "address", ["/riconoscere/invarianza/nuova", "/riconoscere/valuta", "/scenari/nuovo"]
)
def test_nothing_can_be_written_before_the_script_that_keeps_it(chromium, site: str, address: str) -> None:
    with watched(chromium, site, SIZES["scrivania"], expected=["ERR_FAILED"]) as page:
        page.route("**/*.js", lambda route: route.abort())
        page.goto(address)
        page.locator("[data-until-ready] input").first.click(force=True)
        page.keyboard.type("perso")
        assert page.evaluate("[...document.querySelectorAll('input')].every((one) => one.value !== 'perso')")
        page.unroute("**/*.js")
        page.reload()
        page.wait_for_selector("[data-until-ready]:not([inert])")
