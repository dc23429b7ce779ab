"""A timetable, or a list of stops, as the layers of stops and of links; beside what was there already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.kernel.layers import Manifest
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.lake.checks import SHOWN, Finding
from trama.sources.errors import NoOverlap, NoValues
from trama.sources.lists import read_list
from trama.sources.opening import ZIP, kind_of
from trama.sources.original import Original, TableReading
from trama.sources.placing import comuni_of, doubles, near, plain_name, told
from trama.sources.territory import Territory
from trama.sources.timetables.columns import LEVELS, MODE_WORDS, STOPS
from trama.sources.timetables.day import FROM_HOUR, STOP, TO_HOUR, Timetable, read_day
from trama.sources.timetables.feed import opened_feed
from trama.sources.works.columns import plain
from trama.sources.works.values import Unclear, text_of, yes_of

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

STOPS_LAYER, LINKS_LAYER = "fermate", "collegamenti_tpl"
TIMETABLE_RULE = (
    "partenze di un giorno feriale, un martedì, mercoledì o giovedì fra quelli con più corse; l'arrivo al "
    "capolinea non è una partenza; le corse a intervalli sono contate una per una."
)
LIST_RULE = "le fermate dell'elenco come sono; senza un orario le partenze mancano, non sono zero."
_WEEKDAYS = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
_FIELDS = (
    "id",
    "nome",
    "nodo",
    "modo",
    "linee",
    "capolinea",
    "partenze",
    "partenze_ora",
    "giorno",
    "livello",
)


def read_stops(
    original: Original,
    manifest: Manifest,
    lake: Lake,
    territory: Territory,
    margin_m: float = 3000.0,
    apart_m: float = 30.0,
) -> TableReading:
    """Read a GTFS archive, or a list of stops, as rows of the layer of stops; links come beside.

    Stops of other sources stay, unless they were invented; those of the same source give way.

    Parameters
    ----------
    margin_m
        How far beyond the territory stops are kept.
    apart_m
        Stops of two sources with the same name and mode, nearer than this, are one if a list says one of
        them: the timetable's stays.

    Raises
    ------
    NotATimetable, NoService, NoOverlap, NoValues, MissingField, UnreadableData
        And what `trama.sources.opening` raises.
    """
    reading = TableReading(TIMETABLE_RULE)
    if is_timetable(original.path):
        with opened_feed(original.path) as feed:
            table = read_day(feed)
            source = original.source or feed.agency or original.path.stem
        stops, links = _of_timetable(table, original, source, territory, margin_m, reading)
    else:
        reading.rule = LIST_RULE
        source = original.source or original.inner or original.path.stem
        stops, links = _of_list(original, manifest, source, territory, margin_m, reading), None
    stops = stops.assign(istat=comuni_of(lake, stops.geometry.to_numpy()), fonte=source)
    stops = _with_others(stops, manifest, lake, source, apart_m, reading)
    stops = stops.sort_values("id", kind="stable", ignore_index=True)
    reading.table = stops[[*(spec.name for spec in manifest.fields), "geometry"]]
    links = _links_with_others(links, set(stops["id"]), lake, source, reading)
    if links is not None and len(links):
        reading.beside = {LINKS_LAYER: links}
    repeated = stops["id"][stops["id"].duplicated()]
    where = tuple({"id": str(one), "at": None, "why": "identificativo ripetuto"} for one in repeated[:SHOWN])
    hint = "Dare a ogni fermata un identificativo diverso."
    reading.findings.append(Finding("unique_id", repeated.empty, len(repeated), where, hint))
    return reading


def is_timetable(path: Path) -> bool:
    """Tell whether a file is an archive that holds no vector file: then it should be a timetable."""
    import zipfile

    if not path.is_file() or not path.stat().st_size or kind_of(path) != ZIP:
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return True  # damaged: the reader of timetables says so
    return not any(name.endswith((".shp", ".gpkg", ".geojson", ".csv")) for name in names)


def _of_timetable(
    table: Timetable,
    original: Original,
    source: str,
    territory: Territory,
    margin_m: float,
    reading: TableReading,
) -> tuple[geopandas.GeoDataFrame, pd.DataFrame]:
    import geopandas

    rows = table.stops
    lon, lat, borrowed = _places(rows)
    calls = rows["location_type"].isin(STOP).to_numpy()
    placed = np.isfinite(lon) & np.isfinite(lat)
    lost = rows[calls & ~placed]
    points = geopandas.GeoSeries.from_xy(lon, lat, crs=4326).to_crs(METRIC_EPSG)
    close = near(territory, points.to_numpy(), margin_m) & placed
    if not (calls & close).any():
        raise NoOverlap(name=original.name, where=_around(lon[placed], lat[placed]))
    prefix = plain(source)[:40]
    stations = rows["parent_station"].where(rows["parent_station"] != "", None)
    made = geopandas.GeoDataFrame(
        {
            "id": prefix + ":" + rows["stop_id"],
            "nome": rows["stop_name"].where(rows["stop_name"] != "", rows["stop_id"]),
            "nodo": [None if one is None else f"{prefix}:{one}" for one in stations],
            **{name: rows[name] for name in ("modo", "linee", "capolinea", "partenze", "partenze_ora")},
            "giorno": table.day.isoformat(),
            "livello": None,
        },
        geometry=points.to_numpy(),
        crs=METRIC_EPSG,
    )[calls & close].reset_index(drop=True)
    links = table.links.assign(da=prefix + ":" + table.links["da"], a=prefix + ":" + table.links["a"])
    _tell(table, reading, lost, int(borrowed[calls].sum()), int((calls & placed & ~close).sum()))
    return made, links


def _places(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return longitudes and latitudes, of the station where a stop has none; NaN where there is none."""
    import pandas as pd

    lat = pd.to_numeric(rows["stop_lat"], errors="coerce").to_numpy(np.float64)
    lon = pd.to_numeric(rows["stop_lon"], errors="coerce").to_numpy(np.float64)
    bad = (np.abs(lat) > 90) | (np.abs(lon) > 180) | ((lat == 0) & (lon == 0))
    lat, lon = np.where(bad, np.nan, lat), np.where(bad, np.nan, lon)
    number = pd.Series(np.arange(len(rows)), index=rows["stop_id"])
    parent = rows["parent_station"].map(number).fillna(-1).to_numpy(int)
    borrow = ~np.isfinite(lat + lon) & (parent >= 0)
    lat[borrow], lon[borrow] = lat[parent[borrow]], lon[parent[borrow]]
    return lon, lat, borrow & np.isfinite(lat + lon)


