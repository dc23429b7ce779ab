"""A version is written whole or not at all: killed processes, crowds of writers, full disks."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from trama.lake import Lake

PRELUDE = textwrap.dedent("""
    import sys, time, resource
    from pathlib import Path
    import numpy as np, geopandas, shapely
    from affine import Affine
    from rasterio.windows import Window
    from trama.kernel.errors import TramaError
    from trama.kernel.layers import FieldSpec, Manifest, Provenance, SourceSpec
    from trama.lake import Lake, tiles

    def manifest(layer, geometry, *fields):
        return Manifest(layer, layer, "", "", "", SourceSpec("x"), 32632, geometry, fields)

    GRID = Affine(10, 0, 500_000, 0, -10, 5_040_000)
    RASTER = manifest("uso_suolo", "raster", FieldSpec("cell", "integer", "class", ""))
    TABLE = manifest("upa", "polygon", FieldSpec("n", "number", "1", ""))
    BY_HAND = Provenance("prova", True)
    lake = Lake(Path(sys.argv[1]))

    def squares(count, seed=0):
        x = 500_000 + 20.0 * np.arange(count)
        table = {"n": np.random.default_rng(seed).random(count)}
        return geopandas.GeoDataFrame(table, geometry=shapely.box(x, 5_000_000, x + 10, 5_000_010), crs=32632)

    def noise(side, seed=0):
        return np.random.default_rng(seed).integers(1, 60_000, (side, side)).astype("uint16")
""")

ENDLESS = {
    # Each writes one good version, says so, and then goes on writing another until it is killed.
    "raster": """
        with lake.draft(RASTER, BY_HAND) as draft:
            draft.write_raster(noise(300), GRID, nodata=0)
        with lake.draft(RASTER, BY_HAND) as draft:
            with draft.open_raster((8192, 8192), GRID, "uint16", 0) as out:
                for n in range(10_000):
                    out.write(noise(512, n), 1, window=Window(0, (n * 512) % 8192, 512, 512))
                    print("scrivo", flush=True)
    """,
    "table": """
        with lake.draft(TABLE, BY_HAND) as draft:
            draft.write_table(squares(10))
        with lake.draft(TABLE, BY_HAND) as draft:
            while True:
                print("scrivo", flush=True)
                draft.write_table(squares(60_000))
    """,
    "tiles": """
        with lake.draft(TABLE, BY_HAND) as draft:
            draft.write_table(squares(10))
        with lake.draft(TABLE, BY_HAND) as draft:
            draft.write_table(squares(2_000))
            while True:
                (draft.folder / "tiles.pmtiles").unlink(missing_ok=True)
                print("scrivo", flush=True)
                draft.write_tiles(squares(2_000), max_zoom=11)
    """,
}


def start(body: str, root, *more: str) -> subprocess.Popen:
    code = PRELUDE + textwrap.dedent(body)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(root), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )


@pytest.mark.parametrize(("kind", "layer"), [("raster", "uso_suolo"), ("table", "upa"), ("tiles", "upa")])
def test_a_writer_killed_in_the_middle_leaves_the_old_version_whole_and_the_next_one_sweeps(
    tmp_path, kind, layer
):
    writer = start(ENDLESS[kind], tmp_path / "lake")
    assert writer.stdout.readline() == "scrivo\n", writer.stderr.read()
    time.sleep(0.15)
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    assert writer.returncode == -signal.SIGKILL

    lake = Lake(tmp_path / "lake")
    left = [entry.name for entry in (lake.root / layer).iterdir() if entry.name.startswith(".")]
    assert len(left) == 1, "the half-written folder is there, under a hidden name"
    assert [version.id for version in lake.history(layer)] == ["v0001"]
    lake.version(layer).verify()

    body = (
        "with lake.draft(RASTER, BY_HAND) as draft: draft.write_raster(noise(50), GRID, nodata=0)"
        if kind == "raster"
        else "with lake.draft(TABLE, BY_HAND) as draft: draft.write_table(squares(3))"
    )
    after = start(body, tmp_path / "lake")
    assert after.wait() == 0, after.stderr.read()
    assert sorted(entry.name for entry in (lake.root / layer).iterdir()) == ["v0001", "v0002"]
    lake.version(layer).verify()


def test_a_version_is_never_seen_half_written_while_its_writer_is_killed_again_and_again(tmp_path):
    lake = Lake(tmp_path / "lake")
    body = """
        for n in range(10_000):
            with lake.draft(TABLE, BY_HAND) as draft:
                draft.write_table(squares(50, seed=time.time_ns()))
            print(draft.version.id, flush=True)
    """
    for delay in (0.0, 0.03, 0.07):
        writer = start(body, lake.root)
        assert writer.stdout.readline().startswith("v"), writer.stderr.read()
        time.sleep(delay)
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        for version in lake.history("upa"):
            version.verify()
            assert len(version.table()) == 50
    ids = [version.id for version in lake.history("upa")]
    assert len(ids) >= 3
    assert ids == [f"v{n:04d}" for n in range(1, len(ids) + 1)]


@pytest.mark.parametrize("writers", [2, 8])
def test_writers_at_once_all_end_and_nothing_is_lost(tmp_path, writers):
    body = """
        while not Path(sys.argv[2]).exists():
            time.sleep(0.005)
        for n in range(3):
            with lake.draft(TABLE, BY_HAND) as draft:
                draft.write_table(squares(5, seed=int(sys.argv[3]) * 100 + n))
            print(draft.version.id, draft.version.sha256, flush=True)
    """
    crowd = [start(body, tmp_path / "lake", str(tmp_path / "via"), str(n)) for n in range(writers)]
    time.sleep(1.0)
    (tmp_path / "via").touch()
    said = [writer.communicate()[0] for writer in crowd]
    assert [writer.returncode for writer in crowd] == [0] * writers
    told = dict(re.findall(r"(v\d+) (\w+)", "".join(said)))
    history = Lake(tmp_path / "lake").history("upa")
    assert [version.id for version in history] == [f"v{n:04d}" for n in range(1, writers * 3 + 1)]
    assert {version.id: version.sha256 for version in history} == told
    for version in history:
        version.verify()


def test_the_same_data_written_at_once_by_two_become_one_version(tmp_path):
    body = """
        while not Path(sys.argv[2]).exists():
            time.sleep(0.005)
        with lake.draft(TABLE, BY_HAND) as draft:
            draft.write_table(squares(5))
    """
    pair = [start(body, tmp_path / "lake", str(tmp_path / "via")) for _ in range(2)]
    time.sleep(1.0)
    (tmp_path / "via").touch()
    for writer in pair:
        writer.communicate()
        assert writer.returncode == 0
    assert len(Lake(tmp_path / "lake").history("upa")) == 1


FULL = """
    make = {
        "raster": lambda d: d.write_raster(noise(1500), GRID, nodata=0),
        "table": lambda d: d.write_table(squares(60_000)),
        "tiles": lambda d: (d.write_table(squares(500)), d.write_tiles(squares(3_000), max_zoom=11)),
    }[sys.argv[2].split()[0]]
    if sys.argv[2] == "tiles on disk":
        tiles.IN_MEMORY_ROWS = 0
    which = RASTER if sys.argv[2] == "raster" else TABLE
    with lake.draft(which, BY_HAND) as draft:
        draft.write_raster(noise(50), GRID, nodata=0) if which is RASTER else draft.write_table(squares(5))
    limit = int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        with lake.draft(which, BY_HAND) as draft:
            make(draft)
    except TramaError as error:
        print(type(error).__name__, error.exit_code, error.text())
    else:
        draft.version.verify()
        print("scritto", max(file.stat().st_size for file in draft.version.folder.iterdir()))
