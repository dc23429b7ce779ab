"""Rows of a list that sum the others: counted as works, they would double the money."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trama.sources.works.values import is_blank, shown

_WORD = (
    r"(sub ?tot|sub ?total[ei]?|sub ?totals|tot|total[ei]|totals?|sommano|riporto|a riportare|"
    r"complessiv[oi]|complessivamente)"
)
_BEFORE = (
    r"(([a-z]|[0-9]{1,3}) )?((grand|gran|in|ammontare|importo|importi|costo|costi|spesa|spese|valore|"
    r"contributo|contributi|quota|finanziamento|finanziamenti|risorse|somma|somme|il|i) )?"
)
_SUM = (
    r"(somma|somme|sum)( (totale|generale|complessiva|finale|degli importi|dei costi|delle opere|importi))?"
)
_ALONE = r"parzial[ei]|riepilogo|generale"
_SAYS = re.compile(rf"{_BEFORE}{_WORD}( .*)?|{_SUM}|{_ALONE}")
"""A cell that says total; not works of «somma urgenza», nor what is done «in totale sicurezza»."""
_NOT = re.compile(r"in totale (sicurezza|autonomia)\b.*")
_OTHERS = ("fondo", "misura", "comune", "stato", "fonte")
_SPEAKS = ("istat", "soluzione", "quantita", "fondo")
"""What tells a work from a sum that bears no name: where it is, what it is, who pays."""


def says_total(text: Any) -> bool:
    """Tell whether a cell announces the sum of other rows.

    >>> [says_total(text) for text in ("TOTALE GENERALE", "Sub-totale", "TOT.", "Grand total")]
    [True, True, True, True]
    >>> [says_total(text) for text in ("Totem in piazza", "Lavori di somma urgenza", "Parco")]
    [False, False, False]
    """
    if is_blank(text):
        return False
    letters = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", " ", letters).strip()
    return bool(_SAYS.fullmatch(words)) and not _NOT.fullmatch(words)


def sums_of(rows: Sequence[tuple[Mapping[str, Any], bool, Iterable[Any]]]) -> dict[int, str]:
    """Return the rows that sum others → why, each with its remedy.

    Parameters
    ----------
    rows
        Of each row: the values read, whether it has a shape, all the cells it has in the file.

    A row that says total, in its name or in any cell where it has no name, is one unless a CUP or a shape
    makes it a work. A row without these and without a name, or of which the amount alone is known, is one
    where its amount is that of the rows above, of those since the sum before it, of its fund or comune, or
    of all the others.
    """
    found = {
        at: f"«{shown(text)}» sembra la somma di altre righe, {_TWICE} il CUP o le coordinate"
        for at, row in enumerate(rows)
        if (text := _label(*row))
    }
    above = _Above(sum(_cents(row[0]) for at, row in enumerate(rows) if at not in found))
    for at, (values, shape, _cells) in enumerate(rows):
        cents = _cents(values)
        if at in found:
            above.close()
        elif cents and not (shape or values["cup"]) and above.make(cents, values):
            name = f"«{shown(values['nome'])}»" if values["nome"] else "senza nome,"
            found[at] = f"{name} ha per importo la somma di altre righe, {_TWICE} nome e CUP, o le coordinate"
            above.close()
        else:
            above.add(cents, values)
    return found


_TWICE = "e il denaro si conterebbe due volte: togliere la riga; se è un'opera, scriverne"


def _label(values: Mapping[str, Any], shape: bool, cells: Iterable[Any]) -> str | None:
    cup = values["cup"]
    if shape or (cup and not says_total(cup) and not str(cup).isdigit()):
        return None
    code = str(values["id"] or "")
    named = [None if any(sign.isdigit() for sign in code) else code, values["nome"], cup]
    others = [] if values["nome"] else [*(values[name] for name in _OTHERS), *cells]
    return next((str(text) for text in (*named, *others) if says_total(text)), None)


class _Above:
    """The amounts of the rows above, in cents, and the sums that a row may be of."""

    def __init__(self, whole: int) -> None:
        self.whole = whole
        self.sums = [0]
        self.first = {0: 0}
        self.since = 0
        self.groups: dict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, cents: int, values: Mapping[str, Any]) -> None:
        self.sums.append(self.sums[-1] + cents)
        self.first.setdefault(self.sums[-1], len(self.sums) - 1)
        for name in ("fondo", "istat"):
            if values[name]:
                self.groups[name, str(values[name]).lower()].append(cents)

    def close(self) -> None:
        self.since = len(self.sums) - 1

    def make(self, cents: int, values: Mapping[str, Any]) -> bool:
        """Tell whether an amount, of a row that lacks an identity, is that of others."""
        nameless, bare = not values["nome"], not any(values[name] for name in _SPEAKS)
        if not (nameless or bare):
            return False
        count = len(self.sums) - 1
        if count >= 2 and cents == self.sums[-1]:
            return True
        if count - self.since >= 2 and cents == self.sums[-1] - self.sums[self.since]:
            return True
        if not nameless:
            return False
        if cents * 2 == self.whole:  # all the others, wherever it stands
            return True
        alone = count >= 1 and bare and cents == self.sums[-1] - self.sums[-2]
        return alone or self._run(cents, count) or self._group(cents, values)

    def _run(self, cents: int, count: int) -> bool:
        """Tell whether rows just above, two or more, make it."""
        return self.first.get(self.sums[-1] - cents, count) <= count - 2

    def _group(self, cents: int, values: Mapping[str, Any]) -> bool:
        return any(
            len(amounts) >= 2 and sum(amounts) == cents
            for name in ("fondo", "istat")
            if values[name] and (amounts := self.groups[name, str(values[name]).lower()])
        )


def _cents(values: Mapping[str, Any]) -> int:
    return round((values["importo"] or 0) * 100)
