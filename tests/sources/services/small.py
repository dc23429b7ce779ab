"""Lists, registers and extracts of services written by hand, on the place of plain numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.fixtures_place import EAST, NORTH
from tests.sources.osm.small import extract, node, way
from trama.lake import Lake
from trama.norms import load_book
from trama.sources.known import known_of
from trama.sources.original import Original, TableReading
from trama.sources.readers import Said, add_original

BOOK, DAY = load_book(), date(2026, 1, 15)
MANIFEST = BOOK.manifests["servizi"]
PHARMACIES = (
    "CODICEIDENTIFICATIVOFARMACIA;INDIRIZZO;DESCRIZIONEFARMACIA;DESCRIZIONECOMUNE;DATAFINEVALIDITA;"
    "DESCRIZIONETIPOLOGIA;LATITUDINE;LONGITUDINE\n"
)


def degrees(east: float, north: float) -> tuple[float, float]:
    """Latitude and longitude of a place so many metres from the corner of the territory."""
    from pyproj import Transformer

    lon, lat = Transformer.from_crs(32632, 4326, always_xy=True).transform(EAST + east, NORTH + north)
    return lat, lon


def add(lake: Lake, path: Path, licence: str = "CC BY 4.0", **options: object) -> tuple[TableReading, object]:
    return add_original(
        lake, MANIFEST, Original(path, **options), Said(licence), known_of(BOOK, MANIFEST, DAY)
    )


def listed(
    path: Path, *rows: str, head: str = "id;nome;voce;capienza;stato;x;y", encoding: str = "utf-8"
) -> Path:
    path.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
    return path


def pharmacies(path: Path, *rows: tuple[str, str, float, float] | str) -> Path:
    lines = [
        row
        if isinstance(row, str)
        else "{};Via Roma;{};Comune;-;Ordinaria;{:.7f};{:.7f}".format(
            row[0], row[1], *degrees(row[2], row[3])
        )
        for row in rows
    ]
    path.write_text(PHARMACIES + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def coverage(lake: Lake) -> dict[tuple[str, str], tuple[str, str]]:
    """Comune and voice → the best coverage and the source that gives it."""
    table = lake.version("servizi_copertura").table().sort_values("copertura", ascending=False, kind="stable")
    return {(one.istat, one.voce): (one.copertura, one.fonte) for one in table.itertuples()}


def comuni(lake: Lake) -> list[str]:
    return sorted(lake.version("comuni").table()["istat"])


def osm(path: Path, *points: tuple[float, float, dict[str, str]]) -> Path:
    corners = [degrees(*place) for place in ((0, 0), (4000, 0), (4000, 4000), (0, 4000))]
    nodes = dict(enumerate(corners, start=901))
    more = "".join(
        node(number, *degrees(east, north), **tags)
        for number, (east, north, tags) in enumerate(points, start=1)
    )
    garden = way(1, [901, 902, 903, 904, 901], leisure="nature_reserve", name="Riserva")
    return extract(path, garden, nodes=nodes, more=more)
