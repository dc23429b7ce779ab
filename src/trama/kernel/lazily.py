"""Names that a package gives without importing what holds them until they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def names_from(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package whose names live in its modules.

    Parameters
    ----------
    homes
        Name → module that defines it.

    >>> names_from("math", {"sqrt": "math"})("sqrt")(4.0)
    2.0
    """

    def give(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return give
