"""What to do where computed layers rest on data replaced since: which data, and what computes them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from trama.analyses import freshness
from trama.apps.conoscere import keepers
from trama.apps.conoscere.arrivals.recomputing_rooms import RUNS
from trama.lake import Lake, Version


@dataclass(frozen=True, slots=True)
class Replaced:
    """An input replaced since; `used` is empty where it was not there."""

    layer: str
    title: str
    used: str
    now: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """Where the layers of an analysis are computed again."""

    analysis: str
    name: str
    address: str


_PAGES = {
    "storm": "conoscere:ricalcola-storm",
    "warm": "conoscere:ricalcola-warm",
    "opere": "conoscere:opere",
}
ORDER = (*_PAGES, *RUNS)
"""In this order each finds what it reads already computed."""


def replaced(lake: Lake, version: Version) -> list[Replaced]:
    """Return the inputs of a version that were replaced since."""
    return told(lake, freshness.superseded(lake, version))


def told(lake: Lake, superseded: dict[str, tuple[str, str]]) -> list[Replaced]:
    """Return replaced inputs with their titles."""
    return [
        Replaced(layer, lake.version(layer).manifest.title, "" if used == freshness.NONE else used, now)
        for layer, (used, now) in superseded.items()
    ]


def remedies(versions: Iterable[Version]) -> list[Remedy]:
    """Return what computes `versions` again, each once, in the order in which to do it."""
    found = {version.provenance.made_by: keepers.maker(version) for version in versions}
    return [Remedy(one, found[one], _address(one)) for one in ORDER if one in found]


def _address(analysis: str) -> str:
    if analysis in _PAGES:
        return reverse(_PAGES[analysis])
    return reverse("conoscere:ricalcola-stanza", args=[analysis])


def by_analysis(lake: Lake) -> list[dict[str, Any]]:
    """Return the layers to be computed again, an analysis at a time, each with its remedy."""
    stale = [lake.version(one.layer) for one in freshness.stale(lake)]
    makers = {version.provenance.made_by: keepers.maker(version) for version in stale}
    return [
        {
            "name": makers[maker],
            "versions": its,
            "remedies": remedies(its),
        }
        for maker in sorted(makers, key=lambda one: ORDER.index(one) if one in ORDER else len(ORDER))
        if (its := [version for version in stale if version.provenance.made_by == maker])
    ]
