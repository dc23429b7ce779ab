"""Pages of Conoscere say what they show, from which data, and why."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from django.test import Client

from tests.fixtures_territory import COVER, put_comuni, put_raster
from trama.analyses.storm import run_storm
from trama.apps.conoscere.keepers import keeper, maker
from trama.apps.conoscere.subjects import GROUPS, SUBJECTS
from trama.kernel.units import format_number, joined
from trama.lake import Lake
from trama.norms import load_book

PAGES = [
    "/",
    "/conoscere/mappa",
    "/conoscere/mappa?tema=vulnerabilita-upa",
    "/conoscere/tabella?tema=idren-comuni",
    "/conoscere/tabella?tema=uso-suolo-celle",
    "/conoscere/comuni",
    "/conoscere/comuni/015146",
    "/conoscere/livelli",
    "/conoscere/livelli/storm_comuni",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_and_asks_nothing_of_third_parties(site: Client, address: str) -> None:
    answer = site.get(address)
    assert answer.status_code == 200
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"', answer.content.decode())
    assert loaded
    assert all(one.startswith("/") for one in loaded)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_holds_no_inline_style_or_code(site: Client, address: str) -> None:
    answer = site.get(address)
    page = answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert all(
        'type="application/json"' in tag or "src=" in tag for tag in re.findall(r"<script[^>]*>", page)
    )


def test_the_home_has_four_doors_and_links_only_those_that_open(site: Client) -> None:
    page = site.get("/").content.decode()
    assert '<a href="/conoscere/">Conoscere</a>' in page
    assert "Monitorare" in page
    assert 'href="/monitorare/"' not in page
    assert "Modalità locale, operatore singolo" in page


def test_the_panel_carries_the_labels_the_data_deserve(site: Client) -> None:
    panel = site.get("/conoscere/mappa/tema/idren-comuni").content.decode()
    assert "dati sintetici" in panel
    assert "valore non ufficiale" in panel
    assert "confine generalizzato" in panel


@pytest.mark.parametrize("address", ["/", "/conoscere/mappa", "/conoscere/comuni/015146"])
def test_a_map_is_told_to_label_its_ground_only_where_it_is_invented(
    site: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The label itself is drawn by the one function that makes maps (frontend/src/map/createMap.ts)."""
    told = []
    for invented in (True, False):
        monkeypatch.setattr("trama.apps.conoscere.queries.base_synthetic", lambda _lake, it=invented: it)
        page = site.get(address).content.decode()
        config = re.search(r'<script id="map-config" type="application/json">(.*?)</script>', page, re.DOTALL)
        assert config is not None
        told.append(json.loads(config[1])["invented"])
    assert told[0]["label"] == "dati sintetici"
    assert told[1] is None


def test_the_map_says_which_figures_rest_on_a_part_of_their_area(site: Client) -> None:
    """By hand: two of the eight cells of 015009 have no land cover; all are in 4a, the lower half."""
    assert site.get("/conoscere/temi/idren-comuni.json").json()["partial"] == ["015009"]
    assert site.get("/conoscere/temi/idren-upa.json").json()["partial"] == ["4a"]
    assert "partial" not in site.get("/conoscere/temi/idren-celle.json").json()
    panel = site.get("/conoscere/mappa/tema/idren-comuni").content.decode()
    assert re.search(r"dato parziale[^<]*</span><span class=\"legend-count\">1<", panel)


def test_the_table_names_its_columns_by_their_meaning(site: Client) -> None:
    page = site.get("/conoscere/tabella?tema=idren-comuni").content.decode()
    head = page.partition("</thead>")[0]
    assert "Quota di superficie drenante" in head
    assert ">idren<" not in head
    assert '<dt class="mono">idren</dt>' in page
    rows = site.get("/conoscere/tabella.csv?tema=idren-comuni").content.decode()
    assert rows.startswith("\ufeffistat;nome;")


