"""Where a value comes from, and how much it weighs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """Standing of a value, strongest first.

    `adottato`: an act of this plan; `ufficiale`: law or a public body; `secondario`: a paper, a guideline,
    another plan; `ipotesi`: a working value of ours. The last two read "valore non ufficiale" wherever shown.
    """

    ADOTTATO = "adottato"
    UFFICIALE = "ufficiale"
    SECONDARIO = "secondario"
    IPOTESI = "ipotesi"

    @property
    def rank(self) -> int:
        """Position in the order, 0 the strongest."""
        return _RANKS[self]

    @property
    def official(self) -> bool:
        """Whether the value may be shown without the label "valore non ufficiale".

        >>> Status.UFFICIALE.official, Status.SECONDARIO.official
        (True, False)
        """
        return self.rank <= Status.UFFICIALE.rank


_RANKS = {status: rank for rank, status in enumerate(Status)}


def weakest(statuses: Iterable[Status]) -> Status | None:
    """Return the status of a value derived from others: the weakest of them; None where there are none.

    >>> weakest([Status.ADOTTATO, Status.IPOTESI, Status.UFFICIALE])
    <Status.IPOTESI: 'ipotesi'>
    """
    return max(statuses, key=lambda status: status.rank, default=None)


@dataclass(frozen=True, slots=True)
class Citation:
    """The act and the place in it that set a value.

    Attributes
    ----------
    act
        Title of the act, paper or page.
    place
        Article, paragraph, table or page within it.
    url
        Public address, where there is one.
    """

    act: str
    place: str
    url: str | None = None

    def __str__(self) -> str:
        return f"{self.act}, {self.place}" if self.place else self.act
