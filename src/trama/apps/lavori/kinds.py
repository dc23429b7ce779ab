"""Who does which work: each app says its own kinds when it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trama.apps.lavori.errors import NoSuchWork

if TYPE_CHECKING:
    from trama.apps.lavori.models import Lavoro
    from trama.apps.lavori.work import Work


@dataclass(frozen=True)
class Kind:
    """A kind of work.

    Attributes
    ----------
    run
        Does it, in a process of its own, and returns the result as plain JSON values.
    template
        Draws what came of it, in the page of the work, with what `context` returns.
    context
        Reads what the template needs from a work that has ended.
    verdict
        Says in a word or two what came of a work that has ended, where its state does not; else nothing.
    """

    id: str
    run: Callable[[Work], dict[str, Any]]
    template: str
    context: Callable[[Lavoro], dict[str, Any]]
    verdict: Callable[[Lavoro], str] = lambda _row: ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of work known; the same name again replaces the one before."""
    _kinds[kind.id] = kind


def kind_of(name: str) -> Kind:
    """Return a kind by name; raises `NoSuchWork` where no app does it (any more)."""
    if name not in _kinds:
        raise NoSuchWork(what=name)
    return _kinds[name]


def verdict_of(row: Lavoro) -> str:
    """Return what came of a work in a word or two; nothing where its state says it all, or it goes on."""
    return "" if row.active or row.kind not in _kinds else _kinds[row.kind].verdict(row)
