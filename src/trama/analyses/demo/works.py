"""Funded works, invented: where ground suits them, of fair size and cost, with the holes real lists have.

No name, code or amount is that of a real work.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity

from trama.analyses.demo.covers import Cover
from trama.analyses.demo.ground import Ground
from trama.kernel.places import METRIC_EPSG

if TYPE_CHECKING:
    import geopandas

TOWN = (Cover.DENSE, Cover.MEDIUM, Cover.DISCONTINUOUS, Cover.SERVICES)
SQUARES = (*TOWN, Cover.ROAD, Cover.INDUSTRY)
OPEN = (Cover.ROUGH_GREEN, Cover.ARABLE, Cover.MEADOW, Cover.DERELICT, Cover.PARK)
COLUMNS = (
    *("id", "nome", "fondo", "misura", "cup", "comune", "istat", "soluzione", "quantita", "unita", "importo"),
    *("contributo", "stato", "data_inizio", "data_fine", "fonte", "posizione", "riga"),
)
STATES = ("finanziata", "in progettazione", "in corso", "in corso", "conclusa", "collaudata")


@dataclass(frozen=True)
class _Kind:
    """A sort of work: what, for which fund, on which ground, how much of it, at what cost for a unit."""

    name: str
    fund: str
    measure: str
    solution: str
    unit: str
    form: str
    ground: tuple[Cover, ...]
    size: tuple[float, float]
    cost: float
    count: int


KINDS = (
    _Kind(
        "Piazza con pavimentazione drenante",
        "PNRR Spugna",
        "M5C2 2.2",
        "permeable_paving",
        "m2",
        "area",
        SQUARES,
        (900, 5200),
        110,
        5,
    ),
    _Kind(
        "Parcheggio depavimentato",
        "PNRR Spugna",
        "M5C2 2.2",
        "desealing_garden",
        "m2",
        "area",
        SQUARES,
        (1200, 7000),
        125,
        6,
    ),
    _Kind(
        "Giardini pluviali lungo la via",
        "PNRR Spugna",
        "M5C2 2.2",
        "rain_garden",
        "m2",
        "line",
        TOWN,
        (250, 1100),
        170,
        5,
    ),
    _Kind(
        "Trincee drenanti",
        "PNRR Spugna",
        "M5C2 2.2",
        "infiltration_trench",
        "m2",
        "line",
        TOWN,
        (150, 700),
        210,
        3,
    ),
    _Kind(
        "Bacino di laminazione a prato",
        "PNRR Spugna",
        "M5C2 2.2",
        "dry_basin",
        "m2",
        "area",
        OPEN,
        (2500, 9000),
        70,
        3,
    ),
    _Kind(
        "Bosco di pianura", "Forestami", "Piantagioni", "urban_wood", "m2", "area", OPEN, (9000, 42000), 7, 5
    ),
    _Kind(
        "Filare lungo il viale",
        "Forestami",
        "Alberature",
        "tree_row",
        "count",
        "point",
        TOWN,
        (25, 140),
        950,
        4,
    ),
    _Kind(
        "Alberi con suolo strutturale",
        "PNRR COME IN",
        "Piano urbano integrato",
        "tree_pit_sponge",
        "count",
        "point",
        TOWN,
        (12, 40),
        5600,
        3,
    ),
    _Kind(
        "Tetto verde della scuola",
        "Bando Periferie",
        "Edifici pubblici",
        "green_roof_ext",
        "m2",
        "area",
        TOWN,
        (500, 1900),
        130,
        3,
    ),
    _Kind(
        "Corte depavimentata", "PINQuA", "Abitare", "desealing_lawn", "m2", "area", TOWN, (400, 1800), 80, 3
    ),
    _Kind(
        "Fossato verde lungo la ciclabile",
        "PNRR Cambio",
        "Percorsi ciclabili",
        "swale",
        "m2",
        "line",
        OPEN,
        (600, 2400),
        55,
        4,
    ),
)


def works(ground: Ground, cover: npt.NDArray[Any]) -> geopandas.GeoDataFrame:
    """Return the layer `opere_finanziate`: about fifty works, in every form a list may give them."""
    import geopandas

    luck = random.Random(ground.seed + 77)  # noqa: S311 - repeatable invention, no secret
    rows = [row for kind in KINDS for row in _works_of(ground, cover, kind, luck)]
    rows += _with_holes(ground, rows, luck)
    for number, row in enumerate(rows, start=1):
        row["id"], row["riga"] = f"demo-{number:03d}", number
        row["cup"] = row.get("cup") or f"Z99D{number:011d}"
        row["fonte"] = "elenco dimostrativo"
    table = {name: [row.get(name) for row in rows] for name in COLUMNS}
    for name in ("quantita", "importo", "contributo"):
        table[name] = [math.nan if value is None else float(value) for value in table[name]]
    return geopandas.GeoDataFrame(table, geometry=[row["shape"] for row in rows], crs=METRIC_EPSG)


def _works_of(
    ground: Ground, cover: npt.NDArray[Any], kind: _Kind, luck: random.Random
) -> list[dict[str, Any]]:
    """Return the works of one kind; none where there is no ground for them."""
    suits = np.zeros(np.iinfo(cover.dtype).max + 1, dtype=bool)
    suits[[int(code) for code in kind.ground]] = True
    cells = np.flatnonzero(suits[cover])
    return [_work(ground, cover, kind, cells, luck) for _ in range(kind.count if len(cells) else 0)]


def _work(
    ground: Ground, cover: npt.NDArray[Any], kind: _Kind, cells: npt.NDArray[np.intp], luck: random.Random
) -> dict[str, Any]:
    row, column = divmod(int(cells[luck.randrange(len(cells))]), cover.shape[1])
    grid = ground.fine
    x = grid.west + (column + luck.random()) * grid.cell_m
    y = grid.north - (row + luck.random()) * grid.cell_m
    size = float(round(luck.uniform(*kind.size), -1 if kind.unit == "m2" else 0))
    owner = max(int(ground.comune_fine[row, column]) - 1, 0)
    return _row(ground, kind, owner, size, _shape(kind.form, x, y, size, luck), luck)


def _row(
    ground: Ground, kind: _Kind, owner: int, size: float, shape: shapely.Geometry | None, luck: random.Random
) -> dict[str, Any]:
    amount = round(size * kind.cost * luck.uniform(0.75, 1.35), 2)
    state = luck.choice(STATES)
    start = f"20{luck.randint(22, 25)}-{luck.randint(1, 12):02d}-{luck.randint(1, 28):02d}"
    done = state in {"conclusa", "collaudata"}
    return {
        "nome": f"{kind.name}, {ground.comuni['nome'].iloc[owner]}",
        "fondo": kind.fund,
        "misura": kind.measure,
        "comune": str(ground.comuni["nome"].iloc[owner]),
        "istat": str(ground.comuni["istat"].iloc[owner]),
        "soluzione": kind.solution,
        "quantita": size,
        "unita": kind.unit,
        "importo": amount,
        "contributo": round(amount * luck.choice((0.7, 0.8, 0.9, 1.0)), 2),
        "stato": state,
        "data_inizio": start,
        "data_fine": f"2026-{luck.randint(1, 10):02d}-15" if done else None,
        "posizione": "mappa" if shape is not None else "comune",
        "shape": shape,
    }


def _shape(form: str, x: float, y: float, size: float, luck: random.Random) -> shapely.Geometry:
    """Return a plot, a stretch of street or a point, of about the size wanted, turned any way."""
    turn = luck.uniform(0, 180)
    if form == "point":
        return shapely.Point(round(x, 1), round(y, 1))
    if form == "line":
        half = size / 3.0 / 2  # strips three metres wide
        line = shapely.LineString([(x - half, y), (x, y + luck.uniform(-6, 6)), (x + half, y)])
        return shapely.set_precision(affinity.rotate(line, turn), 0.1)
    side = math.sqrt(size * luck.choice((1.0, 1.0, 1.25)))
    plot = shapely.box(x - 0.7 * side, y - side / 1.4, x + 0.3 * side, y)
    plot = affinity.scale(plot, math.sqrt(side**2 / plot.area), math.sqrt(side**2 / plot.area))
    return shapely.set_precision(affinity.rotate(plot, turn), 0.1)


def _with_holes(ground: Ground, rows: list[dict[str, Any]], luck: random.Random) -> list[dict[str, Any]]:
    """Return the works a real list also has: across comuni, with the comune alone, with something missing."""
    if not rows:
        return []
    found = []
    across = _across(ground)
    if across is not None:
        first, second, point = across
        row = _row(ground, KINDS[10], first, 1800.0, shapely.box(*_around(point, 300, 6)), luck)
        row["comune"] = f"{ground.comuni['nome'].iloc[first]}; {ground.comuni['nome'].iloc[second]}"
        row["istat"] = f"{ground.comuni['istat'].iloc[first]} {ground.comuni['istat'].iloc[second]}"
        found.append({**row, "nome": "Fossato verde a cavallo di due comuni"})
    base = {**rows[0], "stato": "finanziata"}
    found += [
        {
            **base,
            "nome": "Aiuole drenanti, lotto da localizzare",
            "shape": None,
            "posizione": "comune",
            "soluzione": "smart_flowerbed",
            "quantita": 420.0,
        },
        {
            **rows[-1],
            "nome": "Riqualificazione del parco lineare",
            "soluzione": None,
            "quantita": None,
            "unita": None,
        },
        {
            **rows[len(rows) // 2],
            "nome": "Giardino della scuola",
            "soluzione": "pocket_park",
            "quantita": None,
            "unita": None,
            "shape": _point_of(rows[len(rows) // 2]),
        },
        {
            **rows[1],
            "nome": "Vasche e prato, secondo lotto",
            "importo": None,
            "contributo": None,
            "fondo": "PMRR",
        },
        {**rows[2], "nome": "Fontana a raso", "soluzione": "fontana a raso", "fondo": "Risorse comunali"},
    ]
    found[-1]["shape"] = affinity.translate(found[-1]["shape"], 60, 40)
    found[-2]["shape"] = affinity.translate(found[-2]["shape"], -80, 30)
    for row in found:
        row.pop("cup", None)
    return found


def _across(ground: Ground) -> tuple[int, int, shapely.Point] | None:
    """Return two comuni that touch and a point on their border; None where none do."""
    shapes = ground.comuni.geometry.to_numpy()
    for first, second in zip(*shapely.STRtree(shapes).query(shapes, predicate="touches"), strict=True):
        parts = shapely.get_parts(shapely.line_merge(shapely.intersection(shapes[first], shapes[second])))
        line = max(parts, key=shapely.length)
        if line.length > 400:
            return int(first), int(second), shapely.line_interpolate_point(line, line.length / 2)
    return None


def _around(point: shapely.Point, width: float, height: float) -> tuple[float, float, float, float]:
    return point.x - width / 2, point.y - height / 2, point.x + width / 2, point.y + height / 2


def _point_of(row: dict[str, Any]) -> shapely.Geometry:
    return affinity.translate(shapely.point_on_surface(row["shape"]), 25, 25)
