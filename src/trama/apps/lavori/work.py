"""What the one who does the work holds in hand: what was asked, where to put things, how to tell progress."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import UUID

from trama.apps.lavori.errors import Cancelled
from trama.apps.lavori.holding import workshop
from trama.apps.lavori.models import STOPPABLE, Lavoro, State

_EVERY_S = 0.25


class Work:
    """A piece of work being done."""

    def __init__(self, row: Lavoro) -> None:
        self.key: UUID = row.pk
        self.request: dict[str, Any] = row.request
        self.who: str = row.who
        self._told_at = 0.0
        self._message = ""

    @property
    def folder(self) -> Path:
        """A folder of its own, on the disk of the lake; gone when the work ends, however it ends."""
        path = workshop(self.key)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def tell(self, message: str, done: int = 0, total: int = 0) -> None:
        """Say how far the work is; raises `Cancelled` if meanwhile it was cancelled.

        Said at most four times a second, but for a new message.
        """
        now = time.monotonic()
        if message == self._message and now - self._told_at < _EVERY_S and done < total:
            return
        self._told_at, self._message = now, message
        self._update(Lavoro.objects.filter(pk=self.key), message=message[:300], done=done, total=total)

    def hand_over(self, message: str) -> None:
        """Pass the point of no return: from here on nobody can cancel; raises `Cancelled` if somebody did."""
        rows = Lavoro.objects.filter(pk=self.key, state__in=STOPPABLE)
        self._update(rows, state=State.HANDING_OVER, message=message[:300], done=0, total=0)

    @staticmethod
    def _update(rows: Any, **values: Any) -> None:
        if not rows.exclude(state=State.CANCELLED).update(**values):
            raise Cancelled
