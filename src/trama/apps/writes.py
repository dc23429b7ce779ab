"""A save whose answer was lost on the line is still its page's own, and never a conflict with itself.

Every save carries a key chosen by the page, and the keys of that page's earlier saves that were never heard
answered. A register row keeps the key of its last write: where a save starts from an older revision, but what
came in between is one of its own, it follows on. The header of the key is the IETF's
(draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeVar

from django.db import models
from django.http import HttpRequest

KEY_HEADER = "Idempotency-Key"
UNHEARD_HEADER = "Trama-In-Sospeso"
MOST_UNHEARD = 20
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Write:
    """One save: its key, and the keys of the saves before it whose answer never reached the page."""

    key: str = ""
    unheard: frozenset[str] = frozenset()

    @classmethod
    def of(cls, request: HttpRequest) -> Write:
        """Read the headers of a save; what is not a key is not read."""
        key = request.headers.get(KEY_HEADER, "")
        unheard = _KEY.findall(request.headers.get(UNHEARD_HEADER, ""))[-MOST_UNHEARD:]
        return cls(key if _KEY.fullmatch(key) else "", frozenset(unheard))


ANYONE = Write()
"""A save that no page waits for."""


class Written(models.Model):
    """A register row: `revision` grows by one at each save, `written_as` is the key of the last one."""

    revision = models.PositiveIntegerField(default=1)
    written_as = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        """Not a table of its own."""

        abstract = True

    def is_followed_by(self, revision: int, write: Write) -> bool:
        """Whether a save that starts from `revision` may take this row's place."""
        return self.revision == revision or self.written_as in write.unheard

    def note(self, write: Write) -> None:
        """Count one more save, and remember whose it is."""
        self.revision += 1
        self.written_as = write.key


W = TypeVar("W", bound=Written)


def begun_unheard(rows: models.Manager[W], write: Write) -> W | None:
    """Return the row that a save of the same page began, whose answer was lost; None where there is none."""
    return rows.filter(written_as__in=write.unheard).first() if write.unheard else None
