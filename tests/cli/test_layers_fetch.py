"""`trama layers fetch` from an institution's own address, and the command it prints: from web to lake."""

from __future__ import annotations

import json
import re
import shlex
import threading
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path

import geopandas
import pytest
from click.testing import CliRunner
from shapely.geometry import box
from tests.fixtures_territory import EAST, MADE_UP, NORTH, small_lake, table_manifest
from tests.sources.arcgis_server import serving, square

from trama.cli.main import main
from trama.kernel.layers import FieldSpec
from trama.lake import Lake
from trama.sources.fetch import service

SOUTH = NORTH - 40


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    monkeypatch.setattr(service, "PAUSE_S", 0.01)
    small_lake(tmp_path)
    return tmp_path


def run(*words):
    return CliRunner().invoke(main, ["layers", *map(str, words)])


def own(home: Path, layer: str, *changes: tuple[str, str]) -> None:
    """Lay the package's manifest of `layer` among the institution's norms, with lines of its own."""
    text = resources.files("norme_milano").joinpath("strati", f"{layer}.yaml").read_text(encoding="utf-8")
    for line, other in changes:
        text, count = re.subn(line, other, text, count=1, flags=re.MULTILINE)
        assert count == 1, line
    folder = home / "norme" / "strati"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{layer}.yaml").write_text(text, encoding="utf-8")


def address(home: Path, layer: str, url: str) -> None:
    own(home, layer, (r"^  url: .*$", f'  url: "{url}"'))


def strips(*texts: str) -> list[dict]:
    """Three strips that cover the small territory, and one far from it."""
    shapes = [square(n + 1, EAST + 20 * n, SOUTH, 40, text) for n, text in enumerate(texts)]
    for n, one in enumerate(shapes):
        west = EAST + 20 * n
        one["geometry"]["rings"] = [[[west, SOUTH], [west, NORTH], [west + 20, NORTH], [west + 20, SOUTH],
                                     [west, SOUTH]]]  # fmt: skip
    return [*shapes, square(99, EAST + 9000, SOUTH, 10, "999 - altrove")]


def test_a_service_is_fetched_within_the_territory_and_the_printed_command_loads_it(home):
    features = strips("1111 - tessuto residenziale denso", "2111 - seminativi semplici", "Cave")
    with serving(features) as layer:
        address(home, "uso_suolo", layer.url)
        fetched = run("fetch", "uso_suolo", "--json")
        asked = json.loads(next(one["geometry"] for one in layer.asked if "geometry" in one))
    assert fetched.exit_code == 0, fetched.stderr
    found = json.loads(fetched.stdout)
    assert [asked[edge] for edge in ("xmin", "ymin", "xmax", "ymax")] == [EAST, SOUTH, EAST + 60, NORTH]
    assert (found["elementi"], found["protocollo"], found["ripreso_da_byte"]) == (3, "arcgis", None)
    assert Path(found["file"]).parent == home / "scaricati"
    words = shlex.split(found["comando"])
    added = run(*words[2:], "--json")
    assert added.exit_code == 0, added.stderr + added.stdout
    version = json.loads(added.stdout)["versione_livello"]
    assert (version["id"], version["fonte"], version["licenza"]) == ("v0002", layer.url, "CC BY 4.0")
    assert version["richiesta"]["edition"] == "2021"
    table = Lake(home / "lake").diff(
        Lake(home / "lake").version("uso_suolo", "v0001"), Lake(home / "lake").version("uso_suolo")
    )
    assert "1121 → 131" in table.to_text(), "the code of «Cave» is only in the legend of the service"


class Files(BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.server.files.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args):
        pass


@pytest.fixture
def web():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    server.files = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def boundaries(folder: Path) -> bytes:
    """ISTAT's archive in small: comuni of two provinces and the provinces, each a Shapefile."""
    folder.mkdir()
    comuni = geopandas.GeoDataFrame(
        {
            "COD_PROV": [15, 15, 15, 18],
            "PRO_COM_T": ["015146", "015002", "015009", "018001"],
            "COMUNE": ["Capoluogo", "Di mezzo", "Di levante", "D'un'altra provincia"],
        },
        geometry=[box(EAST + 20 * n, SOUTH, EAST + 20 * n + 20, NORTH + 1) for n in range(4)],
        crs=32632,
    )
    comuni.to_file(folder / "Com01012026_WGS84.shp")
    comuni.dissolve("COD_PROV").reset_index()[["COD_PROV", "geometry"]].to_file(
        folder / "ProvCM01012026_WGS84.shp"
    )
    archive = folder / "a.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted(folder.iterdir()):
            if file != archive:
                zipped.write(file, f"Limiti01012026/{file.stem}/{file.name}")
    return archive.read_bytes()


