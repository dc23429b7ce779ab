"""`trama storm` and `trama explain` keep their contract: one document on stdout, messages on stderr."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import rasterio
from affine import Affine
from click.testing import CliRunner, Result
from shapely.geometry import box
from tests.analyses.storm_files import StormFiles, square
from tests.fixtures_territory import small_lake

from trama import __version__
from trama.cli.main import main
from trama.lake import Lake

GOLDEN = Path(__file__).with_name("golden")
DAY = "--day 2026-01-15"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))


@pytest.fixture
def _territory(tmp_path: Path) -> None:
    small_lake(tmp_path)


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


def without_release(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what depends on the release or on the libraries' bytes; round what they may round."""
    assert document["versione"] == __version__
    layers = [{**layer, "sha256": "*", "trace": "*"} for layer in document["livelli"]]
    return _rounded({**document, "versione": "*", "trace": "*", "livelli": layers})


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.usefixtures("_territory")
def test_storm_run_answers_as_in_its_golden_file() -> None:
    """Golden: the small territory, whose figures test_storm_run computes by hand."""
    result = run(f"storm run --event-mm 50 --json {DAY}")
    assert result.exit_code == 0, result.stderr
    document = without_release(json.loads(result.stdout))
    golden = json.loads((GOLDEN / "storm_run.json").read_text(encoding="utf-8"))
    assert document == golden


@pytest.mark.usefixtures("_territory")
def test_storm_run_says_figures_versions_and_standing_to_a_person() -> None:
    result = run(f"storm run --event-mm 61,4 --lambda 0.1 {DAY}")
    assert result.exit_code == 0
    assert "Pioggia di 61,4 mm" in result.stdout
    assert "storm_comuni v0001" in result.stdout
    assert "Dati sintetici" in result.stderr
    assert "Valore non ufficiale" in result.stderr


@pytest.mark.usefixtures("_territory")
def test_another_event_takes_the_place_of_the_one_before_and_says_how_to_go_back() -> None:
    for line in ("--event-mm 61.4", "--event-mm 61,4 --json"):
        assert "Per tornare indietro" not in run(f"storm run {line} {DAY}").stderr, line
    told = run(f"storm run --event-mm 50 {DAY}").stderr
    assert "mostrano l'evento di 50,0 mm al posto di quello di 61,4 mm" in told
    assert "trama storm run --event-mm 61.4" in told


@pytest.mark.usefixtures("_territory")
@pytest.mark.parametrize("rain", ["-5", "0", "1e9"])
def test_a_rain_that_cannot_fall_gets_one_sentence_and_code_2(rain: str) -> None:
    result = run(f"storm run --event-mm={rain} --json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip().count("\n") == 0
    assert "indicare un'altezza in millimetri" in result.stderr


@pytest.mark.usefixtures("_territory")
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("storm run --event-mm molta", "non è un numero"),
        ("storm run --event-mm nan", "non è un numero"),
        ("storm run --event-mm 50 --lambda 2", "tra 0 e 1"),
        ("storm run --event-mm 50 --kdren k9", "scegliere k1 o k2"),
        ("storm run --event-mm 50 --day 2023-01-01", "vale dal 2024-02-28"),
        ("storm run --event-mm 50 --day ieri", "non è un giorno"),
    ],
)
def test_what_cannot_be_used_is_said_with_code_2(line: str, sentence: str) -> None:
    result = run(line)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_without_layers_the_command_to_run_is_said() -> None:
    result = run("storm run --event-mm 50")
    assert result.exit_code == 2
    assert "trama demo build" in result.stderr


@pytest.mark.usefixtures("_territory")
def test_messages_come_in_english_when_asked() -> None:
    assert "cannot be used: give a depth" in run("--lang en storm run --event-mm=-1").stderr


