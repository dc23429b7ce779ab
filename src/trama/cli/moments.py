"""Instants of the lake, written in UTC, as people of this country read them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")


def local_moment(instant: str) -> str:
    """Write an ISO instant in the civil time of Rome, which is named.

    >>> local_moment("2026-11-21T23:30:05+00:00"), local_moment("2026-07-01T10:00:00+00:00")
    ('22.11.2026, 00:30 (ora di Roma)', '01.07.2026, 12:00 (ora di Roma)')
    """
    return f"{datetime.fromisoformat(instant).astimezone(ROME):%d.%m.%Y, %H:%M} (ora di Roma)"


def local_day(instant: str) -> str:
    """Write the civil day of Rome at an ISO instant.

    >>> local_day("2026-11-21T23:30:05+00:00")
    '22.11.2026'
    """
    return f"{datetime.fromisoformat(instant).astimezone(ROME):%d.%m.%Y}"
