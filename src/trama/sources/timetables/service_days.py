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
        Their names; the other arrays follow this order.
    start, end
        First and last day (ordinals) of each; end before start where it has none.
    weekly
        (services, 7) whether it runs on each day of the week, Monday first.
    service, day, added
        Exceptions: which service, on which day, whether it is added or removed.
    broken
        What could not be used: reversed periods, days that are none.
    """

    services: list[str]
    start: Days
    end: Days
    weekly: NDArray[np.bool_]
    service: Days
    day: Days
    added: NDArray[np.bool_]
    broken: dict[str, int] = field(default_factory=dict)

    def running(self, ordinal: int) -> NDArray[np.bool_]:
        """Tell which services run on a day."""
        on = (self.start <= ordinal) & (ordinal <= self.end) & self.weekly[:, _weekday(ordinal)]
        today = self.day == ordinal
        on[self.service[today & ~self.added]] = False
        on[self.service[today & self.added]] = True
        return on


def read_calendar(weekly: pd.DataFrame, exceptions: pd.DataFrame, services: list[str]) -> Calendar:
    """Read the calendar of the `services` that trips name."""
    broken: dict[str, int] = {}
    number = {name: at for at, name in enumerate(services)}
    count = len(services)
    start, end = np.full(count, 1, np.int64), np.zeros(count, np.int64)
    runs = np.zeros((count, 7), dtype=bool)
    known = weekly[weekly["service_id"].isin(number)].drop_duplicates("service_id")
    first, last = _ordinals(known["start_date"]), _ordinals(known["end_date"])
    none, reversed_ = (first == 0) | (last == 0), (last < first) & (first > 0) & (last > 0)
    _tell(broken, "periodi con date rovesciate", reversed_)
    _tell(broken, "periodi con date che non esistono", none)
    good = ~none & ~reversed_
    rows = np.array([number[name] for name in known["service_id"]], dtype=np.int64)
    start[rows[good]], end[rows[good]] = first[good], last[good]
    runs[rows] = known[list(WEEK)].to_numpy() == "1"
    also = exceptions[exceptions["service_id"].isin(number)]
    day = _ordinals(also["date"])
    kind = also["exception_type"].to_numpy()
    usable = (day > 0) & np.isin(kind, ("1", "2"))
    _tell(broken, "eccezioni senza un giorno o un genere", ~usable)
    which = np.array([number[name] for name in also["service_id"]], dtype=np.int64)
    return Calendar(services, start, end, runs, which[usable], day[usable], kind[usable] == "1", broken)


def typical_day(calendar: Calendar, trips: Days, name: str) -> tuple[int, str]:
    """Return the day that stands for the timetable, and in what kind of days it was looked for.

    It is the Tuesday, Wednesday or Thursday with most trips: holidays have fewer, so none is chosen. Where
    nothing runs on those, the working day with most trips; else the day with most trips of all. Of equals,
    the first.

    Parameters
    ----------
    trips
        How many runs each service has.

    Raises
    ------
    NoService
        Nothing runs on any day.
    """
    low, totals = _runs_by_day(calendar, trips)
    weekday = (low + np.arange(len(totals)) + 6) % 7
    for wanted, words in ((_MIDWEEK, "martedì-giovedì"), (_WORKING, "feriale"), (range(7), "qualunque")):
        among = np.where(np.isin(weekday, wanted), totals, 0)
        if len(among) and among.max() > 0:
            return int(low + np.argmax(among)), words
    why = "; ".join(f"{count} {what}" for what, count in calendar.broken.items())
    raise NoService(name=name, why=why or "le corse non hanno un calendario")


def _runs_by_day(calendar: Calendar, trips: Days) -> tuple[int, Days]:
    """Return the first day and the runs of each day from it on, in time linear in services and days."""
    has = calendar.end >= calendar.start
    edges = np.concatenate([calendar.start[has], calendar.end[has], calendar.day])
    if not len(edges):
        return 0, np.zeros(0, np.int64)
    low, high = int(edges.min()), int(edges.max())
    change = np.zeros((7, high - low + 2), dtype=np.int64)
    for weekday in range(7):
        on = has & calendar.weekly[:, weekday]
        np.add.at(change[weekday], calendar.start[on] - low, trips[on])
        np.add.at(change[weekday], calendar.end[on] - low + 1, -trips[on])
    running = np.cumsum(change, axis=1)[:, :-1]
    day = np.arange(high - low + 1)
    totals = running[(low + day + 6) % 7, day]
    on_weekday = (calendar.day + 6) % 7
    which = calendar.service
    base = (
        (calendar.start[which] <= calendar.day)
        & (calendar.day <= calendar.end[which])
        & calendar.weekly[which, on_weekday]
    )
    np.add.at(totals, (calendar.day - low)[calendar.added & ~base], trips[which][calendar.added & ~base])
    np.add.at(totals, (calendar.day - low)[~calendar.added & base], -trips[which][~calendar.added & base])
    return low, totals


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