@pytest.mark.usefixtures("_territory")
def test_explain_gives_the_tree_of_a_figure_and_its_norms() -> None:
    answer = json.loads(run(f"storm run --event-mm 50 --json {DAY}").stdout)
    explained = run(f"explain {answer['trace']} --passo comuni/015146/idren --json")
    assert explained.exit_code == 0
    document = json.loads(explained.stdout)
    assert {"versione", "giorno", "dati", "valori_non_ufficiali", "trace"} <= set(document)
    assert document["trace"] == answer["trace"]
    comune = next(each for each in answer["comuni"] if each["istat"] == "015146")
    assert document["albero"]["value"] == comune["idren"]
    assert document["albero"]["parameters"][0]["path"] == "sttm1/storm/suolo_dusaf"
    text = run(f"explain {answer['trace']} --passo comuni/015146").stdout
    assert "I-dren, quota di superficie drenante: 0,29" in text
    assert "Parchi e giardini: 176 m²" in text
    assert "> 10,00 m: 1,00; ≥ 5,00 m: 0,95" in text
    assert "[valore non ufficiale]" in text
    assert "dati sintetici" in text


@pytest.mark.usefixtures("_territory")
def test_explain_shows_the_first_levels_and_says_there_is_more() -> None:
    answer = json.loads(run(f"storm run --event-mm 50 --json {DAY}").stdout)
    text = run(f"explain {answer['trace']} --profondita 1").stdout
    assert "... 3 passi sotto" in text
    assert "I-dren" not in text


@pytest.mark.usefixtures("_territory")
def test_explain_of_an_unknown_step_says_which_there_are() -> None:
    trace = json.loads(run(f"storm run --event-mm 50 --json {DAY}").stdout)["trace"]
    result = run(f"explain {trace} --passo comuni/015999/idren")
    assert result.exit_code == 2
    assert "Passi sotto «comuni»: 015002, 015009, 015146." in result.stderr


@pytest.mark.parametrize("trace", ["abc", "0" * 20, "../../etc/passwd"])
def test_explain_of_an_unknown_trace_is_refused(trace: str) -> None:
    result = run(f"explain {trace}")
    assert result.exit_code == 2
    assert "non c'è tra quelle conservate" in result.stderr


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """InVEST's inputs: 2 x 2 cells of 10 m, one zone."""
    where = {
        "driver": "GTiff",
        "height": 2,
        "width": 2,
        "count": 1,
        "crs": 32632,
        "dtype": "uint8",
        "nodata": 0,
    }
    place = Affine(10, 0, 500_000, 0, -10, 5_030_000)
    paths = {name: tmp_path / f"{name}.tif" for name in ("lulc", "soil")}
    for name, cells in (("lulc", [[1, 1], [2, 2]]), ("soil", [[2, 2], [2, 2]])):
        with rasterio.open(paths[name], "w", transform=place, **where) as out:
            out.write(np.array(cells, np.uint8), 1)
    paths["table"] = tmp_path / "table.csv"
    paths["table"].write_text("lucode,CN_A,CN_B,CN_C,CN_D\n1,93,95,96,97\n2,46,65,77,82\n")
    paths["zones"] = tmp_path / "zones.gpkg"
    zone = box(500_000, 5_029_980, 500_020, 5_030_000)
    geopandas.GeoDataFrame({"nome": ["zona"]}, geometry=[zone], crs=32632).to_file(paths["zones"])
    return paths


def raster_line(files: dict[str, Path], out: Path, rain: str = "50") -> str:
    return (
        f"storm raster --lulc {files['lulc']} --soil-groups {files['soil']} --biophysical {files['table']} "
        f"--rain-mm={rain} --zones {files['zones']} --out {out}"
    )


