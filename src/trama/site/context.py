"""What every page's frame needs: the four verbs, the name of the office, the mode."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from trama import __version__
from trama.analyses.installation import open_installation
from trama.kernel.errors import TramaError


@dataclass(frozen=True, slots=True)
class Verb:
    """One of the four verbs of the plan, as a door, with what is behind it (name, address)."""

    id: str
    name: object
    promise: object
    url: str
    current: bool
    within: list[tuple[object, str]]


_VERBS = (
    (
        "conoscere",
        _("Conoscere"),
        _("Mappe, comuni e livelli informativi: che cosa si sa del territorio, da quali dati e di quando."),
    ),
    (
        "riconoscere",
        _("Riconoscere"),
        _("Valutare un intervento con le Schede Norma: ogni numero con il suo perché."),
    ),
    (
        "promuovere",
        _("Promuovere"),
        _("Fondo perequativo, bandi e accordi. Questa parte non c'è ancora."),
    ),
    (
        "monitorare",
        _("Monitorare"),
        _("Indicatori, traguardi e rapporto sull'attuazione. Questa parte non c'è ancora."),
    ),
)

_WITHIN = {
    "conoscere": (
        (_("Mappa"), "conoscere:mappa"),
        (_("Indici"), "conoscere:indici"),
        (_("Suoli"), "conoscere:suoli"),
        (_("Rete Verde"), "conoscere:rete-verde"),
        (_("Servizi"), "conoscere:servizi"),
        (_("Luoghi della mobilità"), "conoscere:lum"),
        (_("Accesso a piedi"), "conoscere:accesso"),
        (_("Opere finanziate"), "conoscere:opere"),
        (_("Comuni"), "conoscere:comuni"),
    ),
    "riconoscere": (
        (_("Valuta un intervento"), "riconoscere:valuta"),
        (_("Prova soluzioni sulla mappa"), "scenari:index"),
        (_("Invarianza idraulica"), "invarianza:index"),
        (_("Dove mettere un servizio"), "localizza:index"),
        (_("Perimetri dei LUM"), "lum:index"),
    ),
}
_ROOMS = {"riconoscere": ("/riconoscere/", "/scenari/")}
"""Addresses that belong to a verb besides its own."""


def verbs(request: HttpRequest) -> list[Verb]:
    """Return the four verbs; those whose app is not there have no address."""
    return [
        Verb(
            key,
            name,
            promise,
            _address(f"{key}:index"),
            request.path.startswith(_ROOMS.get(key, (f"/{key}/",))),
            [(room, address) for room, view in _WITHIN.get(key, ()) if (address := _address(view))],
        )
        for key, name, promise in _VERBS
    ]


def institution() -> str:
    """Return the name of the office: the setting, else the title of the norms package, else nothing."""
    if settings.INSTITUTION:
        return str(settings.INSTITUTION)
    try:
        return open_installation().book.package.title
    except TramaError:
        return ""


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor of the page's frame."""
    return {
        "verbs": verbs(request),
        "institution": institution(),
        "local_mode": settings.LOCAL_MODE,
        "accessibility_url": settings.ACCESSIBILITY_URL,
        "software": __version__,
    }


def _address(view: str) -> str:
    """Return the address of a page, empty where its app is not there."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
