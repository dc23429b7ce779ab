"""A layer of an ArcGIS REST service, from a server on this machine: paged, killed, resumed, refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pyogrio
import pytest

from tests.sources.arcgis_server import CODES, serving, square
from trama.kernel.layers import FieldSpec, Manifest, SourceSpec
from trama.sources.fetch import (
    ChecksumChanged,
    NoNetwork,
    ServerRefuses,
    ServiceChanged,
    ServiceRefuses,
    fetch,
    service,
)

EAST, SOUTH = 500_000.0, 5_030_000.0
LIMIT = 1000
NUMBER = 2500


def features(number=NUMBER):
    """Squares of 10 m, fifty a row, with DUSAF's descriptions in turn."""
    texts = [f"{code} - {label.lower()}" for code, label in CODES]
    return [
        square(n + 1, EAST + 10 * (n % 50), SOUTH + 10 * (n // 50), 10, texts[n % 3]) for n in range(number)
    ]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(service, "PAUSE_S", 0.01)


@pytest.fixture
def layer():
    with serving(features(), LIMIT) as found:
        yield found


def manifest(url, **said):
    source = SourceSpec("dusaf", url, protocol="arcgis", **said)
    return Manifest(
        "uso_suolo", "Uso del suolo", "", "Regione", "", source, 32632, "raster",
        (FieldSpec("cell", "integer", "class", ""),),
    )  # fmt: skip


def test_a_layer_over_the_limit_of_an_answer_comes_whole_page_by_page(layer, tmp_path):
    seen = []
    got = fetch(manifest(layer.url), tmp_path, lambda done, total: seen.append((done, total)))
    assert layer.offsets == ["0", "1000", "2000"]
    assert seen == [(1000, NUMBER), (2000, NUMBER), (2500, NUMBER)]
    table = pyogrio.read_dataframe(got.path)
    assert (got.features, len(table), table.crs.to_epsg()) == (NUMBER, NUMBER, 32632)
    assert table.geometry.area.sum() == NUMBER * 100
    assert sorted(table.OBJECTID) == list(range(1, NUMBER + 1))
    names = ["uso_suolo-dusaf7-1-classi.csv", "uso_suolo-dusaf7-1.gpkg", "uso_suolo-dusaf7-1.gpkg.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    page = next(one for one in layer.asked if one.get("resultOffset") == "1000")
    assert (page["f"], page["outSR"], page["orderByFields"], page["where"]) == (
        "json", "32632", "OBJECTID ASC", "1=1",
    )  # fmt: skip


def test_the_legend_whose_code_is_no_column_becomes_a_class_table(layer, tmp_path):
    got = fetch(manifest(layer.url), tmp_path)
    assert got.classes.read_text(encoding="utf-8").splitlines() == [
        "valore;codice",
        "Tessuto residenziale denso;1111",
        "Cave;131",
        "Seminativi semplici;2111",
    ]


def test_only_what_meets_the_box_and_the_condition_is_asked(layer, tmp_path):
    within = (EAST, SOUTH, EAST + 95, SOUTH + 95)  # 10 x 10 squares
    got = fetch(manifest(layer.url, where="DESCR LIKE '131%'"), tmp_path, within=within)
    expected = sum(n % 50 < 10 and n // 50 < 10 and n % 3 == 2 for n in range(NUMBER))
    assert got.features == expected
    assert set(pyogrio.read_dataframe(got.path).DESCR) == {"131 - cave"}


def test_a_cut_answer_keeps_the_pages_and_the_next_attempt_goes_on(layer, tmp_path):
    layer.pages_before_death = 2
    with pytest.raises(NoNetwork, match=r"interrotto.*riprende da dove era arrivato \(2000 elementi\)"):
        fetch(manifest(layer.url), tmp_path)
    assert list(tmp_path.glob("*.gpkg")) == []
    layer.pages_before_death, before = None, len(layer.offsets)
    got = fetch(manifest(layer.url), tmp_path)
    assert layer.offsets[before:] == ["2000"]
    assert (got.resumed_from, got.features) == (2000, NUMBER)


def test_killed_in_the_middle_it_goes_on_and_the_file_is_that_of_an_unbroken_one(tmp_path):
    code = """
import sys, time
from pathlib import Path
from tests.sources.test_fetch_arcgis import manifest
from trama.sources.fetch import fetch
fetch(manifest(sys.argv[1]), Path(sys.argv[2]), lambda done, total: time.sleep(0.2))
"""
    with serving(features(), limit=100) as layer:
        run = subprocess.Popen([sys.executable, "-c", code, layer.url, str(tmp_path / "a")], env=os.environ)
        while len(layer.offsets) < 4:
            time.sleep(0.02)
        run.send_signal(signal.SIGKILL)
        run.wait()
        got = fetch(manifest(layer.url), tmp_path / "a")
        whole = fetch(manifest(layer.url), tmp_path / "b")
    assert 300 <= got.resumed_from < NUMBER
    assert got.sha256 == whole.sha256


@pytest.mark.parametrize("what", ["count", "edit"])
def test_a_service_that_changed_since_the_interruption_is_asked_from_the_start(layer, tmp_path, what):
    layer.pages_before_death = 1
    with pytest.raises(NoNetwork):
        fetch(manifest(layer.url), tmp_path)
    layer.pages_before_death = None
    if what == "count":
        layer.features = features(NUMBER + 1)
    else:
        layer.edited = 1
    got = fetch(manifest(layer.url), tmp_path)
    assert (got.resumed_from, got.features) == (0, len(layer.features))


def test_a_service_that_changes_meanwhile_is_not_sewn_together(layer, tmp_path):
    def grows(done, total):
        layer.features = features(NUMBER + 7)

    with pytest.raises(ServiceChanged, match="erano 2500 elementi e"):
        fetch(manifest(layer.url), tmp_path, grows)
    assert list(tmp_path.iterdir()) == []


def test_an_element_that_comes_twice_stops_it(layer, tmp_path):
    layer.features[1700]["attributes"]["OBJECTID"] = 3
    with pytest.raises(ServiceChanged, match="due volte"):
        fetch(manifest(layer.url), tmp_path)


def test_a_server_that_gives_less_than_it_promises_still_comes_whole(layer, tmp_path):
    described = layer.described
    layer.described = lambda: {**described(), "maxRecordCount": 2000}
    assert fetch(manifest(layer.url), tmp_path).features == NUMBER
    assert layer.offsets == ["0", "1000", "2000"], (
        "the next page begins after what came, not after what was asked"
    )


def test_a_service_without_paging_is_asked_by_ids(layer, tmp_path):
    layer.paging = False
    got = fetch(manifest(layer.url), tmp_path)
    assert (got.features, layer.offsets) == (NUMBER, [])
    spans = [one["where"] for one in layer.asked if "OBJECTID >=" in one.get("where", "")]
    assert spans[1] == "(1=1) AND OBJECTID >= 1001 AND OBJECTID <= 2000"


def test_a_passing_error_with_status_200_is_asked_again(layer, tmp_path):
    layer.refusals = [{"code": 400, "message": "Failed to execute query.", "details": []}] * 2
    assert fetch(manifest(layer.url), tmp_path).features == NUMBER


def test_an_error_that_stays_is_one_sentence_and_the_pages_wait(layer, tmp_path):
    def troubled(done, total):
        layer.refusals = [{"code": 500, "message": "Failed to execute query.", "details": []}] * 3

    with pytest.raises(ServiceRefuses, match=r"«Failed to execute query» \(codice 500\).*riprende da dove"):
        fetch(manifest(layer.url), tmp_path, troubled)
    assert fetch(manifest(layer.url), tmp_path).resumed_from == 1000


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ({"code": 499, "message": "Token Required", "details": []}, "Serve un accesso"),
        ({"code": 400, "message": "Invalid or missing input parameters.", "details": []}, "a mano"),
        ("boh", "boh"),
    ],
)
def test_an_error_that_will_not_pass_is_not_asked_twice(layer, tmp_path, error, says):
    layer.refusals = [error] * 3
    with pytest.raises(ServiceRefuses, match=says) as refused:
        fetch(manifest(layer.url, page="https://ente.example/pagina"), tmp_path)
    assert len(layer.offsets) == 1
    assert str(refused.value).endswith("Pagina da aprire: https://ente.example/pagina")


def test_an_address_that_is_no_layer_says_so(layer, tmp_path):
    layer.group = True
    with pytest.raises(ServiceRefuses, match="Group Layer"):
        fetch(manifest(layer.url), tmp_path)
    layer.group, layer.html = False, True
    with pytest.raises(ServiceRefuses, match="una pagina, non con dati"):
        fetch(manifest(layer.url), tmp_path)


def test_a_dead_address_is_a_404_with_the_page_to_open(layer, tmp_path):
    dead = manifest(layer.url.replace("dusaf7", "dusaf6"), page="https://ente.example/dusaf")
    with pytest.raises(ServerRefuses, match=r"404.*non esiste più.*https://ente\.example/dusaf"):
        fetch(dead, tmp_path)


def test_nothing_in_the_territory_is_said(layer, tmp_path):
    with pytest.raises(ServiceRefuses, match="non ha elementi nel territorio"):
        fetch(manifest(layer.url), tmp_path, within=(0, 0, 1, 1))


def test_an_answer_in_another_reference_system_is_brought_to_ours(tmp_path):
    here = [{**square(1, 9.0, 45.4, 0.001, "131 - cave")}]  # degrees, whatever was asked
    with serving(here) as layer:
        layer.reference = {"wkid": 4326}
        table = pyogrio.read_dataframe(fetch(manifest(layer.url), tmp_path).path)
    assert table.crs.to_epsg() == 32632
    assert table.total_bounds[0] == pytest.approx(500_000, abs=0.01)  # 9° E is the axis of zone 32


def test_an_answer_without_reference_system_is_refused(layer, tmp_path):
    layer.reference = None
    with pytest.raises(ServiceRefuses, match="sistema di riferimento"):
        fetch(manifest(layer.url), tmp_path)


def test_the_same_elements_give_the_same_checksum_and_a_new_edition_is_told(layer, tmp_path):
    first = fetch(manifest(layer.url), tmp_path)
    again = fetch(manifest(layer.url), tmp_path)
    assert (again.sha256, again.changed) == (first.sha256, False)
    layer.features = features(NUMBER - 1)
    with pytest.raises(ChecksumChanged):
        fetch(manifest(layer.url), tmp_path)
    assert json.loads((tmp_path / "uso_suolo-dusaf7-1.gpkg.json").read_text())["features"] == NUMBER
    assert fetch(manifest(layer.url), tmp_path, accept_changed=True).features == NUMBER - 1