def test_storm_raster_writes_the_four_files_and_answers(files: dict[str, Path], tmp_path: Path) -> None:
    """Hand computation at 50 mm, lambda 0.2: CN 95 gives 36.90238 mm, CN 65 gives 3.21705 mm."""
    out = tmp_path / "out"
    result = run(raster_line(files, out) + " --json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert {"versione", "giorno", "dati", "valori_non_ufficiali", "trace"} <= set(document)
    assert document["lambda"] == 0.2
    assert document["valori_non_ufficiali"][0]["parametro"] == "sttm1/storm/lambda"
    assert sorted(path.name for path in out.iterdir()) == [
        "retention_index.tif",
        "retention_m3.tif",
        "runoff_mm.tif",
        "zones.csv",
    ]
    with rasterio.open(out / "runoff_mm.tif") as source:
        assert source.read(1)[:, 0] == pytest.approx([36.90238, 3.21705], abs=1e-4)


def test_the_names_of_zones_do_not_run_as_formulas(files: dict[str, Path], tmp_path: Path) -> None:
    zone = geopandas.read_file(files["zones"])
    zone.assign(nome="=HYPERLINK(1)", **{"@x": "-3"}).to_file(files["zones"])
    assert run(raster_line(files, tmp_path / "out")).exit_code == 0
    rows = list(csv.reader((tmp_path / "out" / "zones.csv").open(encoding="utf-8")))
    assert (rows[0][:3], rows[1][1:3]) == (["fid", "nome", "'@x"], ["'=HYPERLINK(1)", "-3"])


def test_storm_raster_refuses_and_writes_nothing(files: dict[str, Path], tmp_path: Path) -> None:
    result = run(raster_line(files, tmp_path / "out", rain="-1"))
    assert result.exit_code == 2
    assert result.stderr.strip().count("\n") == 0
    assert not (tmp_path / "out").exists()


def test_a_disk_that_refuses_is_said_in_one_sentence_without_the_words_of_libraries(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    drawn = StormFiles(tmp_path / "in").write()
    side = np.random.default_rng(0)
    drawn.write_lulc(side.integers(1, 3, (400, 400)).astype(np.uint8))
    drawn.write_soils(side.integers(1, 5, (400, 400)).astype(np.uint8))
    drawn.write_zones({"tutta": square(0, -3980, 4000, 20)})
    files = {"lulc": drawn.lulc, "soil": drawn.soils, "table": drawn.table, "zones": drawn.zones}
    line = raster_line(files, tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "-m", "trama.cli.main", *line.split(), "--lambda", "0.2"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 2
    [title, sentence] = done.stderr.strip().splitlines()
    assert title == "Deflusso e ritenzione"
    assert "il file sarebbe troppo grande per quel disco" in sentence
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("_territory")
def test_a_figure_that_rests_on_part_of_the_ground_says_on_how_much(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    depth = lake.version("soggiacenza")
    with rasterio.open(depth.raster) as source:
        cells, transform, nodata = source.read(1), source.transform, source.nodata
    cells[:, 1:] = nodata
    with lake.draft(depth.manifest, depth.provenance) as draft:
        draft.write_raster(cells, transform, nodata=nodata)
    result = run(f"storm run --event-mm 50 {DAY}")
    assert result.exit_code == 0
    assert "Il conto non copre tutto il territorio: " in result.stderr
    assert "K-dren e vulnerabilità sul 33,33 % dell'area" in result.stderr  # by hand: 1 column of 3
    assert "dato mancante, non zero" in result.stderr


@pytest.mark.usefixtures("_territory")
def test_a_raster_of_the_lake_cut_short_is_said_in_a_sentence(tmp_path: Path) -> None:
    cover = Lake(tmp_path / "lake").version("uso_suolo").raster
    cover.write_bytes(cover.read_bytes()[:300])
    result = run(f"storm run --event-mm 50 {DAY}")
    assert result.exit_code == 2
    assert "--verify" in result.stderr


def test_own_norms_that_are_a_file_are_refused_not_forgotten(tmp_path: Path) -> None:
    (tmp_path / "norme").write_text("lambda: 0.1")
    result = run("norms list")
    assert result.exit_code == 2
    assert "stanno in una cartella" in result.stderr
