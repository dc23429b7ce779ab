"""What every room asks of a request: how much it may carry, and whether its answers are data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from trama.kernel.errors import BadInput

_View = TypeVar("_View", bound=Callable[..., Any])


class TooBig(BadInput):
    """More than a request may carry."""

    it = (
        "La richiesta supera {limit}: accorciare testi ed elenchi, semplificare i disegni (basta un vertice "
        "al metro) e riprovare."
    )
    en = (
        "The request exceeds {limit}: shorten texts and lists, simplify drawings (a vertex each metre is "
        "enough) and try again."
    )
    http_status = 413


def answers_data(view: _View) -> _View:
    """Mark a view that answers with data whatever is asked, so that refusals before it are data too."""
    view.answers_data = True  # type: ignore[attr-defined]
    return view
