"""Words of the templates, there in every one: the bundle's files, numbers, dates, labels, "Perché?"."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, json_script
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext

from trama.apps.conoscere import boundaries
from trama.apps.conoscere.arrivals import remedies
from trama.kernel.citations import Status
from trama.kernel.errors import Unavailable
from trama.kernel.layers import FieldSpec
from trama.kernel.units import MISSING, UNITS, format_number
from trama.lake import Version, open_lake
from trama.site.script_words import SENTENCES

register = template.Library()
WHOLE = {"inhabitant": 0, "inhabitant/km2": 0, "count": 0, "class": 0}
"""Units whose values are shown without decimals."""
_SWAPPED = str.maketrans(",.", ".,")
_WORDS = frozenset({"abitanti", "abitante", "punti", "punto", "anni", "anno", "giorni", "giorno", "classe"})
"""Units that are words, which have another one in another language."""


class FrontendNotBuilt(Unavailable):
    """The bundle is missing or holds no such page."""

    it = "L'interfaccia non è stata costruita: eseguire «make frontend» e riavviare."
    en = "The front end has not been built: run “make frontend” and restart."


@lru_cache(maxsize=8)
def _read_manifest(path: Path, _written: int) -> dict[str, dict[str, str | None]]:
    entries: dict[str, dict[str, str | None]] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def bundle(name: str) -> dict[str, str | None]:
    """Return the files of one entry of the bundle; raises `FrontendNotBuilt`."""
    path = settings.FRONTEND / "manifest.json"
    if not path.is_file():
        raise FrontendNotBuilt
    entries = _read_manifest(path, path.stat().st_mtime_ns)
    if name not in entries:
        raise FrontendNotBuilt
    return entries[name]


@register.simple_tag
def page_script(name: str) -> SafeString:
    """Link the script and the styles of ``frontend/src/pages/<name>.ts``."""
    files = bundle(name)
    style = format_html('<link rel="stylesheet" href="{}">', static(files["css"])) if files["css"] else ""
    script = format_html('<script type="module" src="{}"></script>', static(str(files["js"])))
    return mark_safe(f"{style}{script}")  # noqa: S308 - both halves are escaped above


@register.simple_tag
def script_words(language: str) -> SafeString:
    """Write the sentences of the scripts in the language of the page; nothing where that is Italian."""
    if language == "it":
        return mark_safe("")
    return json_script({one: gettext(one) for one in SENTENCES}, "script-words")


@register.simple_tag
def bundle_url(name: str) -> str:
    """Return the address of an entry's script."""
    return static(str(bundle(name)["js"]))


@register.filter
def number(value: Any, unit: str = "1") -> str:
    """Write a number the Italian way with its unit; text passes through, None reads "dato mancante"."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return gettext("sì") if value else gettext("no")
    return said(format_number(value, unit if unit in UNITS else "1", WHOLE.get(unit)))


def said(text: str) -> str:
    """Return a number as the kernel writes it, its words in the reader's language; figures stay Italian."""
    if text == MISSING:
        return gettext(MISSING)
    return " ".join(gettext(word) if word in _WORDS else word for word in text.split(" "))


@register.filter
def bare(value: Any, unit: str = "1") -> str:
    """Write a number the Italian way without its unit, which is said elsewhere."""
    text = number(value, unit)
    symbol = said(UNITS.get(unit, ""))
    return text.removesuffix(f" {symbol}") if symbol else text


@register.filter
def signed(value: float | None, unit: str = "1") -> str:
    """Write a change with its sign, with the decimals that show a small one."""
    if value is None:
        return said(format_number(None))
    text = format_number(abs(value), unit, 3)
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{text}"


@register.filter
def unit_symbol(unit: str) -> str:
    """Return the symbol of a unit code."""
    return said(UNITS.get(unit, unit))


