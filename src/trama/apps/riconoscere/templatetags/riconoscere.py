"""A criterion as asked, and shares as percentages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import mark_safe

from trama.apps.riconoscere.form import Item
from trama.kernel.units import format_number

register = template.Library()


@register.inclusion_tag("riconoscere/voce.html")
def voce(item: Item, pieces: Mapping[str, str]) -> dict[str, Any]:
    """Show a criterion or a question: what it asks, what is known, how to answer."""
    # The piece was rendered, and escaped, by its own template.
    return {"item": item, "piece": mark_safe(pieces.get(f"voce-{item.id}", ""))}  # noqa: S308


@register.filter
def percent(share: float) -> str:
    """Write a share (0-1) as a percentage: ``0.345`` reads "34,5 %"."""
    return format_number(100 * share, "%")
