"""What is made of a run, kept with the run itself: when its memory goes, all that was made of it goes too."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Answers:
    """Answers by question, a few for each function, the last used kept; threads may ask at once."""

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[Hashable, Any]] = {}
        self._lock = Lock()

    def get(self, name: str, key: Hashable, most: int, make: Callable[[], Any]) -> Any:
        """Return an answer kept, or make it: what raises is not kept."""
        with self._lock:
            kept = self._kept.setdefault(name, OrderedDict())
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        found = make()
        with self._lock:
            kept[key] = found
            kept.move_to_end(key)
            while len(kept) > most:
                kept.popitem(last=False)
        return found

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()


class Remembers(Protocol):
    """A run that keeps what is made of it."""

    @property
    def answers(self) -> Answers:
        """What is kept."""


_M = TypeVar("_M", bound=Remembers)


def kept_with_run(
    most: int,
) -> Callable[[Callable[Concatenate[_M, _P], _R]], Callable[Concatenate[_M, _P], _R]]:
    """Keep the last `most` results of a function of a run, in the run's memory; arguments are hashable."""

    def kept(function: Callable[Concatenate[_M, _P], _R]) -> Callable[Concatenate[_M, _P], _R]:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def asked(memory: _M, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            key = (args, tuple(sorted(kwargs.items())))
            found: _R = memory.answers.get(name, key, most, lambda: function(memory, *args, **kwargs))
            return found

        return asked

    return kept