"""


@pytest.mark.parametrize(
    ("kind", "limit"),
    # 1500 x 1500 noisy cells take about 4.7 MB in the working file and 6 MB in the final one.
    [
        ("raster", 1_000_000),
        ("raster", 4_600_000),
        ("raster", 5_000_000),
        ("raster", 5_900_000),
        ("table", 700_000),
        ("tiles", 100_000),
        ("tiles on disk", 300_000),
    ],
)
def test_a_full_disk_is_said_clearly_and_nothing_is_left(tmp_path, kind, limit):
    writer = start(FULL, tmp_path / "lake", kind, str(limit))
    out, err = writer.communicate()
    assert writer.returncode == 0, err
    assert out.startswith("NotWritten 2 Non è stato possibile scrivere"), out
    assert "il file sarebbe troppo grande" in out or "lo spazio è finito" in out, out
    assert "Nulla è cambiato" in out
    lake = Lake(tmp_path / "lake")
    layer = "uso_suolo" if kind == "raster" else "upa"
    assert [entry.name for entry in (lake.root / layer).iterdir()] == ["v0001"]
    lake.version(layer).verify()


def test_a_reader_keeps_reading_its_version_while_others_are_published(lake, cover, put_raster):
    old = put_raster(cover, np.full((50, 50), 3, "uint16"))
    for value in range(4, 9):
        put_raster(cover, np.full((50, 50), value, "uint16"))
    old.verify()
    assert lake.version("uso_suolo", old.id).sha256 == old.sha256
