"""JSON read strictly: no key twice, no number beyond what a computer holds, no endless nesting."""

from __future__ import annotations

import json
import math
from typing import Any

_SHOWN = 60


class NotStrict(ValueError):
    """Not JSON, or JSON that two readers would understand differently; the text says why, in Italian."""


def strict_json(text: str | bytes) -> Any:
    """Return what `text` says.

    Raises
    ------
    NotStrict
        Not JSON, a key repeated (it is named), NaN or infinity, an endless number, too many levels.
    """
    try:
        return json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
            object_pairs_hook=_once,
        )
    except RecursionError:
        raise NotStrict("troppi livelli annidati") from None
    except NotStrict:
        raise
    except ValueError:
        raise NotStrict("non è un JSON valido") from None


def _no_constant(name: str) -> float:
    raise NotStrict(f"«{name}» non è un numero")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise NotStrict("contiene un numero troppo grande")
    return value


def _whole(text: str) -> int:
    _finite(text)
    return int(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise NotStrict(f"la chiave «{shown(key)}» è ripetuta")
        result[key] = value
    return result


def shown(text: str) -> str:
    """Return the beginning of a text, without what a terminal or a page cannot hold."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:_SHOWN])
