"""Which services run on which days, and the working day that stands for the timetable."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trama.sources.timetables.errors import NoService

if TYPE_CHECKING:
    import pandas as pd

Days = NDArray[np.int64]
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MIDWEEK, _WORKING = (1, 2, 3), (0, 1, 2, 3, 4)
_FIRST, _LAST = date(1990, 1, 1).toordinal(), date(2100, 1, 1).toordinal()


@dataclass
class Calendar:
    """Services of a timetable.

    Attributes
    ----------
    services
        Their names; the other arrays hold their numbers.
    owner, start, end, weekly
        Periods: whose each is, its first and last day (ordinals), and on which days of the week it runs
        (Monday first), shape (periods, 7). A service written twice has two, and runs once a day.
    service, day, added
        Exceptions: which service, on which day, whether it is added or removed; one for each service and day.
    broken
        What could not be used: reversed periods, days that are none.
    """

    services: list[str]
    owner: Days
    start: Days
    end: Days
    weekly: NDArray[np.bool_]
    service: Days
    day: Days
    added: NDArray[np.bool_]
    broken: dict[str, int] = field(default_factory=dict)

    def running(self, ordinal: int) -> NDArray[np.bool_]:
        """Tell which services run on a day."""
        on = np.zeros(len(self.services), dtype=bool)
        within = (self.start <= ordinal) & (ordinal <= self.end)
        on[self.owner[within & self.weekly[:, _weekday(ordinal)]]] = True
        today = self.day == ordinal
        on[self.service[today]] = self.added[today]
        return on

    def days(self, service: int, low: int, count: int) -> NDArray[np.bool_]:
        """Tell on which of `count` days from `low` on a service runs."""
        weekday = (low + np.arange(count) + 6) % 7
        on = np.zeros(count, dtype=bool)
        for period in np.flatnonzero(self.owner == service):
            span = slice(max(int(self.start[period]) - low, 0), max(int(self.end[period]) - low + 1, 0))
            on[span] |= self.weekly[period][weekday[span]]
        mine = (self.service == service) & (self.day >= low) & (self.day < low + count)
        on[self.day[mine] - low] = self.added[mine]
        return on


def read_calendar(weekly: pd.DataFrame, exceptions: pd.DataFrame, services: list[str]) -> Calendar:
    """Read the calendar of the `services` that trips name."""
    broken: dict[str, int] = {}
    number = {name: at for at, name in enumerate(services)}
    known = weekly[weekly["service_id"].isin(number)].drop_duplicates()
    first, last = _ordinals(known["start_date"]), _ordinals(known["end_date"])
    none, reversed_ = (first == 0) | (last == 0), (last < first) & (first > 0) & (last > 0)
    _tell(broken, "periodi con date rovesciate", reversed_)
    _tell(broken, "periodi con date che non esistono", none)
    good = ~none & ~reversed_
    owner = np.array([number[name] for name in known["service_id"]], dtype=np.int64)
    runs = (known[list(WEEK)].to_numpy() == "1").reshape(-1, 7)
    which, day, added = _exceptions(exceptions, number, broken)
    return Calendar(services, owner[good], first[good], last[good], runs[good], which, day, added, broken)


def _exceptions(
    exceptions: pd.DataFrame, number: dict[str, int], broken: dict[str, int]
) -> tuple[Days, Days, NDArray[np.bool_]]:
    """Return service, day, whether added; one row for each service and day: added where both are written."""
    also = exceptions[exceptions["service_id"].isin(number)]
    day = _ordinals(also["date"])
    kind = also["exception_type"].to_numpy()
    usable = (day > 0) & np.isin(kind, ("1", "2"))
    _tell(broken, "eccezioni senza un giorno o un genere", ~usable)
    which = np.array([number[name] for name in also["service_id"]], dtype=np.int64)
    pairs = np.stack([which[usable], day[usable]], axis=1)
    once, at = np.unique(pairs, axis=0, return_inverse=True) if len(pairs) else (pairs, np.zeros(0, np.int64))
    added = np.zeros(len(once), dtype=bool)
    np.logical_or.at(added, at.ravel(), kind[usable] == "1")
    return once[:, 0], once[:, 1], added


@dataclass(frozen=True)
class Runs:
    """The runs of a timetable, each counted once even where several services write it.

    Attributes
    ----------
    own
        How many runs each service has.
    shared
        Services that write the same runs → how many: on a day when several of them run, they count once.
    """

    own: Days
    shared: dict[tuple[int, ...], int] = field(default_factory=dict)


def typical_day(calendar: Calendar, runs: Runs, name: str) -> tuple[int, str]:
    """Return the day that stands for the timetable, and in what kind of days it was looked for.

    It is the Tuesday, Wednesday or Thursday with most trips: holidays have fewer, so none is chosen. Where
    nothing runs on those, the working day with most trips; else the day with most trips of all. Of equals,
    the first.

    Where the periods of two editions overlap the runs that both write count once: else the days of the
    overlap would have the most.

    Raises
    ------
    NoService
        Nothing runs on any day.
    """
    low, totals = _runs_by_day(calendar, runs)
    weekday = (low + np.arange(len(totals)) + 6) % 7
    for wanted, words in ((_MIDWEEK, "martedì-giovedì"), (_WORKING, "feriale"), (range(7), "qualunque")):
        among = np.where(np.isin(weekday, wanted), totals, 0)
        if len(among) and among.max() > 0:
            return int(low + np.argmax(among)), words
    why = "; ".join(f"{count} {what}" for what, count in calendar.broken.items())
    raise NoService(name=name, why=why or "le corse non hanno un calendario")


def _runs_by_day(calendar: Calendar, runs: Runs) -> tuple[int, Days]:
    """Return the first day and the runs of each day from it on.

    Linear in services and days, but for the few services of several periods, or that share runs.
    """
    edges = np.concatenate([calendar.start, calendar.end, calendar.day])
    if not len(edges):
        return 0, np.zeros(0, np.int64)
    low, count = int(edges.min()), int(edges.max() - edges.min()) + 1
    periods = np.bincount(calendar.owner, minlength=len(calendar.services))
    totals = _of_single_periods(calendar, np.where(periods > 1, 0, runs.own), low, count)
    for service in np.flatnonzero(periods > 1):
        totals += runs.own[service] * calendar.days(int(service), low, count)
    for together, number in runs.shared.items():
        at_once = sum(calendar.days(service, low, count).astype(np.int64) for service in together)
        totals -= number * np.maximum(at_once - 1, 0)
    return low, totals


def _of_single_periods(calendar: Calendar, trips: Days, low: int, count: int) -> Days:
    """Return the runs of each day of the services that have one period, or exceptions alone."""
    change = np.zeros((7, count + 1), dtype=np.int64)
    for weekday in range(7):
        on = calendar.weekly[:, weekday]
        np.add.at(change[weekday], calendar.start[on] - low, trips[calendar.owner[on]])
        np.add.at(change[weekday], calendar.end[on] - low + 1, -trips[calendar.owner[on]])
    running = np.cumsum(change, axis=1)[:, :-1]
    day = np.arange(count)
    totals: Days = running[(low + day + 6) % 7, day]
    period = np.full(len(calendar.services), -1, np.int64)
    period[calendar.owner] = np.arange(len(calendar.owner))
    mine, which = period[calendar.service], calendar.service
    base = mine >= 0
    at = mine[base]
    when = calendar.day[base]
    base[base] = (
        (calendar.start[at] <= when) & (when <= calendar.end[at]) & calendar.weekly[at, (when + 6) % 7]
    )
    change_of = np.where(calendar.added & ~base, 1, np.where(~calendar.added & base, -1, 0))
    np.add.at(totals, calendar.day - low, change_of * trips[which])
    return totals


def _ordinals(texts: pd.Series) -> Days:
    """Return days written ``20240115`` as ordinals; 0 where they are none."""
    found = {}
    for text in texts.unique():
        try:
            ordinal = date(int(text[:4]), int(text[4:6]), int(text[6:8])).toordinal() if len(text) == 8 else 0
        except ValueError:
            ordinal = 0
        found[text] = ordinal if _FIRST <= ordinal <= _LAST else 0
    return np.array([found[text] for text in texts], dtype=np.int64)


def _weekday(ordinal: int) -> int:
    return (ordinal + 6) % 7


def _tell(broken: dict[str, int], what: str, which: NDArray[np.bool_]) -> None:
    if which.any():
        broken[what] = int(which.sum())
