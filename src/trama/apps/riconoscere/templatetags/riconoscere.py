"""A criterion as asked, and shares as percentages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import mark_safe

from trama.apps.riconoscere.form import Item
from trama.apps.riconoscere.panel import Panel
from trama.kernel.units import format_number

register = template.Library()


@register.inclusion_tag("riconoscere/voce.html")
def voce(panel: Panel, item: Item, pieces: Mapping[str, str]) -> dict[str, Any]:
    """Show a criterion or a question of a sheet: what it asks, what is known, how to answer."""
    # The piece was rendered, and escaped, by its own template.
    piece = mark_safe(pieces.get(f"voce/{panel.sheet.id}/{item.id}", ""))  # noqa: S308
    return {"panel": panel, "item": item, "piece": piece, "name": f"{panel.slug}-{item.id}"}


@register.simple_tag
def pezzo(pieces: Mapping[str, str], name: str, sheet: str) -> str:
    """Return a sheet's piece of the page, rendered and escaped by its own template."""
    return mark_safe(pieces.get(f"{name}/{sheet}", ""))  # noqa: S308


@register.simple_tag
def pezzo_progetto(pieces: Mapping[str, str], name: str, key: str) -> str:
    """Return a piece about the project, the same for every sheet, rendered and escaped by its template."""
    return mark_safe(pieces.get(f"{name}-{key}", ""))  # noqa: S308


@register.filter
def percent(share: float) -> str:
    """Write a share (0-1) as a percentage: ``0.345`` reads "34,5 %"."""
    return format_number(100 * share, "%")
