"""Names as lists write them, recognised among those the norms hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_LEAST = 5
"""Letters a synonym needs to be recognised inside a longer name."""


def plain(text: str) -> str:
    """Return a name without accents, capitals and signs.

    >>> plain("PNRR – Città Spugna")
    'pnrr citta spugna'
    """
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


class Recogniser:
    """Finds which row of a table a name stands for: by id, name or synonym, whole or within a longer name."""

    def __init__(self, table: Mapping[str, Mapping[str, Any]]) -> None:
        self.whole: dict[str, str] = {}
        for key, row in table.items():
            names = [key, row.get("name_it"), row.get("name_en"), *str(row.get("synonyms") or "").split(";")]
            for name in names:
                if name and plain(str(name)):
                    self.whole.setdefault(plain(str(name)), key)

    def find(self, text: str | None, *, within: bool = True) -> str | None:
        """Return the key of the row meant; None where there is none, or it could be several."""
        if not text:
            return None
        name = plain(text)
        if name in self.whole:
            return self.whole[name]
        if not within:
            return None
        found = {
            key
            for known, key in self.whole.items()
            if len(known) >= _LEAST and re.search(rf"\b{re.escape(known)}\b", name)
        }
        return found.pop() if len(found) == 1 else None
