"""Whole numbers of a timetable, as anybody may have written them."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[0-9]{1,9}")


def whole_number(text: str) -> int | None:
    """Return the number a text is; None where it is none, or more than any timetable has.

    >>> whole_number("109"), whole_number("²"), whole_number("9" * 20), whole_number("-1"), whole_number("")
    (109, None, None, None, None)
    """
    return int(text) if _WHOLE.fullmatch(text) else None
