"""Who acts, and whether they may: the one place to ask.

There are no accounts yet: who acts says name and body, and both are recorded. A check of permissions goes in
`authorise`, through which every gesture passes.
"""

from __future__ import annotations

from dataclasses import dataclass

from trama.apps.riconoscere.lum.errors import Unnamed
from trama.apps.riconoscere.models import LOCAL_OPERATOR

DRAW, SEND, WITHDRAW = "disegnare", "inviare", "ritirare la proposta"
ACCEPT, RETURN, ANSWER, CLOSE = "accogliere", "rinviare", "rispondere", "chiudere il perimetro"
NAMED = frozenset({SEND, WITHDRAW, ACCEPT, RETURN, ANSWER, CLOSE})
"""Gestures that want a name; a draft is drawn by whoever is at the screen."""
MOST_LETTERS = 120


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as declared: name and body."""

    name: str = ""
    body: str = ""

    @classmethod
    def of(cls, name: str, body: str) -> Actor:
        """Return an actor from what was typed."""
        return cls(" ".join(name.split())[:MOST_LETTERS], " ".join(body.split())[:MOST_LETTERS])

    def __str__(self) -> str:
        return f"{self.name} ({self.body})" if self.body else self.name


DRAFTSMAN = Actor(LOCAL_OPERATOR, "")


def authorise(actor: Actor, gesture: str, *, lum: str) -> None:  # noqa: ARG001 - the future check wants it
    """Refuse what an actor may not do to a LUM; today, only what nobody signs.

    Raises
    ------
    Unnamed
        The gesture wants a name and a body.
    """
    if gesture in NAMED and not (actor.name and actor.body):
        raise Unnamed(gesture=gesture)
