"""The register summed and estimated, on a place with plain numbers; effects against a scenario by hand."""

from __future__ import annotations

import csv
import io

import geopandas
import pytest

from tests.fixtures_place import DAY, place_lake, square
from trama.analyses.opere.answer import summary_json, summary_trace
from trama.analyses.opere.errors import NoRegister, UnknownFilter
from trama.analyses.opere.export import to_csv, to_geopackage
from trama.analyses.opere.register import Register
from trama.analyses.opere.run import run_estimate
from trama.analyses.opere.shapes import Piece
from trama.analyses.opere.summary import Choice, summarise
from trama.analyses.whatif import run_whatif
from trama.lake import Lake
from trama.norms import load_book
from trama.sources.original import Original
from trama.sources.readers import Said, add_original


def listed(*rows):
    """Write rows of (id, fund, solution, quantity, unit, amount, state, comune, shape) as a CSV."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEAD)
    for key, fund, solution, quantity, unit, amount, state, comune, shape in rows:
        wkt = "" if shape is None else shape.wkt
        writer.writerow(
            [key, f"Opera {key}", fund, solution, quantity, unit, amount, amount, state, comune, wkt]
        )
    return out.getvalue()


HEAD = (
    *("id", "nome", "fondo", "soluzione", "quantita", "unita"),
    *("importo", "contributo", "stato", "comune", "wkt"),
)
ROWS = (
    ("piazza", "Spugna", "rain_garden", "", "", "100.000,01", "in corso", "", square(500, 500, 30)),
    ("confine", "Spugna", "desealing_lawn", "", "", "10,01", "collaudata", "", square(1990, 1000, 20)),
    ("alberi", "Forestami", "tree_row", "40", "n", "38.000", "in corso", "", square(700, 700, 20)),
    ("ignota", "Fondo di paese", "", "", "", "5,00", "", "", square(900, 900, 20)),
    ("persa", "Spugna", "rain_garden", "200", "m2", "", "in corso", "015086", None),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("opere")
    lake = place_lake(folder, storm=False)
    path = folder / "opere.csv"
    path.write_text(listed(*ROWS), encoding="utf-8")
    reading, version = add_original(lake, load_book().manifests["opere_finanziate"], Original(path), Said())
    assert version is not None, reading.to_json()
    return lake


@pytest.fixture(scope="module")
def estimate(place):
    return run_estimate(place, load_book(), day=DAY)


def test_an_empty_register_says_how_to_fill_it(tmp_path):
    with pytest.raises(NoRegister, match="trama layers add FILE --as opere_finanziate"):
        summarise(Lake(tmp_path / "lake"), load_book(), DAY)


def test_every_grouping_sums_to_the_whole_to_the_cent(place):
    summary = summarise(place, load_book(), DAY)
    assert summary.total.cents == 10_000_001 + 1001 + 3_800_000 + 500
    for totals in summary.by.values():
        assert sum(total.cents for total in totals) == summary.total.cents
        assert set().union(*(total.works for total in totals)) == summary.total.works
    whole = summary.total.to_json()
    assert (whole["opere"], whole["senza_importo"]) == (5, 1)


def test_a_work_on_a_border_is_shared_and_the_odd_cent_goes_to_one(place):
    table = place.version("comuni").table()
    keys = [str(key) for key in table["istat"]]
    parts = {}
    for key in keys:
        summary = summarise(place, load_book(), DAY, Choice(comune=key))
        parts[key] = {part.work.id: part for part in summary.parts}
    cents = [parts[key]["confine"].cents for key in keys if "confine" in parts[key]]
    assert sorted(cents) == [500, 501]
    assert sum(part.cents for found in parts.values() for part in found.values() if part.cents) == 13_801_502


def test_effects_are_those_of_the_same_solution_drawn_by_hand(place, estimate):
    class Drawn:
        nome = "a mano"
        pieces = (Piece("rain_garden", square(500, 500, 30), None),)
        area = None
        rain_mm = None

        def __init__(self, event):
            self.event, self.answers = event, {}

    effect = next(one for one in estimate.effects if one.work.id == "piazza")
    for event in ("giorno_estivo", "t50_1h"):
        by_hand = run_whatif(place, load_book(), Drawn(event), DAY, keep=False, with_sheets=False)
        assert effect.m3[event] == pytest.approx(by_hand.water.avoided_m3)
        assert effect.night_degc == pytest.approx(by_hand.heat.night_degc)
    assert effect.m3["t50_1h"] > effect.m3["giorno_estivo"] > 0
    assert effect.eur_m3 == pytest.approx(100_000.01 / effect.m3["t50_1h"])


def test_what_is_not_known_is_missing_and_says_why(place, estimate):
    why = {one.work.id: one.no_water for one in estimate.effects}
    assert why["piazza"] == ""
    assert why["ignota"] == "manca la soluzione"
    assert why["persa"] == "non è sulla mappa: il suolo del luogo non è noto"
    rows = {row["id"]: row for row in estimate.version.table().to_dict("records")}
    assert rows["ignota"]["m3_t50_1h"] != rows["ignota"]["m3_t50_1h"]  # NaN, never zero
    body = summary_json(summarise(place, load_book(), DAY))
    assert {tuple(one["opere"]) for one in body["non_stimate"]} == {("ignota",), ("persa",)}
    assert body["non_sulla_mappa"] == ["persa"]
    assert body["fondi_non_in_elenco"] == ["Fondo di paese"]
    unpaid = next(one for one in body["fondi"] if one["nome"] == "Fondo di paese")
    assert unpaid["m3_t50_1h"] is None


def test_the_explanation_of_a_total_lists_its_works_and_resolves(place, estimate):
    summary = summarise(place, load_book(), DAY)
    trace = summary_trace(place, summary)
    node = trace.root.find("m3_t50_1h")
    known = [one.m3["t50_1h"] for one in estimate.effects if one.m3["t50_1h"] is not None]
    assert node.value == pytest.approx(sum(known), abs=0.01)
    assert trace.root.find("importo/persa").value is None
    assert trace.unofficial()
    effects = place.traces.load(estimate.version.provenance.trace)
    assert effects.root.find("piazza/acqua/trattenuta").value == pytest.approx(known[0], abs=0.01)


def test_the_same_estimate_is_not_a_second_version(place, estimate):
    assert run_estimate(place, load_book(), day=DAY).version.id == estimate.version.id


def test_filters_keep_what_they_say_and_an_unknown_one_is_refused(place, estimate):
    summary = summarise(place, load_book(), DAY, Choice(fund="spugna", state="in_corso"))
    assert summary.total.works == {"piazza", "persa"}
    with pytest.raises(UnknownFilter, match="Nel registro non c'è il fondo «boh»"):
        summarise(place, load_book(), DAY, Choice(fund="boh"))


def test_what_is_exported_is_read_back_the_same(place, estimate, tmp_path):
    summary = summarise(place, load_book(), DAY)
    before = {work.id: work for work in Register.read(place, load_book(), DAY).works}
    other = place_lake(tmp_path / "altrove", storm=False)
    for name, body in (("opere.csv", to_csv(summary)), ("opere.gpkg", to_geopackage(summary))):
        path = tmp_path / name
        path.write_bytes(body)
        reading, version = add_original(
            other, load_book().manifests["opere_finanziate"], Original(path), Said()
        )
        assert version is not None, reading.to_json()
        after = {work.id: work for work in Register.read(other, load_book(), DAY).works}
        assert {key: (work.cents, work.fund.id, work.solution) for key, work in before.items()} == {
            key: (work.cents, work.fund.id, work.solution) for key, work in after.items()
        }


def test_the_works_of_a_comune_export_the_part_that_its_summary_sums(place, estimate):
    for key in (str(key) for key in place.version("comuni").table()["istat"]):
        summary = summarise(place, load_book(), DAY, Choice(comune=key))
        text = to_csv(summary).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
        whole = summary.total.to_json()
        for column, figure in (("importo", "importo"), ("m3_t50_1h", "m3_t50_1h"), ("idren_m2", "idren_m2")):
            parts = [row[f"{column}_considerato"] for row in rows]
            found = sum(float(part.replace(",", ".")) for part in parts if part)
            assert found == pytest.approx(whole[figure] or 0, abs=0.05 if column == "idren_m2" else 1e-3)
        for row in rows:
            if row["id"] == "confine":
                assert row["importo"] == "10,01"  # the work's own stays whole
                assert row["importo_considerato"] in {"5", "5,01"}


def test_invented_works_stay_so_and_do_not_mix_with_true_ones(tmp_path):
    home = place_lake(tmp_path / "altrove", storm=False)
    manifest, path = load_book().manifests["opere_finanziate"], tmp_path / "opere.csv"
    text = "nome;fondo;importo;sintetico\nA;Spugna;1;sì\nB;Spugna;2;{}\n"
    path.write_text(text.format("sì"), encoding="utf-8")
    _, version = add_original(home, manifest, Original(path), Said())
    assert (version.synthetic, version.manifest.synthetic) == (True, True)
    summary = summarise(home, load_book(), DAY)
    assert summary_json(summary)["registro"]["sintetico"] is True
    for name, body in (("giro.csv", to_csv(summary)), ("giro.gpkg", to_geopackage(summary))):
        again = tmp_path / name
        again.write_bytes(body)
        assert add_original(home, manifest, Original(again), Said())[1].synthetic
    path.write_text(text.format("sì").replace("sintetico", "opera_sintetica"), encoding="utf-8")
    assert add_original(home, manifest, Original(path), Said())[1].synthetic
    for word in ("no", ""):
        path.write_text(text.format(word), encoding="utf-8")
        reading, version = add_original(home, manifest, Original(path), Said())
        assert version is None
        assert "dato sintetico in un elenco di opere vere" in reading.stopping[0].where[0]["why"]
        _, version = add_original(home, manifest, Original(path, repair=True), Said())
        assert (version.synthetic, version.table()["nome"].tolist()) == (False, ["B"])
    path.write_text(text.format("forse"), encoding="utf-8")
    reading, _ = add_original(home, manifest, Original(path), Said())
    assert any("«forse» non dice né sì né no" in one["why"] for one in reading.stopping[0].where)


def test_names_that_begin_as_formulas_go_out_and_come_back_the_same(tmp_path):
    home = place_lake(tmp_path / "altrove", storm=False)
    manifest, path = load_book().manifests["opere_finanziate"], tmp_path / "opere.csv"
    names = ["=1+1", "'=1+1", "+A", "-a", "@x", "''@x", "'Ndrangheta", "-12"]
    rows = [{"nome": name, "fondo": name, "importo": 1.0} for name in names]
    geopandas.GeoDataFrame(rows, geometry=[square(500, 500, 30)] * len(rows), crs=32632).to_file(
        tmp_path / "opere.gpkg"
    )
    add_original(home, manifest, Original(tmp_path / "opere.gpkg"), Said())
    path.write_bytes(to_csv(summarise(home, load_book(), DAY)))
    _, version = add_original(home, manifest, Original(path), Said())
    table = version.table()
    assert (table["nome"].tolist(), table["fondo"].tolist()) == (names, names)


def test_a_new_register_waits_for_its_own_estimate(place, estimate, tmp_path):
    assert summarise(place, load_book(), DAY).effects is not None
    path = tmp_path / "altre.csv"
    path.write_text(listed(ROWS[0]), encoding="utf-8")
    other = place_lake(tmp_path / "casa", storm=False)
    manifest = load_book().manifests["opere_finanziate"]
    add_original(other, manifest, Original(path), Said())
    run_estimate(other, load_book(), day=DAY)
    path.write_text(listed(ROWS[0], ROWS[2]), encoding="utf-8")
    add_original(other, manifest, Original(path), Said())
    summary = summarise(other, load_book(), DAY)
    assert summary.effects is None
    assert summary.total.to_json()["m3_t50_1h"] is None
    assert list(summary.lacking) == ["effetti non ancora stimati"]