@register.filter
def day(value: Any) -> str:
    """Write a day the Italian way: 28.02.2024; instants are shown in local time with the hour."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        moment = localtime(value) if value.tzinfo else value
        return f"{moment:%d.%m.%Y, %H:%M}"
    return f"{value:%d.%m.%Y}"


@register.filter
def percent(share: float | None) -> str:
    """Write a share from 0 to 1 as whole percents; None reads "dato mancante"."""
    return said(format_number(None if share is None else 100 * share, "%", 0))


@register.filter
def service_step(step: str, above: str) -> str:
    """Put a step of a trace under another: ``dotazione`` under ``comuni``."""
    return f"{above}/{step}"


@register.simple_tag
def why(trace: str, step: str = "", about: str = "") -> SafeString:
    """Return the link "Perché?" that opens the explanation of a number; nothing where there is no trace."""
    if not trace:
        return mark_safe("")
    address = reverse("conoscere:perche", args=[trace])
    if step:
        address = f"{address}?{urlencode({'passo': step})}"
    hidden = format_html('<span class="visually-hidden"> {}</span>', about) if about else ""
    return format_html('<a class="why" data-why href="{}">{}{}</a>', address, gettext("Perché?"), hidden)


@register.simple_tag
def why_number(trace: str, step: str, value: Any, unit: str = "1") -> SafeString:
    """Write a number, without its unit, as a link to its own explanation; plain where there is none."""
    if not trace or value is None:
        return format_html("{}", bare(value, unit))
    address = f"{reverse('conoscere:perche', args=[trace])}?{urlencode({'passo': step})}"
    return format_html(
        '<a class="why-number" data-why href="{}">{}<span class="visually-hidden">{}</span></a>',
        address,
        bare(value, unit),
        gettext(", perché?"),
    )


@register.inclusion_tag("etichette.html")
def labels(**which: Any) -> dict[str, Any]:
    """Show the honest labels: ``synthetic``, ``unofficial``, ``generalised``, ``missing``, ``stale``."""
    return which


@register.inclusion_tag("conoscere/sostituiti.html")
def replaced(version: Version) -> dict[str, Any]:
    """Say which data of a version were replaced since, and what computes it again."""
    found = remedies.replaced(open_lake(), version)
    return {"replaced": found, "remedies": remedies.remedies([version]) if found else []}


@register.filter
def layer_title(layer: str) -> str:
    """Return the title of a layer; its id where it is no longer there."""
    lake = open_lake()
    return lake.version(layer).manifest.title if lake.has(layer) else layer


@register.simple_tag
def comuni_generalised() -> bool:
    """Tell whether the current boundaries of the comuni are generalised."""
    return boundaries.comuni_generalised(open_lake())


@register.filter
def unofficial(status: Any) -> bool:
    """Tell whether a status (or its name) must be labelled "valore non ufficiale"."""
    if not status:
        return False
    return not (status if isinstance(status, Status) else Status(status)).official


@register.filter
def unlocalized(value: Any) -> str:
    """Write a number for a machine: a point for decimals, nothing between thousands."""
    return str(value)


@register.filter
def plain_cell(value: Any) -> str:
    """Write a cell of a table of the norms: numbers the Italian way, as many decimals as they have.

    >>> plain_cell(1000), plain_cell(50194050.0), plain_cell(0.4), plain_cell(None)
    ('1.000', '50.194.050', '0,4', '—')
    """
    if value is None or value == "":
        return "—"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,.12g}".translate(_SWAPPED)
    return str(value)


@register.simple_tag
def cell_of(value: Any, columns: list[FieldSpec], at: int, grain: str) -> SafeString:
    """Return one table cell: the key as a heading (linked, for comuni), numbers to the right."""
    spec = columns[at]
    if at == 0:
        if grain == "comuni" and spec.name == "istat":
            address = reverse("conoscere:comune", args=[value])
            return format_html('<th scope="row"><a href="{}">{}</a></th>', address, value)
        return format_html('<th scope="row">{}</th>', value)
    if spec.type == "text":
        return format_html("<td>{}</td>", "" if value is None else value)
    return format_html('<td class="figure-cell">{}</td>', bare(value, spec.unit))
