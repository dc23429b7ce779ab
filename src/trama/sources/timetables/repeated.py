"""Runs that a timetable writes twice: the same trip under two services whose calendars overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trama.sources.timetables.service_days import Runs

if TYPE_CHECKING:
    import pandas as pd

    from trama.sources.timetables.passages import StopTimes

Ints = NDArray[np.int64]
_SPREAD = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64
)


def same_runs(trips: pd.DataFrame, times: StopTimes, frequencies: pd.DataFrame, service: Ints) -> Ints:
    """Return the number of the run that each trip writes.

    Two trips write one run where they are of the same route and direction, under *different* services, with
    the same stops at the same times (and intervals, where they run so): two editions of a timetable, or two
    calendars, that say it both. Alike trips of one service are as many runs: a second vehicle.

    Parameters
    ----------
    service
        Trip → its service.
    """
    import pandas as pd

    pattern, calls = _patterns(times, len(trips))
    every = frequencies.groupby("trip_id", sort=False)[["start_time", "end_time", "headway_secs"]]
    intervals = {
        trip: " ".join(sorted("/".join(row) for row in rows.to_numpy().tolist())) for trip, rows in every
    }
    alike = pd.DataFrame(
        {
            "route": trips["route_id"].to_numpy(),
            "way": trips["direction_id"].to_numpy(),
            "pattern": pattern,
            "calls": calls,
            "intervals": [intervals.get(trip, "") for trip in trips["trip_id"]],
            "service": service,
        }
    )
    group = alike.groupby([name for name in alike if name != "service"], sort=False).ngroup()
    vehicle = alike.groupby([group, "service"], sort=False).cumcount()
    number = pd.DataFrame({"g": group, "v": vehicle}).groupby(["g", "v"], sort=False).ngroup()
    found = np.array(number, dtype=np.int64)
    empty = calls == 0  # trips without a usable time are not told apart, nor are they counted
    found[empty] = len(trips) + np.flatnonzero(empty)
    return found


def count_runs(run: Ints, service: Ints, weight: Ints, services: int) -> Runs:
    """Return how many runs each service has, and which services share theirs.

    Parameters
    ----------
    weight
        Trip → how many runs it is: one, or as many as its lines of intervals.
    """
    own = np.bincount(service, weights=weight, minlength=services).astype(np.int64)
    shared: dict[tuple[int, ...], int] = {}
    order = np.lexsort((service, run))
    same = np.split(order, np.flatnonzero(np.diff(run[order])) + 1) if len(order) else []
    for trips in same:
        if len(trips) > 1:
            together = tuple(int(one) for one in service[trips])
            shared[together] = shared.get(together, 0) + int(weight[trips[0]])
    return Runs(own, shared)


def once(running: NDArray[np.bool_], run: Ints) -> NDArray[np.bool_]:
    """Return which trips are counted, of those that run: of a run written twice the first.

    >>> once(np.array([True, True, False, True]), np.array([7, 7, 8, 9])).tolist()
    [True, False, False, True]
    """
    at = np.flatnonzero(running)
    _, first = np.unique(run[at], return_index=True)
    kept = np.zeros(len(running), dtype=bool)
    kept[at[first]] = True
    return kept


def _patterns(times: StopTimes, trips: int) -> tuple[NDArray[np.uint64], Ints]:
    """Return a number for the stops and times of each trip, equal where they are, and its calls."""
    rows = np.flatnonzero((times.trip >= 0) & (times.stop >= 0) & (times.sequence >= 0))
    rows = rows[np.lexsort((times.sequence[rows], times.trip[rows]))]
    trip = times.trip[rows]
    calls = np.bincount(trip, minlength=trips).astype(np.int64)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(calls) - calls, calls)
    mixed = np.zeros(len(rows), np.uint64)
    columns = (place, times.stop[rows], times.arrival[rows], times.departure[rows])
    for column, odd in zip(columns, _SPREAD, strict=True):
        mixed = _stirred(mixed ^ (column.astype(np.uint64) * odd))
    found = np.zeros(trips, np.uint64)
    np.add.at(found, trip, mixed)
    return found, calls


def _stirred(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix the bits of numbers (the finaliser of splitmix64, S. Vigna 2015): near ones come far apart."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(value ^ (value >> np.uint64(31)), np.uint64)
