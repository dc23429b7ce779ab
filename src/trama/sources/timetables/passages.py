"""The passages of one day: which run calls at which stop, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trama.sources.timetables.errors import TooManyPassages
from trama.sources.timetables.numbers import whole_number

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_TIME = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})")
_NO_TIME = -1
_LONGEST_S = 100 * 3600
_MOST_RUNS = 20_000
"""Runs of one line of frequencies above which its headway is taken for a mistake."""
_NO_BOARDING = "1"
MOST_PASSAGES = 50_000_000
"""Passages of a day that intervals may ask for."""


@dataclass
class Passages:
    """Passages in the order of runs and stops.

    Attributes
    ----------
    trip, stop
        Row of the trip and of the stop in their tables.
    run
        Number of the run: a trip, or one of the runs of its frequencies.
    arrival, departure
        Seconds from midnight of the service day; above 86 400 after the next midnight.
    first, last
        Whether the run begins or ends here.
    boarding
        Whether people may get on.
    """

    trip: Ints
    stop: Ints
    run: Ints
    arrival: Ints
    departure: Ints
    first: Flags
    last: Flags
    boarding: Flags

    def take(self, rows: Ints | Flags) -> Passages:
        """Return some of the passages."""
        return Passages(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass
class StopTimes:
    """The rows of stop_times as numbers; `trip` and `stop` are -1 where their table has no such row."""

    trip: Ints
    stop: Ints
    sequence: Ints
    arrival: Ints
    departure: Ints
    boarding: Flags
    unknown_stops: list[str]
    trouble: dict[str, int]


def read_stop_times(table: pa.Table, trips: pd.Series, stops: pd.Series) -> StopTimes:
    """Turn the table into numbers; what cannot be used is counted in `trouble`."""
    trouble: dict[str, int] = {}
    trip, _ = _numbered(table["trip_id"], trips)
    stop, unknown = _numbered(table["stop_id"], stops)
    sequence = _parsed(table["stop_sequence"], _ordinal)
    arrival = _parsed(table["arrival_time"], _seconds)
    departure = _parsed(table["departure_time"], _seconds)
    arrival = np.where(arrival < 0, departure, arrival)
    departure = np.where(departure < 0, arrival, departure)
    no_boarding = _parsed(table["pickup_type"], lambda text: int(text == _NO_BOARDING))
    _tell(trouble, "orari di corse che trips.txt non ha", trip < 0)
    _tell(trouble, "orari a fermate che stops.txt non ha", stop < 0)
    _tell(trouble, "orari senza il numero d'ordine", sequence < 0)
    return StopTimes(trip, stop, sequence, arrival, departure, no_boarding == 0, unknown, trouble)


def passages_of(
    times: StopTimes, running: Flags, frequencies: pd.DataFrame, trips: pd.Series, name: str = ""
) -> Passages:
    """Return the passages of the trips that run, those at intervals repeated.

    Parameters
    ----------
    running
        Trip → whether it runs on the day.

    Raises
    ------
    TooManyPassages
    """
    good = (times.trip >= 0) & (times.stop >= 0) & (times.sequence >= 0)
    good &= running[np.maximum(times.trip, 0)]
    rows = np.flatnonzero(good)
    rows = rows[np.lexsort((times.sequence[rows], times.trip[rows]))]
    trip = times.trip[rows]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = trip[1:] != trip[:-1]
    arrival, kept_a = _interpolated(times.arrival[rows], first)
    departure, kept_d = _interpolated(times.departure[rows], first)
    kept = kept_a & kept_d
    _tell(times.trouble, "orari senza ora, ai capi della corsa", ~kept)
    rows, trip, arrival, departure = rows[kept], trip[kept], arrival[kept], departure[kept]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = trip[1:] != trip[:-1]
    last = np.append(first[1:], True)[: len(rows)]
    back = np.zeros(len(rows), dtype=bool)
    back[1:] = ~first[1:] & (arrival[1:] < departure[:-1])
    _tell(times.trouble, "orari che tornano indietro", back)
    whole = Passages(
        trip, times.stop[rows], np.cumsum(first) - 1, arrival, departure, first, last, times.boarding[rows]
    )
    return _with_frequencies(whole, frequencies, trips, times.trouble, name)


def _with_frequencies(
    whole: Passages, frequencies: pd.DataFrame, trips: pd.Series, trouble: dict[str, int], name: str
) -> Passages:
    """Repeat the trips that run at intervals: their own times are only the pattern."""
    if not len(frequencies):
        return whole
    number = {name: at for at, name in enumerate(trips)}
    at = np.array([number.get(name, -1) for name in frequencies["trip_id"]], dtype=np.int64)
    start, end = (
        np.array([_seconds(text) for text in frequencies[name]]) for name in ("start_time", "end_time")
    )
    headway = np.array([whole_number(text) or 0 for text in frequencies["headway_secs"]])
    good = (at >= 0) & (start >= 0) & (end > start) & (headway > 0)
    runs = np.where(good, -(-(end - start) // np.maximum(headway, 1)), 0)
    good &= runs <= _MOST_RUNS
    _tell(trouble, "righe di frequencies.txt che non si usano", ~good)
    parts = [whole.take(~np.isin(whole.trip, at[at >= 0]))]
    begins = np.flatnonzero(whole.first)
    ends = np.append(begins[1:], len(whole.trip))
    span = {int(whole.trip[begin]): (begin, end_) for begin, end_ in zip(begins, ends, strict=True)}
    used = [row for row in np.flatnonzero(good) if int(at[row]) in span]  # the others do not run on the day
    next_run = len(begins)
    asked = sum(int(runs[row]) * (span[int(at[row])][1] - span[int(at[row])][0]) for row in used)
    if asked > MOST_PASSAGES:
        raise TooManyPassages(name=name, passages=asked, limit=MOST_PASSAGES)
    for row in used:
        begin, finish = span[int(at[row])]
        pattern = np.arange(begin, finish)
        departures = start[row] + headway[row] * np.arange(runs[row])
        shift = np.repeat(departures - whole.departure[begin], len(pattern))
        one = whole.take(np.tile(pattern, int(runs[row])))
        one.arrival, one.departure = one.arrival + shift, one.departure + shift
        one.run = np.repeat(next_run + np.arange(runs[row]), len(pattern))
        next_run += int(runs[row])
        parts.append(one)
    return Passages(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in whole.__dataclass_fields__)
    )


def _interpolated(times: Ints, first: Flags) -> tuple[Ints, Flags]:
    """Fill the times between two known ones of a trip; tell which rows have one in the end."""
    known = times >= 0
    if known.all() or not len(times):
        return times, known
    place = np.arange(len(times))
    begin = np.maximum.accumulate(np.where(first, place, 0))
    before = np.maximum.accumulate(np.where(known, place, -1))
    after = np.minimum.accumulate(np.where(known, place, len(times))[::-1])[::-1]
    trip = np.cumsum(first)
    within = (before >= begin) & (after < len(times))
    within &= trip[np.minimum(after, len(times) - 1)] == trip
    if not known.any():
        return times, within
    filled = np.rint(np.interp(place, place[known], times[known])).astype(np.int64)
    return np.where(known, times, filled), within


def _numbered(column: pa.ChunkedArray, names: pd.Series) -> tuple[Ints, list[str]]:
    """Return the row of each name in `names`, -1 where it is not there, and the names that are not."""
    number = {name: at for at, name in enumerate(names)}
    codes, values = _coded(column)
    rows = np.array([number.get(value, -1) for value in values] or [-1], dtype=np.int64)
    unknown = [value for value, row in zip(values, rows, strict=False) if row < 0]
    return rows[codes], unknown


def _parsed(column: pa.ChunkedArray, read: Any) -> Ints:
    codes, values = _coded(column)
    return np.array([read(value) for value in values] or [_NO_TIME], dtype=np.int64)[codes]


def _coded(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """Return the number of each cell's value and the different values: each is read once."""
    coded = column.combine_chunks().dictionary_encode()
    if hasattr(coded, "combine_chunks"):
        coded = coded.combine_chunks()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


def _ordinal(text: str) -> int:
    found = whole_number(text)
    return _NO_TIME if found is None else found


def _seconds(text: str) -> int:
    """Return the seconds of a time, which may be above 24 hours; -1 where it is none.

    >>> _seconds("25:10:00"), _seconds("")
    (90600, -1)
    """
    found = _TIME.fullmatch(text)
    if not found:
        return _NO_TIME
    hours, minutes, seconds = (int(part) for part in found.groups())
    total = hours * 3600 + minutes * 60 + seconds
    return total if minutes < 60 and seconds < 60 and total <= _LONGEST_S else _NO_TIME


def _tell(trouble: dict[str, int], what: str, which: Flags) -> None:
    if which.any():
        trouble[what] = trouble.get(what, 0) + int(which.sum())