def _tell(table: Timetable, reading: TableReading, lost: pd.DataFrame, borrowed: int, far: int) -> None:
    day = f"{_WEEKDAYS[table.day.weekday()]} {table.day.strftime('%d.%m.%Y')}"
    kinds = {
        "martedì-giovedì": "",
        "feriale": "; da martedì a giovedì non c'è servizio, vale un altro feriale",
    }
    other = kinds.get(table.kind, "; nei giorni feriali non c'è servizio: vale un giorno qualunque")
    reading.notes.append(
        f"Giorno contato: {day}{other}. Le partenze all'ora sono la media di quel giorno, dalle {FROM_HOUR} "
        f"alle {TO_HOUR}."
    )
    if borrowed:
        reading.notes.append(f"{borrowed} fermate senza coordinate prendono quelle della loro stazione.")
    if far:
        reading.notes.append(f"Lasciate fuori {far} fermate lontane dal territorio.")
    rows = [(str(one.stop_id), None, "manca la posizione") for one in lost.itertuples()]
    hint = "Queste fermate non sono sulla mappa: chiedere le coordinate a chi pubblica l'orario."
    reading.findings.append(told("placed", rows, hint))
    reading.findings.append(
        told(
            "doubles",
            [(one, None, "scritta due volte in stops.txt: vale la prima") for one in table.repeated],
            "Le corse si contano tutte alla prima.",
        )
    )
    wrong = [(what, None, f"{count}") for what, count in table.trouble.items()]
    wrong += [(f"fermata {one}", None, "stops.txt non l'ha") for one in table.unknown_stops]
    finding = told("left_out", wrong, "Il resto dell'orario è contato: segnalarlo a chi lo pubblica.")
    count = sum(table.trouble.values())
    reading.findings.append(Finding("left_out", finding.ok, count, finding.where, finding.hint))


def _of_list(
    original: Original,
    manifest: Manifest,
    source: str,
    territory: Territory,
    margin_m: float,
    reading: TableReading,
) -> geopandas.GeoDataFrame:
    import geopandas

    asked = original.columns.get("modo", "")
    constant = asked if asked in MODE_WORDS else None
    usual = STOPS.without("modo") if constant else STOPS
    listed = read_list(original, manifest, usual, reading, territory)
    prefix = plain(source)[:40]
    made: list[dict[str, Any]] = []
    wrong: list[tuple[str, Any, str]] = []
    placeless: list[tuple[str, Any, str]] = []
    for row, number in enumerate(listed.numbers):
        point, name = listed.points[row], text_of(listed.cell(row, "nome"))
        if point is None:
            why = listed.wrong.get(row, "manca la posizione")
            placeless.append((f"riga {number} {name or ''}".strip(), None, why))
            continue
        mode = constant or _mode(listed.cell(row, "modo"))
        if mode is None:
            words = ", ".join(MODE_WORDS)
            wrong.append((f"riga {number}", point, f"modo «{listed.cell(row, 'modo')}»: usare {words}"))
            continue
        own = text_of(listed.cell(row, "id")) or f"riga-{number:05d}"
        lines = (text_of(listed.cell(row, "linee")) or "").replace(";", ",").replace(",", " ").split()
        level = (text_of(listed.cell(row, "livello")) or "").upper()
        parent = text_of(listed.cell(row, "nodo"))
        made.append(
            {
                "id": f"{prefix}:{own}",
                "nome": name or own,
                "nodo": f"{prefix}:{parent}" if parent else None,
                "modo": mode,
                "linee": " ".join(lines) or None,
                "capolinea": _yes(listed.cell(row, "capolinea")),
                "partenze": np.nan,
                "partenze_ora": np.nan,
                "giorno": None,
                "livello": level if level in LEVELS else None,
                "geometry": point,
            }
        )
    reading.findings.append(
        told("readable_rows", wrong, "Indicare il modo con la mappa dei campi: modo=metro.")
    )
    if wrong and original.repair:
        reading.mended.append("readable_rows")
    reading.findings.append(
        told("placed", placeless, "Queste righe non sono sulla mappa: dare le coordinate.")
    )
    if not made:
        raise NoValues(name=original.name, why="nessuna fermata ha una posizione e un modo.")
    table = geopandas.GeoDataFrame(made, geometry="geometry", crs=METRIC_EPSG)
    close = near(territory, table.geometry.to_numpy(), margin_m)
    if not close.any():
        raise NoOverlap(name=original.name, where="nessuna fermata è sul territorio o vicino")
    if not close.all():
        reading.notes.append(f"Lasciate fuori {int((~close).sum())} fermate lontane dal territorio.")
    return table[close].reset_index(drop=True)


