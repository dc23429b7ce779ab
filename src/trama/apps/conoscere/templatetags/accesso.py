"""Shares of the pages of access as percentages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from trama.analyses.access.figures import CategoryOf
from trama.apps.conoscere.accesso.queries import share_of
from trama.kernel.units import MISSING, format_number

register = template.Library()


def _said(text: str) -> str:
    return gettext(MISSING) if text == MISSING else text


@register.filter
def hundred(share: float | None) -> float | None:
    """Return a share as a percentage, for a bar."""
    return None if share is None else round(100 * share, 2)


@register.filter
def share(value: float | None) -> str:
    """Write a share as a percentage; None reads "dato mancante"."""
    return _said(format_number(hundred(value), "%"))


@register.filter
def bound(word: str) -> str:
    """Write the word before a figure that is a bound, with its space; nothing before one that is exact."""
    return f"{gettext(word)} " if word else ""


@register.filter
def minutes(value: float | None) -> str:
    """Write a threshold: 15 min, 7,5 min."""
    whole = value is not None and float(value).is_integer()
    return _said(format_number(value, "min", 0 if whole else 1))


@register.filter
def fixed(value: float | None, decimals: int) -> str:
    """Write a number with as many decimals as asked."""
    return _said(format_number(value, "1", decimals))


@register.filter
def beyond_percent(one: CategoryOf) -> float | None:
    """Return the percent of residents beyond the threshold of a category."""
    return share_of(one)


@register.filter
def absolute(value: float) -> float:
    """Return a number without its sign."""
    return abs(value)
