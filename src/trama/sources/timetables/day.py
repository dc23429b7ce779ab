"""The figures of a day: departures of each stop, links between one stop and the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trama.sources.timetables.feed import Feed
from trama.sources.timetables.modes import MODES, mode_of
from trama.sources.timetables.passages import Passages, passages_of, read_stop_times
from trama.sources.timetables.repeated import count_runs, once, same_runs
from trama.sources.timetables.service_days import read_calendar, typical_day

if TYPE_CHECKING:
    import pandas as pd

TWICE = "corse scritte due volte, in calendari che si sovrappongono, contate una"
STOP = ("", "0")
"""What stops.txt writes of a place where vehicles stop."""
FROM_HOUR, TO_HOUR = 6, 20
"""Hours of the day over which departures per hour are a mean."""


@dataclass
class Timetable:
    """A timetable on its day.

    Attributes
    ----------
    day
        The day counted; `kind` says in which kind of days it was looked for.
    stops
        Rows of stops.txt, the first of each id, with ``modo, linee, capolinea, partenze, partenze_ora``.
    links
        ``linea, verso, modo, da, a, minuti, passaggi_ora``; `da` and `a` are ids of stops.
    repeated
        Ids that stops.txt has twice.
    trouble
        What could not be used → how many.
    """

    day: date
    kind: str
    stops: pd.DataFrame
    links: pd.DataFrame
    repeated: list[str]
    unknown_stops: list[str]
    trouble: dict[str, int]


def read_day(feed: Feed) -> Timetable:
    """Count the departures of the day that stands for the timetable.

    Raises
    ------
    NoService
        Nothing runs on any day.
    """
    every, trips, routes = feed.tables["stops"], feed.tables["trips"], feed.tables["routes"]
    repeated = sorted(set(every["stop_id"][every["stop_id"].duplicated()]))
    stops = every.drop_duplicates("stop_id").reset_index(drop=True)
    trips = trips.drop_duplicates("trip_id").reset_index(drop=True)
    times = read_stop_times(feed.stop_times, trips["trip_id"], stops["stop_id"])
    services = sorted(set(trips["service_id"]))
    calendar = read_calendar(feed.tables["calendar"], feed.tables["calendar_dates"], services)
    number = {name: at for at, name in enumerate(services)}
    service = np.array([number[one] for one in trips["service_id"]], dtype=np.int64)
    run = same_runs(trips, times, feed.tables["frequencies"], service)
    counted = count_runs(run, service, _weights(feed, trips), len(services))
    ordinal, kind = typical_day(calendar, counted, feed.name)
    every_run = calendar.running(ordinal)[service]
    running = once(every_run, run)
    passages = passages_of(times, running, feed.tables["frequencies"], trips["trip_id"], feed.name)
    lines = _lines(trips, routes)
    trouble = {**calendar.broken, **times.trouble, **_stations(passages, stops)}
    if twice := int(every_run.sum() - running.sum()):
        trouble[TWICE] = twice
    trouble |= {f"righe illeggibili di {table}.txt": count for table, count in feed.skipped.items()}
    if unknown := int((lines["modo"] == "").sum()):
        trouble["corse di linee che routes.txt non ha"] = unknown
        lines.loc[lines["modo"] == "", "modo"] = MODES[-1]
    return Timetable(
        date.fromordinal(ordinal),
        kind,
        stops.assign(**_by_stop(passages, lines, len(stops))),
        _links(passages, lines, stops["stop_id"].to_numpy()),
        repeated,
        times.unknown_stops,
        trouble,
    )


def _weights(feed: Feed, trips: pd.DataFrame) -> NDArray[np.int64]:
    """Return how many runs each trip is; one at intervals counts once for each line of intervals."""
    every = feed.tables["frequencies"]["trip_id"].value_counts()
    return np.asarray(trips["trip_id"].map(every).fillna(1).to_numpy(np.int64))


def _stations(passages: Passages, stops: pd.DataFrame) -> dict[str, int]:
    """Return the passages at what is no stop (a station, an entrance), which are not on the map."""
    elsewhere = ~stops["location_type"].isin(STOP).to_numpy()
    count = int(elsewhere[passages.stop].sum())
    return {"passaggi a stazioni o ingressi, invece che a fermate": count} if count else {}


def _lines(trips: pd.DataFrame, routes: pd.DataFrame) -> pd.DataFrame:
    """Return, for each trip, its line as people call it, its direction and its mode ("" where not known)."""
    known = routes.drop_duplicates("route_id").set_index("route_id")
    short = known["route_short_name"].where(known["route_short_name"] != "", known["route_long_name"])
    name = short.where(short != "", known.index.to_series()).str.replace(r"\s+", "-", regex=True)
    mode = known["route_type"].map(mode_of)
    return trips[["route_id"]].assign(
        linea=trips["route_id"].map(name).fillna(trips["route_id"]),
        modo=trips["route_id"].map(mode).fillna(""),
        verso=(trips["direction_id"] == "1").astype(np.int64),
    )


def _by_stop(passages: Passages, lines: pd.DataFrame, stops: int) -> dict[str, Any]:
    leaves = ~passages.last & passages.boarding
    leaving = passages.take(leaves)
    hours = (leaving.departure >= FROM_HOUR * 3600) & (leaving.departure < TO_HOUR * 3600)
    count = np.bincount(leaving.stop, minlength=stops)
    by_day = np.bincount(leaving.stop[hours], minlength=stops)
    end = np.zeros(stops, dtype=bool)
    end[passages.stop[passages.first | passages.last]] = True
    calls = lines.iloc[passages.trip][["linea", "modo"]].assign(stop=passages.stop).drop_duplicates()
    names = calls.groupby("stop")["linea"].agg(lambda one: " ".join(sorted(set(one), key=_as_people_sort)))
    modes = calls.groupby("stop")["modo"].agg(lambda one: min(one, key=MODES.index))
    return {
        "modo": [modes.get(stop) for stop in range(stops)],
        "linee": [names.get(stop) for stop in range(stops)],
        "capolinea": end,
        "partenze": count.astype(np.float64),
        "partenze_ora": by_day / (TO_HOUR - FROM_HOUR),
    }


def _links(passages: Passages, lines: pd.DataFrame, ids: np.ndarray) -> pd.DataFrame:
    """Return the links with at least one passage between 6 and 20."""
    import pandas as pd

    at = np.flatnonzero(~passages.last)
    departure = passages.departure[at]
    at = at[(departure >= FROM_HOUR * 3600) & (departure < TO_HOUR * 3600)]
    called = lines.iloc[passages.trip[at]]
    table = pd.DataFrame(
        {
            "linea": called["linea"].to_numpy(),
            "verso": called["verso"].to_numpy(),
            "modo": called["modo"].to_numpy(),
            "da": passages.stop[at],
            "a": passages.stop[at + 1] if len(at) else passages.stop[at],
            "minuti": (passages.arrival[at + 1] - passages.departure[at]) / 60.0 if len(at) else [],
        }
    )
    table = table[(table["minuti"] >= 0) & (table["da"] != table["a"])]
    groups = table.groupby(["linea", "verso", "modo", "da", "a"], sort=True)["minuti"]
    links = groups.agg(["median", "size"]).reset_index()
    links["da"], links["a"] = ids[links["da"].to_numpy(int)], ids[links["a"].to_numpy(int)]
    links["passaggi_ora"] = links.pop("size") / (TO_HOUR - FROM_HOUR)
    return links.rename(columns={"median": "minuti"})[
        ["linea", "verso", "modo", "da", "a", "minuti", "passaggi_ora"]
    ]


def _as_people_sort(name: str) -> tuple[int, str]:
    """Order lines as people do: 2 before 10, numbers before letters."""
    digits = "".join(letter for letter in name if letter.isdigit())
    return (int(digits[:9]) if name[:1].isdigit() and digits else 10**9, name)