def populated(home: Path) -> None:
    """Give two of the three comuni of the small lake the fields that ISTAT's boundaries do not have."""
    fields = ("catastale", "popolazione", "femmine", "maschi", "eta_0_4", "eta_5_9", "eta_10_64", "eta_65_74",
              "eta_75")  # fmt: skip
    lake = Lake(home / "lake")
    table = lake.version("comuni").table()
    manifest = table_manifest("comuni", "istat")
    for name in fields:
        table[name] = "X000" if name == "catastale" else 7
    specs = [FieldSpec(name, "text" if name == "catastale" else "integer", "text", "") for name in fields]
    with lake.draft(replace(manifest, fields=(*manifest.fields, *specs)), MADE_UP) as draft:
        draft.write_table(table[table.istat != "015009"])


def test_boundaries_out_of_an_archive_of_many_keep_the_population_of_before(home, web, tmp_path):
    web.files["/Limiti.zip"] = boundaries(tmp_path / "istat")
    populated(home)
    address(home, "comuni", f"http://127.0.0.1:{web.server_port}/Limiti.zip")
    fetched = run("fetch", "comuni", "--json")
    assert fetched.exit_code == 0, fetched.stderr
    added = run(*shlex.split(json.loads(fetched.stdout)["comando"])[2:], "--json")
    assert added.exit_code == 0, added.stderr + added.stdout
    found = json.loads(added.stdout)
    assert any("restano quelli della versione v0002" in note for note in found["note"])
    assert any("nuovi: 015009" in note for note in found["note"])
    assert found["versione_livello"]["ingressi"] == {"comuni": "v0002"}
    version = Lake(home / "lake").version("comuni")
    table = version.table().set_index("istat")
    assert sorted(table.index) == ["015002", "015009", "015146"], "the other province is left out"
    assert table.loc["015146", "nome"] == "Capoluogo"
    assert table.loc["015146", "popolazione"] == 7
    assert table.popolazione.isna()["015009"], "a missing value is not zero"
    assert not any("generalizzat" in limit for limit in version.manifest.known_limits)


def test_an_archive_of_many_asks_which(home, web, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(boundaries(tmp_path / "istat"))
    result = run("add", path, "--as", "upa", "--json")
    assert result.exit_code == 2
    assert "Com01012026_WGS84, ProvCM01012026_WGS84): indicare quale con --layer" in result.stderr
    named = run("add", path, "--as", "upa", "--layer", "Com01012026_WGS84",
                "--map", "codice=PRO_COM_T", "--map", "nome=COMUNE", "--map", "tipo=", "--json")  # fmt: skip
    assert json.loads(named.stdout)["versione_livello"]["righe"] == 4


def test_fetching_loads_nothing(home, web):
    web.files["/dusaf.zip"] = b"un originale"
    own(home, "uso_suolo", (r"^  url: .*$", f'  url: "http://127.0.0.1:{web.server_port}/dusaf.zip"'),
        (r"^  protocol: arcgis\n", ""))  # fmt: skip
    result = run("fetch", "uso_suolo", "--json")
    found = json.loads(result.stdout)
    assert Path(found["file"]) == home / "scaricati" / "uso_suolo-dusaf.zip"
    assert Path(found["file"]).read_bytes() == b"un originale"
    assert (found["elementi"], len(found["sha256"])) == (None, 64)
    assert Lake(home / "lake").version("uso_suolo").id == "v0001"


def test_a_dead_address_says_the_page_to_open(home, web):
    address(home, "comuni", f"http://127.0.0.1:{web.server_port}/tolto.zip")
    result = run("fetch", "comuni", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "404" in result.stderr
    assert "Pagina da aprire: https://www.istat.it/" in result.stderr


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        (
            "siti_contaminati",
            ("Regione Lombardia / ARPA", "Pagina da aprire: https://www.cartografia.servizirl.it/"),
        ),
        ("upa", ("Città metropolitana di Milano", "trama layers add FILE --as upa")),
        ("idren", ("lo calcola Trama",)),
    ],
)
def test_without_an_address_it_says_who_keeps_the_original_and_what_to_do(home, layer, says):
    result = run("fetch", layer)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    for words in says:
        assert words in result.stderr


@pytest.mark.parametrize(
    ("line", "other"),
    [(r"^  protocol: arcgis$", "  protocol: ftp"), (r"^  protocol: arcgis$", "  protocollo: arcgis")],
)
def test_a_source_with_a_wrong_key_or_protocol_is_refused_with_its_file(home, line, other):
    own(home, "uso_suolo", (line, other))
    result = run("fetch", "uso_suolo")
    assert (result.exit_code, "uso_suolo.yaml" in result.stderr) == (2, True)


def test_show_says_where_the_original_is_as_the_norms_say_today(home):
    address(home, "uso_suolo", "https://ente.example/dusaf/MapServer/1")
    found = json.loads(run("show", "uso_suolo", "--json").stdout)["scheda"]["fonte"]
    assert (found["indirizzo"], found["protocollo"]) == ("https://ente.example/dusaf/MapServer/1", "arcgis")
    assert found["attestazione"].endswith("non ancora provato.")
    text = run("show", "uso_suolo").stdout
    assert "indirizzo (servizio ArcGIS, chiesto a pagine entro il territorio): https://ente.example" in text
    assert "pagina da aprire: https://www.geoportale.regione.lombardia.it/" in text
