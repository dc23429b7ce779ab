"""Services, invented: as many as people call for, where people are, with the holes that real lists have.

No name is that of a real institution.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.demo import service_kinds as kinds
from trama.analyses.demo.covers import PARKS, Cover
from trama.analyses.demo.ground import Ground
from trama.analyses.demo.noise import chance
from trama.analyses.demo.walks import Walks
from trama.kernel.places import METRIC_EPSG

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

HOMES = {
    Cover.DENSE: 9.0,
    Cover.MEDIUM: 6.0,
    Cover.DISCONTINUOUS: 3.0,
    Cover.SPARSE: 1.2,
    Cover.SCATTERED: 0.5,
}
"""How many people live around a node, by the cover beside it, only to compare nodes with each other."""
AROUND_M = 45.0
SEATS = 12
"""Towns with a vocation of their own, and of those the ones drawn from the largest."""
LISTED_NOWHERE = 0.08
MUTE_COMUNI = 6
SURVEYED = {"registro": "2026-01-31", "elenco": "2025-06-30", "estratto": "2026-09-01"}
COLUMNS = (
    *(
        "id",
        "nome",
        "voce",
        "livello",
        "livello_da",
        "stato",
        "capienza",
        "capienza_unita",
        "orari",
        "bacino",
    ),
    *("gestore", "indirizzo", "istat", "fonte", "rilevato"),
)
"""Columns of a service; all of them are invented."""
Row = Mapping[str, Any]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Services:
    """The two tables: `servizi` and `servizi_copertura`."""

    places: geopandas.GeoDataFrame
    coverage: pd.DataFrame


@dataclass(frozen=True)
class _Doors:
    """Nodes where a service may stand: their comune (row number), the people and the parks beside them."""

    xy: Floats
    comune: Ints
    people: npt.NDArray[np.float32]
    park: npt.NDArray[np.bool_]


def services(
    ground: Ground,
    cover: npt.NDArray[Any],
    network: Walks,
    voices: Mapping[str, Row],
    stops: geopandas.GeoDataFrame,
) -> Services:
    """Return services of every voice of the taxonomy, and which comuni a source covers for each.

    Parameters
    ----------
    voices
        Rows of the taxonomy of services, by voice; stations and stops are taken from `stops`.
    """
    doors = _doors(ground, cover, network)
    coverage = _coverage(ground, voices)
    rows: list[tuple[Any, ...]] = []
    points: list[Floats] = []
    for number, (voice, row) in enumerate(voices.items()):
        if voice in ("MOB.FER", "MOB.MET", "MOB.TPL"):
            continue
        wanted = _how_many(ground, voice, row, number)
        chosen = _chosen(doors, wanted, number, ground.seed, parks=voice in ("VER.PAR", "VER.GIA", "VER.GIO"))
        listed = np.array(
            [coverage.get((int(owner), voice)) is not None for owner in doors.comune[chosen]], bool
        )
        chosen = chosen[listed]
        rows += _rows(ground, doors, chosen, voice, row, number, coverage)
        points.append(_beside(doors.xy[chosen], chosen, number, ground.seed))
    found, at = _from_stops(stops, voices)
    return Services(
        _place_table([*rows, *found], np.concatenate([*points, at])), _coverage_table(ground, coverage)
    )


def _doors(ground: Ground, cover: npt.NDArray[Any], network: Walks) -> _Doors:
    x, y = network.xy.T
    owner = ground.fine.sample(ground.comune_fine, x, y).astype(np.int64) - 1
    weight = np.zeros(65536, np.float32)
    for code, homes in HOMES.items():
        weight[int(code)] = homes
    green = np.zeros(65536, bool)
    green[[int(code) for code in PARKS]] = True
    people, park = np.full(len(x), 0.02, np.float32), np.zeros(len(x), bool)
    for turn in np.arange(8) * math.pi / 4:
        there = ground.fine.sample(cover, x + AROUND_M * math.cos(turn), y + AROUND_M * math.sin(turn))
        people += weight[there]
        park |= green[there]
    inside = (owner >= 0) & ((people > 0.1) | park)
    return _Doors(network.xy[inside], owner[inside], people[inside], park[inside])


def _how_many(ground: Ground, voice: str, row: Row, number: int) -> Ints:
    """Return how many services of the voice each comune gets: people over catchment, and chance."""
    low, high = row["catchment_min"], row["catchment_max"]
    each = kinds.EVERY.get(voice) or math.sqrt(float(low) * float(high))
    weight = ground.people.copy()
    if row["livello"] != "locale":
        weight *= _pull(ground, voice)
        weight *= ground.people.sum() / weight.sum()
    comuni = np.arange(len(ground.people))
    luck = chance(comuni, np.full_like(comuni, number), ground.seed + 1401)
    noise = 0.7 + 0.6 * chance(comuni, np.full_like(comuni, number), ground.seed + 1402)
    wanted = np.floor(weight / each * noise + luck).astype(np.int64)
    if voice in ("AMM.MUN", "CUL.CIM", "CUL.REL"):
        wanted = np.maximum(wanted, 1)
    if voice == "AMM.MUN":
        wanted = np.minimum(wanted, 1 + (ground.people > 300_000) * 8)
    if row["livello"] != "locale" and not wanted.any():
        wanted[int(np.argmax(weight))] = 1
    return wanted


def _pull(ground: Ground, voice: str) -> Floats:
    """Return how much more than its people a comune draws: towns with a vocation, each its own."""
    pull = np.ones(len(ground.people))
    order = np.argsort(-ground.people, kind="stable")
    seats = [*order[1:7], *order[10 : 10 + 2 * (SEATS - 6) : 2]]
    for turn, seat in enumerate(seats):
        pull[seat] = 9.0 if voice[:3] in kinds.VOCATIONS[turn % len(kinds.VOCATIONS)] else 1.6
    pull[order[0]] = 1.15
    return pull


def _chosen(doors: _Doors, wanted: Ints, number: int, seed: int, *, parks: bool) -> Ints:
    """Choose that many nodes of each comune, the likelier the more people beside them; none twice.

    Source: weighted sampling without replacement, P. Efraimidis and P. Spirakis, 2006.
    """
    weight = doors.people * np.where(doors.park, 12.0, 1.0) if parks else doors.people
    node = np.arange(len(weight))
    luck = chance(node, np.full_like(node, number), seed + 1411).astype(np.float64)
    order = np.argsort(doors.comune + 1.0 - (luck + 2.0**-25) ** (1.0 / weight), kind="stable")
    owner = doors.comune[order]
    place = np.arange(len(order)) - np.searchsorted(owner, owner)
    return np.asarray(order[place < wanted[owner]], np.int64)


def _beside(xy: Floats, chosen: Ints, number: int, seed: int) -> Floats:
    """Return points some metres from the nodes, so that reaching the street is part of the walk."""
    turn = 2 * math.pi * chance(chosen, np.full_like(chosen, number), seed + 1412).astype(np.float64)
    away = 6 + 14 * chance(chosen, np.full_like(chosen, number), seed + 1413).astype(np.float64)
    return np.asarray(np.round(xy + np.stack([np.cos(turn), np.sin(turn)], axis=1) * away[:, None], 1))


def _coverage(ground: Ground, voices: Mapping[str, Row]) -> dict[tuple[int, str], tuple[str, str]]:
    """Return, for each comune and voice that some source covers, how well and by which kind of list.

    Registers cover their voices everywhere. A few comuni have handed no list in: half of the others are
    missing there. Elsewhere a list is complete or partial by chance, and sometimes there is none.
    """
    comuni = np.arange(len(ground.people))
    mute = set(np.argsort(chance(comuni, comuni, ground.seed + 1421), kind="stable")[:MUTE_COMUNI].tolist())
    found = {}
    for number, voice in enumerate(voices):
        whole = chance(number, 0, ground.seed + 1422)[0] < 0.45
        luck = chance(comuni, np.full_like(comuni, number), ground.seed + 1423)
        for comune in comuni.tolist():
            if voice in kinds.REGISTERED:
                found[comune, voice] = ("completa", "registro")
            elif luck[comune] >= (0.5 if comune in mute else LISTED_NOWHERE):
                full = whole and comune not in mute
                found[comune, voice] = ("completa", "elenco") if full else ("parziale", "estratto")
    return found


def _rows(
    ground: Ground,
    doors: _Doors,
    chosen: Ints,
    voice: str,
    row: Row,
    number: int,
    coverage: Mapping[tuple[int, str], tuple[str, str]],
) -> list[tuple[Any, ...]]:
    luck = np.stack(
        [chance(chosen, np.full_like(chosen, number), ground.seed + 1431 + k) for k in range(6)], axis=1
    )
    hours = kinds.HOURS.get(voice) or kinds.HOURS.get(voice[:3]) or (None,)
    capacity = _capacity(ground, voice, luck[:, 0])
    unit = row["capienza_unita"]
    istat = ground.comuni["istat"].astype(str).tolist()
    found = []
    for place, owner in enumerate(doors.comune[chosen].tolist()):
        a, b, c, d, e = luck[place, 1:].tolist()
        kind = coverage[owner, voice][1]
        word = kinds.WORDS.get(voice) or str(row["nome"]).split(" (")[0].split(",")[0]
        own = row["livello"] == "intercomunale" and e > 0.93
        found.append(
            (
                f"demo-{voice.lower()}-{place + 1:04d}",
                f"{word} {kinds.NAMES[int(a * len(kinds.NAMES))]}",
                voice,
                "metropolitano" if own else row["livello"],
                "dichiarato" if own else "tassonomia",
                "cessato" if b > 0.99 else "previsto" if b > 0.96 else "attivo",
                capacity[place],
                unit if math.isfinite(capacity[place]) else None,
                hours[int(c * len(hours))],
                _catchment(ground, owner, row) if row["livello"] == "intercomunale" and d < 0.6 else None,
                "pubblico" if c < 0.7 else "convenzionato",
                None,
                istat[owner],
                f"{kind} dimostrativo",
                SURVEYED[kind],
            )
        )
    return found


def _capacity(ground: Ground, voice: str, luck: npt.NDArray[np.floating[Any]]) -> Floats:
    """Return the capacity of each service; one in ten has none written, some voices never."""
    size = len(luck)
    if voice in kinds.PER_PERSON:
        mean = kinds.PER_PERSON[voice] * ground.people.sum() / max(size, 1)
        found = np.maximum(np.round(mean * (0.6 + 0.8 * luck)), 1.0)
    elif voice in kinds.EACH:
        low, high = kinds.EACH[voice]
        found = np.round(low * (high / low) ** luck.astype(np.float64))
    else:
        return np.full(size, np.nan)
    return np.where((luck * 997) % 1 < 0.1, np.nan, found)


def _catchment(ground: Ground, owner: int, row: Row) -> str:
    """Return the comuni a service declares to serve: its own and the nearest, until its catchment is full."""
    centres = shapely.get_coordinates(shapely.centroid(ground.comuni.geometry.to_numpy()))
    order = np.argsort(np.hypot(*(centres - centres[owner]).T), kind="stable")
    goal = math.sqrt(float(row["catchment_min"] or 20_000) * float(row["catchment_max"] or 80_000))
    needed = 1 + int(np.searchsorted(np.cumsum(ground.people[order]), goal))
    return " ".join(sorted(str(code) for code in ground.comuni["istat"].to_numpy()[order[: min(needed, 30)]]))


def _from_stops(
    stops: geopandas.GeoDataFrame, voices: Mapping[str, Row]
) -> tuple[list[tuple[Any, ...]], Floats]:
    """Return stations and stops as services of mobility: the same places, under the taxonomy's voices."""
    voice_of = {"treno": "MOB.FER", "metro": "MOB.MET", "tram": "MOB.TPL", "bus": "MOB.TPL"}
    rows, points = [], []
    for stop in stops.itertuples():
        voice = voice_of[stop.modo]
        if voice not in voices or stop.istat is None:
            continue
        level = voices[voice]["livello"]
        rows.append(
            (
                *(f"fermata-{stop.id}", stop.nome, voice, level, "tassonomia", "attivo"),
                *(math.nan, None, None, None, None, None, stop.istat, "orario dimostrativo", "2026-09-01"),
            )
        )
        points.append((stop.geometry.x, stop.geometry.y))
    return rows, np.array(points, np.float64).reshape(-1, 2)


def _place_table(rows: list[tuple[Any, ...]], xy: Floats) -> geopandas.GeoDataFrame:
    import geopandas

    table = geopandas.GeoDataFrame(rows, columns=list(COLUMNS), geometry=shapely.points(xy), crs=METRIC_EPSG)
    return table.astype({"capienza": float}).assign(sintetico=True)


def _coverage_table(ground: Ground, coverage: Mapping[tuple[int, str], tuple[str, str]]) -> pd.DataFrame:
    import pandas as pd

    codes = ground.comuni["istat"].astype(str).tolist()
    rows = sorted(
        (codes[comune], voice, how, f"{kind} dimostrativo", SURVEYED[kind])
        for (comune, voice), (how, kind) in coverage.items()
    )
    table = pd.DataFrame(rows, columns=["istat", "voce", "copertura", "fonte", "rilevato"])
    return table.assign(sintetico=True)
