"""The page of a comune: what every room says of it, each figure with its reason, and on what it rests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.fixtures_heat import put_people
from tests.fixtures_indices import DAY, index_lake
from trama.analyses.indices import run_indices
from trama.analyses.rete_verde import plan_network
from trama.analyses.suoli import map_soils
from trama.analyses.warm import run_warm
from trama.apps.conoscere.footing import footing
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.norms import load_book


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the small territory on which every room has run."""
    home = tmp_path_factory.mktemp("comune")
    lake, book = index_lake(home), load_book()
    put_people(lake)
    run_warm(lake, book, day=DAY)
    map_soils(lake, book, day=DAY)
    plan_network(lake, book, day=DAY)
    run_indices(lake, book, day=DAY)
    return home


@pytest.fixture
def page(site: Client) -> str:
    return site.get("/conoscere/comuni/015146").content.decode().replace("\u00a0", " ")


def interval(low: int, high: int) -> str:
    return "; stabile" if low == high else f"tra {low} e {high} nel 90 % delle estrazioni"


def test_soils_are_on_the_page_with_their_reason_and_a_way_to_their_room(page: str, lake: Lake) -> None:
    row = lake.version("suoli_comuni").table().set_index("istat").loc["015146"]
    assert f'class="value">{format_number(row["attitudine"], "point")}<' in page
    assert "passo=comuni%2F015146%2Fattitudine" in page
    assert 'href="/conoscere/suoli"' in page
    assert "tema=attitudine-celle&amp;comune=015146" in page


@pytest.mark.parametrize("index", ["vulnerabilita", "qualita"])
def test_an_index_is_on_the_page_with_its_place_and_the_interval_of_it(
    page: str, lake: Lake, index: str
) -> None:
    table = lake.version(f"indice_{index}_comuni").table().set_index("istat")
    row = table.loc["015146"]
    part = page.partition('id="indici"')[2].partition('id="rete-verde"')[0]
    assert f'class="value">{format_number(row["indice"])}<' in part
    assert f"Posto <strong>{row['rango']}</strong> su {int(table['rango'].notna().sum())}" in part
    assert interval(row["rango_basso"], row["rango_alto"]) in part
    assert f'href="/conoscere/indici/{index}?luogo=015146"' in part
    assert "valore non ufficiale" in part
    assert "dati sintetici" in part


def test_a_comune_without_an_index_has_no_place_and_says_why(site: Client, lake: Lake) -> None:
    """015009 has no residents counted and few indicators: where the table is empty the page says missing."""
    table = lake.version("indice_qualita_comuni").table().set_index("istat")
    without = [code for code in table.index if table.loc[code, "indice"] != table.loc[code, "indice"]]
    for code in without:
        part = site.get(f"/conoscere/comuni/{code}").content.decode().partition('id="indici"')[2]
        assert "nessun posto" in part
        assert "dato mancante" in part


def test_the_place_in_the_network_is_on_the_page_with_its_interval(page: str, lake: Lake) -> None:
    row = lake.version("rvm_comuni").table().set_index("istat").loc["015146"]
    part = page.partition('id="rete-verde"')[2].partition('id="opere"')[0]
    assert f'class="value">{format_number(row["priorita"])}<' in part
    assert interval(row["rango_p5"], row["rango_p95"]) in part
    assert not re.search(r"tra (\d+) e \1 nel", part)
    assert "passo=comuni%2F015146%2Fpriorita" in part
    assert "/conoscere/rete-verde?per=comuni#priorita" in part


def test_where_no_register_was_loaded_the_page_says_so(page: str) -> None:
    assert "Nessun elenco di opere è stato caricato." in page.partition('id="opere"')[2]


def test_every_figure_of_the_heat_has_a_step_of_its_own(site: Client, page: str, lake: Lake) -> None:
    """Also the people of each age in each band: 3 ages, 5 bands and a sum."""
    part = page.partition('id="caldo"')[2].partition('id="suoli"')[0]
    steps = re.findall(r'data-why href="/conoscere/perche/(\w+)\?passo=([^"]+)"', part)
    assert len(set(steps)) == len(steps) == 8 + 1 + 1 + 3 * 6
    bands = [step for _trace, step in steps if "esposti%2Fanziani%2F" in step]
    assert len(bands) == 5
    trace = lake.traces.load(lake.version("warm_comuni").provenance.trace)
    for _trace, step in steps:
        assert trace.root.find(step.replace("%2F", "/")) is not None
    body = site.get(f"/conoscere/perche/{steps[0][0]}?passo=comuni/015146/esposti/anziani/3").content.decode()
    assert "contati nella fascia della sua anomalia" in body


def test_the_page_says_every_layer_it_rests_on_and_for_what(page: str, lake: Lake) -> None:
    """Written from the provenance, by hand: the tables shown, and what they were made from, to the bottom."""
    part = page.partition('id="dati"')[2]
    rows = dict(re.findall(r'<a href="/conoscere/livelli/(\w+)\?versione=v\d+">.*?<td>([^<\d]+)</td>', part))
    shown = {
        *("comuni", "storm_comuni", "warm_comuni", "suoli_comuni", "rvm_comuni", "idren"),
        *("indice_vulnerabilita_comuni", "indice_qualita_comuni"),
    }
    below = {
        *("uso_suolo", "gruppo_idrologico", "soggiacenza", "popolazione_eta", "upa", "kdren"),
        *("offerta_eventi_estremi", "offerta_microclima", "tessuto_urbano_consolidato"),
    }
    assert shown | below <= set(rows)
    assert rows["popolazione_eta"].startswith("caldo")
    assert "pioggia" in rows["soggiacenza"]
    assert "caldo" not in rows["soggiacenza"]


def test_two_versions_of_a_layer_are_both_said(lake: Lake) -> None:
    """The small territory's comuni were loaded twice: STORM may rest on one, the page show the other."""
    first, current = lake.version("comuni", "v0001"), lake.version("comuni")
    assert current.id == "v0002"
    found = footing(lake, [("oggi", current), ("ieri", first), ("ancora", current)])
    assert [(one.version.id, one.uses) for one in found] == [
        ("v0002", ["oggi", "ancora"]),
        ("v0001", ["ieri"]),
    ]


def test_an_index_can_be_opened_at_a_comune(site: Client) -> None:
    assert site.get("/conoscere/indici/vulnerabilita?luogo=015146").status_code == 200
