"""An original brought to the page of a layer: what is refused beside its field, what is mended, published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.apps.arrivi.conftest import bomb, bow_tie, geopackage, land
from trama.apps.conoscere.arrivals import store
from trama.apps.lavori.models import Lavoro, State
from trama.kernel.units import joined
from trama.lake import Lake

ADD = "/conoscere/livelli/uso_suolo/aggiungi"
SAID = {"fonte": "Regione Lombardia", "licenza": "CC BY 4.0", "giorno": "31.12.2021"}
WHOLE = [land(0, 0, 30, 40), land(30, 0, 60, 40)]


def send(web: Client, file: Path | None, address: str = ADD, **said: object):
    body = {**SAID, **said}
    if file is None:
        return web.post(address, body)
    with file.open("rb") as opened:
        return web.post(address, {**body, "file": opened})


def text(answer) -> str:
    return answer.content.decode()


def test_a_sound_original_becomes_the_current_version(web: Client, lake: Lake, tmp_path: Path) -> None:
    answer = send(web, geopackage(tmp_path, WHOLE, ["1111", "2111"]))
    assert answer.status_code == 302
    page = text(web.get(answer.url))
    assert "Pubblicata la versione <strong>v0002</strong>" in page
    assert "che da oggi prende il posto della v0001" in page
    version = lake.version("uso_suolo")
    assert (version.id, version.synthetic, version.provenance.licence) == ("v0002", False, "CC BY 4.0")
    assert version.provenance.asked["edition"] == "2021-12-31"
    assert version.provenance.source == "Regione Lombardia"
    assert "2111 Seminativi semplici" in page, "a class is told by its name too"
    assert version.provenance.made_by == "pagina «Aggiungi una versione» del sito (dusaf)"


def test_the_page_of_the_result_says_what_is_to_be_computed_again_and_computes_it(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    page = text(web.get(send(web, geopackage(tmp_path, WHOLE, ["1111", "2111"])).url))
    assert "Da ricalcolare" in page
    assert "v0001 → v0002" in page
    assert "Ricalcola STORM" in text(web.get("/conoscere/livelli/idren"))
    answer = web.post("/conoscere/ricalcola/storm", {"pioggia_mm": "61,4"})
    page = text(web.get(answer.url))
    assert joined("STORM è aggiornato, con 61,4 mm") in page
    assert "confronto=v0001" in page
    assert lake.version("idren").provenance.inputs["uso_suolo"] == "v0002"
    assert lake.version("storm_comuni").provenance.asked["pioggia_mm"] == 61.4
    assert "Ricalcola STORM" not in text(web.get("/conoscere/livelli/uso_suolo"))


def test_broken_features_are_listed_with_their_place_and_nothing_is_written(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    shapes = [*WHOLE, bow_tie(2, 2, 6), bow_tie(12, 2, 6), bow_tie(22, 2, 6)]
    answer = send(web, geopackage(tmp_path, shapes, ["1111", "2111", "1411", "1411", "1411"]))
    page = text(web.get(answer.url))
    assert "Nulla è stato scritto" in page
    assert "Ripara e aggiungi" in page
    assert [f"elemento {number}" in page for number in (3, 4, 5)] == [True] * 3
    assert "il contorno si incrocia" in page
    assert "/conoscere/mappa#mappa=15/45." in page
    assert "--repair" not in page
    assert lake.version("uso_suolo").id == "v0001"
    assert "<td>da riparare</td>" in text(web.get("/lavori/")), "the work is over, and nothing was published"


def test_mending_publishes_and_lets_go_of_the_file(
    web: Client, lake: Lake, home: Path, tmp_path: Path
) -> None:
    shapes = [*WHOLE, bow_tie(2, 2, 6)]
    first = send(web, geopackage(tmp_path, shapes, ["1111", "2111", "1411"])).url
    key = first.rpartition("/")[2]
    answer = web.post(f"/conoscere/arrivi/{key}/ripara")
    assert "Pubblicata la versione <strong>v0002</strong>" in text(web.get(answer.url))
    assert lake.version("uso_suolo").provenance.asked["repair"] is True
    assert list((home / store.FOLDER).iterdir()) == []
    page = text(web.get(first))  # the first report stays, and no longer offers what cannot be done
    assert "Ripara e aggiungi</button>" not in page
    assert "Carica di nuovo il file" in page


def test_unknown_classes_are_corrected_with_a_table_without_bringing_the_file_again(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    first = send(web, geopackage(tmp_path, WHOLE, ["bosco", "campo"])).url
    page = text(web.get(first))
    assert "Classi conosciute" in page
    again = f"{ADD}?da={first.rpartition('/')[2]}"
    assert "Resta il file <strong>dusaf.gpkg</strong>" in text(web.get(again))
    table = SimpleUploadedFile("classi.csv", b"valore;codice\nbosco;1411\ncampo;2111\n")
    answer = web.post(again, {**SAID, "classi": table})
    assert "Pubblicata la versione" in text(web.get(answer.url))
    import rasterio

    with rasterio.open(lake.version("uso_suolo").raster) as source:
        assert set(np.unique(source.read(1))) == {1411, 2111}


def test_gaps_are_advice_and_do_not_stop(web: Client, lake: Lake, tmp_path: Path) -> None:
    page = text(web.get(send(web, geopackage(tmp_path, [land(0, 0, 40, 40)], ["2111"])).url))
    assert "Pubblicata la versione" in page
    assert "avviso" in page


def test_a_file_without_reference_system_is_put_right_beside_that_field(web: Client, tmp_path: Path) -> None:
    first = send(web, geopackage(tmp_path, WHOLE, ["1111", "2111"], crs=None)).url
    page = text(web.get(first))
    assert "scriverne qui il codice EPSG" in page
    assert "--crs" not in page
    again = f"{ADD}?da={first.rpartition('/')[2]}"
    page = text(web.get(again))
    assert 'id="crs-guaio"' in page
    assert '<details class="fold" open>' in page
    answer = web.post(again, {**SAID, "crs": "32632"})
    assert "Pubblicata la versione" in text(web.get(answer.url))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("fonte", "", "Scrivere chi ha dato il file"),
        ("licenza", "", "Scrivere la licenza dei dati"),
        ("giorno", "ieri", "Non è un anno né un giorno"),
        ("giorno", "2099", "È nel futuro"),
        ("crs", "tanti", "Serve il numero del codice EPSG"),
        ("crs", "999999", "non esiste"),
    ],
)
def test_a_wrong_field_is_told_beside_it(web: Client, tmp_path: Path, field, value, sentence) -> None:
    answer = send(web, geopackage(tmp_path, WHOLE, ["1111", "2111"]), **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-errore"' in text(answer)
    assert sentence in text(answer)
    assert Lavoro.objects.count() == 0


def test_an_archive_of_several_asks_which_beside_that_field(web: Client, lake: Lake, tmp_path: Path) -> None:
    import zipfile

    import geopandas

    archive = tmp_path / "insieme.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for name in ("uno", "due"):
            folder = tmp_path / name
            folder.mkdir()
            table = geopandas.GeoDataFrame({"COD_TEMA": ["1111", "2111"]}, geometry=WHOLE, crs=32632)
            table.to_file(folder / f"{name}.shp")
            for file in folder.iterdir():
                zipped.write(file, file.name)
    answer = send(web, archive)
    assert answer.status_code == 422
    assert 'id="interno-guaio"' in text(answer)
    assert "scrivere qui quale, tra " in text(answer)
    named = send(web, archive, interno="due")
    assert "Pubblicata la versione" in text(web.get(named.url))


def test_a_form_without_file_asks_for_it(web: Client) -> None:
    answer = send(web, None)
    assert answer.status_code == 422
    assert "Scegliere il file da aggiungere." in text(answer)


def _garbage(folder: Path) -> Path:
    path = folder / "uso.gpkg"
    with path.open("wb") as file:
        file.write(b"\x93spazzatura" * 100)
        file.truncate(200_000_000)
    return path


def _not_a_map(folder: Path) -> Path:
    path = folder / "relazione.tif"
    path.write_bytes(b"%PDF-1.7 una relazione")
    return path


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_garbage, "non è in un formato ammesso"),
        (_not_a_map, "non è in un formato ammesso"),
        (bomb, "una volta aperto occuperebbe"),
    ],
)
def test_what_is_no_data_is_refused_beside_the_file_and_not_kept(
    web: Client, home: Path, tmp_path: Path, make, sentence: str
) -> None:
    answer = send(web, make(tmp_path))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert 'id="file-guaio"' in text(answer)
    assert list((home / store.FOLDER).iterdir()) == []


def test_more_than_the_limit_is_refused_with_the_other_way(web: Client, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(store, "LIMITS", store.Limits(file_bytes=1_000_000))
    answer = send(web, _garbage(tmp_path))
    assert "al più 1: ritagliarlo" in text(answer)
    assert "trama layers add" in text(answer)


def test_a_computed_layer_takes_no_original(web: Client) -> None:
    answer = web.get("/conoscere/livelli/idren/aggiungi")
    assert answer.status_code == 400
    assert "lo calcola Trama" in text(answer)
    assert "Aggiungi una versione" not in text(web.get("/conoscere/livelli/idren"))


def test_writing_wants_the_token_of_the_form(web: Client, lake: Lake) -> None:
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    assert strict.post("/conoscere/ricalcola/storm", {"pioggia_mm": "50"}).status_code == 403
    assert strict.post(ADD, SAID).status_code == 403


@pytest.mark.parametrize("rain", ["", "tanta", "0", "-3", "nan", "1e9"])
def test_a_rain_that_cannot_be_is_told_beside_it(web: Client, rain: str) -> None:
    answer = web.post("/conoscere/ricalcola/storm", {"pioggia_mm": rain})
    assert answer.status_code == 422
    assert "Scrivere i millimetri di pioggia" in text(answer)
    assert Lavoro.objects.count() == 0


def test_an_evaluation_ends_where_storm_cannot_run(web: Client, lake: Lake, home: Path) -> None:
    import shutil

    shutil.rmtree(home / "lake" / "soggiacenza")
    page = text(web.get(web.post("/conoscere/ricalcola/storm", {"pioggia_mm": "50"}).url))
    assert Lavoro.objects.get().state == State.REFUSED
    assert "soggiacenza" in page


def test_the_address_of_the_map_keeps_both_versions(web: Client, tmp_path: Path) -> None:
    send(web, geopackage(tmp_path, WHOLE, ["1111", "2111"]))
    page = text(web.get("/conoscere/mappa?tema=uso-suolo-celle&versione=v0002&confronto=v0001"))
    assert '<option value="v0001" selected>' in page


def test_a_vector_layer_names_its_columns_where_they_differ(web: Client, lake: Lake, tmp_path: Path) -> None:
    address = "/conoscere/livelli/zone_rispetto_pozzi/aggiungi"
    first = send(web, geopackage(tmp_path, WHOLE, ["100", "200"]), address)
    page = text(web.get(first.url))
    assert "Indicare la colonna, tra quelle presenti: COD_TEMA" in page
    assert "--map" not in page
    page = text(web.get(f"{address}?da={first.url.rpartition('/')[2]}"))
    assert 'id="colonne"' in page
    answer = web.post(
        f"{address}?da={first.url.rpartition('/')[2]}", {**SAID, "colonna_raggio_m": "COD_TEMA"}
    )
    assert "Pubblicata la versione <strong>v0001</strong>" in text(web.get(answer.url))


def test_an_unusual_map_is_stopped_and_comes_in_with_the_reason_why_it_is_true(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    import rasterio
    from affine import Affine

    from tests.fixtures_territory import EAST, NORTH

    cells = np.array([[2.0, 1.0, 0.5], [2.5, 1.5, 0.0]], dtype=np.float32)
    options = {"height": 2, "width": 3, "crs": 32632, "transform": Affine(20, 0, EAST, 0, -20, NORTH)}
    with rasterio.open(tmp_path / "gelo.tif", "w", "GTiff", count=1, dtype="float32", **options) as out:
        out.write(cells, 1)
    layer = "temperatura_notte_osservata"
    first = send(web, tmp_path / "gelo.tif", f"/conoscere/livelli/{layer}/aggiungi").url
    page = text(web.get(first))
    assert "Valori consueti qui" in page
    assert "Conferma e aggiungi</button>" in page
    assert "--confirm" not in page
    assert not lake.has(layer)
    address = f"/conoscere/arrivi/{first.rpartition('/')[2]}/conferma"
    empty = web.post(address, {"motivo": "  "})
    assert empty.status_code == 400
    assert "Scrivere il motivo" in text(empty)
    page = text(web.get(web.post(address, {"motivo": "notte di gelo, rilievo ARPA"}).url))
    assert "Pubblicata la versione" in page
    assert "confermato" in page
    version = lake.version(layer)
    assert version.provenance.asked["confirm"] == "notte di gelo, rilievo ARPA"
    assert "notte di gelo" in text(web.get(f"/conoscere/livelli/{layer}"))


def test_shapes_to_mend_are_no_measure_to_confirm(web: Client, lake: Lake, tmp_path: Path) -> None:
    place = send(web, geopackage(tmp_path, [*WHOLE, bow_tie(2, 2, 6)], ["1111", "2111", "1411"])).url
    assert 'id="motivo"' not in text(web.get(place))


def test_another_rain_is_said_where_it_shows_with_the_one_before_and_the_way_back(
    web: Client, lake: Lake
) -> None:
    web.post("/conoscere/ricalcola/storm", {"pioggia_mm": "61,4"})
    page = text(web.get("/conoscere/comuni/015146"))
    assert joined("Evento di <strong>61,4 mm</strong> (prima 50,0 mm;") in page
    assert 'href="/conoscere/ricalcola/storm"' in page
    page = text(web.get("/conoscere/ricalcola/storm"))
    assert joined("l'evento di <strong>61,4 mm</strong>; prima di questo: 50,0 mm.") in page


def test_the_source_of_a_file_is_asked_and_not_guessed(web: Client) -> None:
    for layer in ("temperatura_notte_osservata", "uso_suolo"):
        page = text(web.get(f"/conoscere/livelli/{layer}/aggiungi"))
        field = page[page.index('<input type="text" name="fonte"') :].partition(">")[0]
        assert "value=" not in field
        assert "required" in field


def test_adding_a_version_and_the_jobs_are_reached_from_home_and_catalogue(web: Client) -> None:
    for address in ("/", "/conoscere/livelli"):
        page = text(web.get(address)).partition("</main>")[0]
        assert 'href="/conoscere/aggiungi"' in page, address
        assert 'href="/lavori/"' in page or 'href="/lavori"' in page, address
    page = text(web.get("/conoscere/aggiungi"))
    assert 'href="/conoscere/livelli/uso_suolo/aggiungi"' in page
    assert 'href="/conoscere/livelli/storm_comuni/aggiungi"' not in page