def test_the_page_of_a_layer_says_where_its_original_is(site: Client) -> None:
    page = site.get("/conoscere/livelli/uso_suolo").content.decode()
    assert "arcgis1/rest/services/territorio/dusaf7/MapServer/1" in page
    assert "trama layers fetch uso_suolo" in page
    assert "non ancora provato" in page
    assert "layers fetch" not in site.get("/conoscere/livelli/upa").content.decode()


def test_who_made_an_invented_layer_answers_for_it_and_who_keeps_the_original_is_said_apart(
    site: Client, lake: Lake
) -> None:
    version = lake.version("gruppo_idrologico")
    assert version.synthetic
    page = site.get("/conoscere/livelli/gruppo_idrologico").content.decode()
    terms = dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>([^<]*)</dd>", page))
    assert terms["Chi lo cura"] == "Trama, dati generati"
    assert version.manifest.steward in (
        terms.get("Chi cura l&#x27;originale"),
        terms.get("Chi cura l'originale"),
    )
    assert "trama.analyses.demo" not in page
    made = replace(version, provenance=replace(version.provenance, made_by="trama.analyses.demo"))
    assert maker(made) == "generatore del territorio dimostrativo"
    official = replace(version, provenance=replace(version.provenance, synthetic=False))
    assert keeper(official) == version.manifest.steward


def test_the_page_of_a_comune_shows_a_hand_computed_index_with_its_reason(site: Client) -> None:
    """Capoluogo: six cells of dense fabric, sealed 0.9, and two of 1411 (parks), sealed 0.12 in the table.

    I-dren = (6 x 0.1 + 2 x 0.88) / 8 = 0.295, by hand.
    """
    page = site.get("/conoscere/comuni/015146").content.decode()
    assert f'class="value">{format_number(0.295)}<' in page
    assert "passo=comuni%2F015146%2Fidren" in page
    assert "dato mancante" in page  # this territory has no population: missing, not zero


def test_an_unknown_comune_is_told_in_italian_with_404(site: Client) -> None:
    answer = site.get("/conoscere/comuni/999999")
    assert answer.status_code == 404
    assert "Nel territorio non c&#x27;è un comune con codice ISTAT «999999»" in answer.content.decode()


