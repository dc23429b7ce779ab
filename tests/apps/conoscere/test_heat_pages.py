"""The heat on the pages of Conoscere: themes, the comune's section, its words where something lacks."""

from __future__ import annotations

import pytest
from django.test import Client

from trama.apps.conoscere.themes import available
from trama.kernel.units import format_number, joined
from trama.lake import Lake

SUBJECTS = (
    *("temperatura", "anomalia", "vulnerabilita-caldo", "esposti", "zone-temperatura"),
    *("raffrescamento", "microclima"),
)


def test_every_subject_of_the_heat_can_be_shown(lake: Lake) -> None:
    shown = {theme.id for theme in available(lake)}
    assert {"temperatura-comuni", "anomalia-celle", "zone-temperatura-celle", "esposti-upa"} <= shown
    assert set(SUBJECTS) <= {theme.subject.id for theme in available(lake)}


@pytest.mark.parametrize("theme", ["temperatura-celle", "anomalia-comuni", "zone-temperatura-celle"])
def test_a_theme_of_the_night_says_that_its_temperature_is_of_a_model(site: Client, theme: str) -> None:
    page = site.get(f"/conoscere/mappa?tema={theme}").content.decode()
    assert joined("non si confronta con i 24-33 °C") in page
    assert "valore non ufficiale" in page
    assert "dati sintetici" in page
    assert site.get(f"/conoscere/tabella?tema={theme}").status_code == 200


def test_the_page_of_a_comune_tells_the_heat_and_who_is_exposed(site: Client) -> None:
    page = site.get("/conoscere/comuni/015146").content.decode()
    assert "Come risponde al caldo" in page
    assert "Anomalia notturna media" in page
    assert "70 anni e oltre" in page
    assert "exposure-piece" in page
    assert "sensibili_oltre_2" in page  # the step behind "Perché?"


def test_where_nobody_can_be_placed_the_page_says_missing(site: Client) -> None:
    """015002 is all arable: no residential land to put its people in."""
    page = site.get("/conoscere/comuni/015002").content.decode()
    assert "Persone esposte: dato mancante" in page
    assert "exposure-piece" not in page


def test_the_classes_of_the_heat_have_their_own_names_and_colours(site: Client) -> None:
    page = site.get("/conoscere/mappa?tema=vulnerabilita-caldo-comuni").content.decode()
    assert "#7f2704" in page  # the norms' colour of class 5
    assert "Classi e colori stabiliti nelle norme caricate." in page


def test_who_is_exposed_is_told_as_a_share_in_hundredths_and_as_people(site: Client, lake: Lake) -> None:
    """The same figures as the table of places: 100 x share, and the people beside it."""
    row = lake.version("warm_comuni").table().set_index("istat").loc["015146"]
    theme = site.get("/conoscere/temi/esposti-comuni.json").json()
    assert theme["unit"] == "%"
    assert theme["values"]["015146"] == pytest.approx(100 * row["quota_sensibili_oltre_2"])
    assert theme["values"]["015002"] is None
    assert all("%" in one["label"] for one in theme["classes"])
    theme_column = "quota_sensibili_oltre_2"
    table = site.get("/conoscere/tabella?tema=esposti-comuni").content.decode()
    assert f">{format_number(100 * row['quota_sensibili_oltre_2'], '%').removesuffix(' %')}<" in table
    raw = site.get("/conoscere/tabella.csv?tema=esposti-comuni").content.decode()
    lines = [line.split(";") for line in raw.lstrip("\ufeff").splitlines()]
    (told,) = [line[lines[0].index(theme_column)] for line in lines if line[0] == "015146"]
    assert float(told.replace(",", ".")) == row[theme_column]
    place = site.get(
        "/conoscere/mappa/luogo", {"lon": "9.000064", "lat": "45.423836", "tema": "esposti-comuni"}
    ).content.decode()
    assert f'"place-people">{format_number(row["sensibili_oltre_2"], "inhabitant")}<' in place
    panel = site.get("/conoscere/mappa/tema/esposti-comuni").content.decode()
    total = lake.traces.load(lake.version("warm_comuni").provenance.trace).root.find(
        "territorio/sensibili_oltre_2"
    )
    assert total is not None
    assert format_number(total.value, "inhabitant") in panel
    assert "territorio%2Fsensibili_oltre_2" in panel
