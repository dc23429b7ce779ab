"""WARM is computed again, in the background, where its data were replaced."""

from __future__ import annotations

from pathlib import Path

from django.test import Client

from tests.apps.arrivi.conftest import geopackage, land
from tests.apps.arrivi.test_arrivals import SAID, send, text
from tests.fixtures_heat import put_observed
from trama.kernel.units import joined
from trama.lake import Lake


def test_a_new_land_cover_makes_warm_old_and_it_is_computed_again(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    file = geopackage(tmp_path, [land(0, 0, 30, 40), land(30, 0, 60, 40)], ["1111", "2111"])
    assert SAID
    page = text(web.get(send(web, file).url))
    assert "Ricalcola WARM" in page
    assert "Ricalcola STORM" in page
    before = lake.version("warm_comuni").id
    page = text(web.get(web.post("/conoscere/ricalcola/warm").url))
    assert joined("WARM è aggiornato, con temperatura calcolata dal modello e riferimento 19,70 °C") in page
    assert "I comuni che cambiano di più" in page
    assert lake.version("warm_comuni").id != before
    assert lake.version("raffrescamento").provenance.inputs["uso_suolo"] == "v0002"
    assert "Ricalcola WARM" not in text(web.get("/conoscere/livelli/warm_comuni"))


EVERYWHERE = (
    "/",
    "/conoscere/livelli",
    "/conoscere/livelli/temperatura_notte",
    "/conoscere/mappa?tema=temperatura-comuni",
    "/conoscere/tabella?tema=anomalia-upa",
    "/conoscere/comuni/015146",
)


def test_a_first_observation_is_told_by_every_page_alike(web: Client, lake: Lake) -> None:
    """Not only where it was loaded: home, catalogue, layer, map, table, comune, each with its remedy."""
    for address in EVERYWHERE:
        assert "da ricalcolare</span>" not in text(web.get(address)), address
    put_observed(lake)
    for address in EVERYWHERE:
        page = text(web.get(address))
        assert "da ricalcolare</span>" in page, address
        assert "Ricalcola WARM" in page or address == "/conoscere/livelli", address
    web.post("/conoscere/ricalcola/warm")
    for address in EVERYWHERE:
        assert "da ricalcolare</span>" not in text(web.get(address)), address


def test_a_first_observation_leaves_alone_what_does_not_read_it(web: Client, lake: Lake) -> None:
    put_observed(lake)
    for layer in ("raffrescamento", "storm_comuni"):
        assert "da ricalcolare</span>" not in text(web.get(f"/conoscere/livelli/{layer}")), layer


def test_a_first_observation_makes_the_model_s_layers_old(web: Client, lake: Lake) -> None:
    put_observed(lake)
    page = text(web.get("/conoscere/ricalcola/warm"))
    assert "temperatura_notte_osservata" in page
    page = text(web.get(web.post("/conoscere/ricalcola/warm").url))
    assert joined("con temperatura osservata e riferimento 26,00 °C") in page
    assert "Nessun livello di WARM è da ricalcolare" in text(web.get("/conoscere/ricalcola/warm"))