def test_the_search_form_works_without_script(site: Client) -> None:
    answer = site.get("/conoscere/comuni", {"cerca": "Comune di mezzo"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/conoscere/comuni/015002"
    assert "Comune di levante" in site.get("/conoscere/comuni", {"cerca": "levante"}).content.decode()


def test_a_place_says_its_comune_unit_and_cell(site: Client) -> None:
    """A point of the upper left cell: x 500005, y 5030035, land cover 1111, soil group 2 = B."""
    answer = site.get(
        "/conoscere/mappa/luogo", {"lon": "9.000064", "lat": "45.423836", "tema": "idren-comuni"}
    )
    text = answer.content.decode()
    assert "Comune capoluogo" in text
    assert "dati sintetici" in text
    assert "valore non ufficiale" in text


def test_a_position_that_is_none_is_refused_with_what_to_write(site: Client) -> None:
    answer = site.get("/conoscere/mappa/luogo", {"lon": "abc", "lat": "45"})
    assert answer.status_code == 400
    assert "longitudine" in answer.content.decode()


def test_the_explanation_is_a_page_a_fragment_and_json(site: Client, lake: Lake) -> None:
    trace = lake.version("storm_comuni").provenance.trace
    address = f"/conoscere/perche/{trace}?passo=comuni/015146/idren"
    page, fragment = site.get(address), site.get(address, headers={"HX-Request": "true"})
    assert "<html" in page.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "Dipende da" in fragment.content.decode()
    data = site.get(f"/conoscere/perche/{trace}.json?passo=comuni/015146/idren").json()
    assert data["root"]["value"] == pytest.approx(0.295)
    assert data["id"] == trace


def test_the_number_on_screen_is_the_number_of_the_table_and_of_the_trace(site: Client, lake: Lake) -> None:
    version = lake.version("storm_comuni")
    table = version.table().set_index("istat")
    step = lake.traces.load(version.provenance.trace).root.find("comuni/015002/deflusso_mm")
    assert step is not None
    values = site.get("/conoscere/temi/deflusso-comuni.json").json()["values"]
    assert values["015002"] == step.value == table.loc["015002", "deflusso_mm"]


def test_an_unknown_step_says_where_to_start_again(site: Client, lake: Lake) -> None:
    trace = lake.version("storm_comuni").provenance.trace
    answer = site.get(f"/conoscere/perche/{trace}?passo=comuni/nessuno")
    assert answer.status_code == 404
    assert "Partire dall" in answer.content.decode()


def test_the_table_is_sorted_with_missing_values_last(site: Client) -> None:
    page = site.get("/conoscere/tabella?tema=kdren-comuni&ordina=kdren&verso=su").content.decode()
    order = re.findall(r"comuni/(\d{6})", page)
    assert set(order) == {"015146", "015002", "015009"}
    assert 'aria-sort="ascending"' in page


def test_the_csv_has_semicolons_decimal_commas_and_full_precision(site: Client, lake: Lake) -> None:
    answer = site.get("/conoscere/tabella.csv?tema=idren-comuni")
    text = answer.content.decode("utf-8-sig")
    header, first, *_rest = text.splitlines()
    assert header.split(";")[:2] == ["istat", "nome"]
    value = lake.version("storm_comuni").table().iloc[0]["idren"]
    column = header.split(";").index("idren")
    assert float(first.split(";")[column].replace(",", ".")) == float(value)


def test_a_layer_made_from_superseded_data_says_so(site: Client, lake: Lake, tmp_path, monkeypatch) -> None:
    home = tmp_path / "casa"
    shutil.copytree(lake.root.parent, home)
    monkeypatch.setenv("TRAMA_HOME", str(home))
    changed = COVER.copy()
    changed[0, 0] = 2111
    put_raster(Lake(home / "lake"), "uso_suolo", changed, cell_m=10, nodata=0)
    assert "da ricalcolare" in site.get("/conoscere/livelli/storm_comuni").content.decode()
    page = site.get("/conoscere/comuni/015146").content.decode()
    assert "uso_suolo v0001 → v0002" in page
    for address in ("/conoscere/comuni/015146", "/conoscere/mappa?tema=idren-comuni", "/conoscere/tabella"):
        assert 'href="/conoscere/ricalcola/storm"' in site.get(address).content.decode(), address
    home = site.get("/").content.decode()
    assert 'href="/conoscere/livelli/storm_comuni"' in home
    assert 'href="/conoscere/ricalcola/warm"' in home


def test_an_empty_installation_says_how_to_begin(bundle: None, db: None, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path / "vuota"))
    client = Client(HTTP_HOST="localhost")
    for address in ("/", "/conoscere/mappa", "/conoscere/livelli"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "trama demo" in answer.content.decode()
    assert client.get("/conoscere/comuni/015146").status_code == 404


def test_without_the_bundle_the_site_says_what_to_run(lake: Lake, db: None, tmp_path, settings) -> None:
    settings.FRONTEND = tmp_path / "assente"
    answer = Client(HTTP_HOST="localhost").get("/")
    assert answer.status_code == 503
    assert "make frontend" in answer.content.decode()


def test_a_figure_that_rests_on_part_of_a_comune_says_so(site: Client) -> None:
    """Comune 015009: 2 of its 8 cells have no land cover, so I-dren rests on 75 %; 015146 is whole."""
    partial, whole = (site.get(f"/conoscere/comuni/{code}").content.decode() for code in ("015009", "015146"))
    assert joined("sul 75,0 %") + " dell&#x27;area: per il resto mancano i dati" in partial
    assert "per il resto mancano i dati" not in whole


def test_an_unknown_theme_is_said_so_and_those_that_exist_are_listed(site: Client) -> None:
    for page in ("mappa", "tabella"):
        answer = site.get(f"/conoscere/{page}?tema=sbagliato")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "<strong>Tema sconosciuto</strong>: «sbagliato»" in text
        assert "Si mostra invece <strong>Indice drenante (I-dren)</strong>" in text
        assert '<a href="?tema=anomalia-comuni">' in text
        assert "Tema sconosciuto" not in site.get(f"/conoscere/{page}?tema=idren-comuni").content.decode()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("attitudine-comuni", "non è ancora stato calcolato o caricato: «Suoli: attitudine"),
        ("idren-quartieri", "Questo tema non c&#x27;è per «quartieri»"),
        ("<b>", "«&lt;b&gt;»"),
    ],
)
def test_a_theme_that_is_not_shown_as_asked_says_why(site: Client, asked: str, said: str) -> None:
    page = site.get("/conoscere/mappa", {"tema": asked}).content.decode()
    assert said.replace("&#x27;", "'") in page.replace("&#x27;", "'")
    assert "Si mostra invece" in page