def _mode(cell: Any) -> str | None:
    word = plain_name(text_of(cell) or "")
    found = (mode for mode, words in MODE_WORDS.items() if word in words or word.split(" ")[0] in words)
    return next(found, None) if word else None


def _yes(cell: Any) -> bool | None:
    try:
        return yes_of(cell) if text_of(cell) is not None else None
    except Unclear:
        return None


def _with_others(
    stops: geopandas.GeoDataFrame,
    manifest: Manifest,
    lake: Lake,
    source: str,
    apart_m: float,
    reading: TableReading,
) -> geopandas.GeoDataFrame:
    """Add the stops of other sources; of a list, without those that another source has too."""
    import pandas as pd

    if not lake.has(manifest.id):
        return stops
    version = lake.version(manifest.id)
    if version.synthetic:
        reading.events.append("Le fermate inventate della dimostrazione lasciano il posto a quelle vere.")
        return stops
    before = version.table()
    mine = int((before["fonte"] == source).sum())
    others = before[before["fonte"] != source]
    if mine:
        reading.events.append(
            f"Sostituite le {mine} fermate che c'erano da «{source}»: per tenere anche quelle, dare a queste "
            "un'altra fonte."
        )
    if not len(others):
        return stops
    reading.kept, reading.stays = version, others["fonte"].value_counts().sort_index().to_dict()
    every = pd.concat([stops, others.to_crs(METRIC_EPSG)], ignore_index=True)
    ranks = every["partenze"].notna().astype(int).tolist()
    pairs = doubles(every.geometry.to_numpy(), every["modo"].tolist(), every["nome"].tolist(), ranks, apart_m)
    fonte, timed = every["fonte"], every["partenze"].notna()
    pairs = [  # two timetables at one stop both have departures of their own
        (kept, left) for kept, left in pairs if fonte[kept] != fonte[left] and not timed[left]
    ]
    rows = [
        (str(every["nome"][left]), every.geometry[left], f"la stessa di «{every['fonte'][kept]}», che resta")
        for kept, left in pairs
    ]
    reading.findings.append(told("doubles", rows, "Scritte da due fonti: resta quella che ha l'orario."))
    reading.events.append(f"Restano {len(others)} fermate di altre fonti.")
    return every.drop(index=[left for _, left in pairs]).reset_index(drop=True)


def _links_with_others(
    links: pd.DataFrame | None, stops: set[str], lake: Lake, source: str, reading: TableReading
) -> pd.DataFrame | None:
    """Return the links of this timetable and of the others, between stops that are there."""
    import pandas as pd

    prefix = plain(source)[:40] + ":"
    parts = [links] if links is not None else []
    if lake.has(LINKS_LAYER):
        version = lake.version(LINKS_LAYER)
        before = version.table()
        if version.synthetic and not parts:
            reading.events.append(
                "I collegamenti fra fermate restano quelli inventati: si caricano con un orario GTFS."
            )
        elif not version.synthetic:
            parts.append(before[~before["da"].astype(str).str.startswith(prefix)])
    if not parts:
        return None
    every = pd.concat(parts, ignore_index=True)
    every = every[every["da"].isin(stops) & every["a"].isin(stops)]
    return every.sort_values(["linea", "verso", "da", "a"], kind="stable", ignore_index=True)


def _around(lon: np.ndarray, lat: np.ndarray) -> str:
    if not len(lon):
        return "nessuna fermata ha coordinate"
    return f"le fermate stanno fra {lon.min():.2f}-{lon.max():.2f} E e {lat.min():.2f}-{lat.max():.2f} N"
