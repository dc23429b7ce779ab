"""Soils, Rete Verde and indices are computed again from their page, where what they read was replaced."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.apps.arrivi.test_arrivals import text
from trama.analyses.freshness import stale
from trama.analyses.storm import run_storm
from trama.analyses.suoli.run import map_soils_whole
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)


def storm_with_other_weights(lake: Lake) -> None:
    run_storm(lake, load_book(), day=DAY, event_mm=50.0, kdren="k1")


def test_soils_made_old_are_computed_again_from_their_notice(web: Client, lake: Lake) -> None:
    map_soils_whole(lake, load_book(), day=DAY)
    address = "/conoscere/ricalcola/suoli"
    assert "Nulla è da ricalcolare" in text(web.get(address))
    assert address not in text(web.get("/conoscere/suoli"))
    storm_with_other_weights(lake)
    assert {one.layer for one in stale(lake)} >= {"suoli_comuni", "attitudine_suoli"}
    for page in ("/", "/conoscere/suoli", "/conoscere/comuni/015146", "/conoscere/livelli/suoli_upa"):
        assert f'href="{address}"' in text(web.get(page)), page
    assert "v0001 → v0002" in text(web.get(address))
    before = lake.version("suoli_comuni").id
    page = text(web.get(web.post(address).url))
    assert "Il calcolo è aggiornato ai livelli di oggi." in page
    assert lake.version("suoli_comuni").id != before
    assert not {one.layer for one in stale(lake)} & {"suoli_comuni", "attitudine_suoli"}
    assert "Nulla è da ricalcolare" in text(web.get(address))


@pytest.mark.parametrize("analysis", ["indici", "rete_verde"])
def test_an_analysis_never_run_is_run_from_its_page(web: Client, lake: Lake, analysis: str) -> None:
    page = text(web.get(web.post(f"/conoscere/ricalcola/{analysis}").url))
    assert "Il calcolo è aggiornato ai livelli di oggi." in page
    assert [one for one in lake.layers() if lake.version(one).provenance.made_by == analysis]


def test_what_is_no_analysis_of_a_room_is_not_there(web: Client) -> None:
    assert web.get("/conoscere/ricalcola/opere").status_code == 404
    assert web.get("/conoscere/ricalcola/demo").status_code == 404