@pytest.mark.parametrize("address", ["mappa", "mappa?tema=kdren", "mappa?tema=kdren-upa", "tabella"])
def test_what_is_shown_as_asked_needs_no_excuse(site: Client, address: str) -> None:
    assert "data-unmet" not in site.get(f"/conoscere/{address}").content.decode()


def test_an_unknown_comune_on_the_map_is_said_so(site: Client) -> None:
    page = site.get("/conoscere/mappa?comune=999999").content.decode()
    assert "codice ISTAT «999999»" in page
    assert "Cercarlo per nome." not in site.get("/conoscere/mappa?comune=015146").content.decode()


def test_the_themes_are_picked_by_question(site: Client) -> None:
    page = site.get("/conoscere/mappa").content.decode()
    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, flags=re.DOTALL)
    by_group = {name: re.findall(r'<option value="([^"]+)"', inside) for name, inside in groups}
    assert list(by_group) == ["Pioggia", "Calore", "Persone", "Com&#x27;è il terreno"]
    assert by_group["Persone"] == ["esposti"]
    assert "anomalia" in by_group["Calore"]


def test_every_subject_is_in_one_group_and_groups_stand_together() -> None:
    order = [subject.group for subject in SUBJECTS]
    assert list(dict.fromkeys(order)) == list(GROUPS)
    assert sum(1 for one, other in pairwise(order) if one != other) == len(GROUPS) - 1


def test_a_generalised_boundary_is_said_until_an_exact_one_takes_its_place(
    site: Client, lake: Lake, tmp_path, monkeypatch
) -> None:
    """The label follows the version of the comuni behind what is shown, not the page."""
    home = tmp_path / "casa"
    shutil.copytree(lake.root.parent, home)
    monkeypatch.setenv("TRAMA_HOME", str(home))
    pages = ("mappa/tema/idren-comuni", "mappa/tema/idren-zone", "comuni/015146", "livelli/comuni")
    for page in pages:
        assert "confine generalizzato<" in site.get(f"/conoscere/{page}").content.decode()
    assert "confine generalizzato<" not in site.get("/conoscere/mappa/tema/idren-celle").content.decode()
    exact = Lake(home / "lake")
    put_comuni(exact)
    assert "confine generalizzato<" not in site.get("/conoscere/comuni/015146").content.decode()
    before = site.get("/conoscere/mappa/tema/idren-comuni").content.decode()
    assert "confine generalizzato<" in before  # those figures are still of the old boundaries
    run_storm(exact, load_book(), day=date(2026, 1, 15), event_mm=50.0)
    for page in pages:
        assert "confine generalizzato" not in site.get(f"/conoscere/{page}").content.decode()
