"""Named classes of rasters: land-cover codes gathered by their first digits, hydrologic groups of soils."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from trama.apps.conoscere.scale import LegendClass

GROUPS: tuple[tuple[str, object, str], ...] = (
    ("111", _("Residenziale denso e continuo"), "#7f2a3a"),
    ("112", _("Residenziale discontinuo"), "#c9737c"),
    ("121", _("Produttivo, commerciale, servizi"), "#8d6b94"),
    ("122", _("Strade e ferrovie"), "#5f6368"),
    ("12", _("Porti, aeroporti"), "#4a5560"),
    ("13", _("Cave, cantieri, aree degradate"), "#a58d75"),
    ("14", _("Verde urbano e sport"), "#a3c98b"),
    ("21", _("Seminativi"), "#f3e7b0"),
    ("22", _("Colture legnose"), "#d9c36c"),
    ("23", _("Prati"), "#cfe0a0"),
    ("24", _("Aree agricole miste"), "#e6dc9b"),
    ("31", _("Boschi"), "#4d8a57"),
    ("32", _("Cespuglieti"), "#8fb573"),
    ("33", _("Suoli nudi, greti"), "#d8d3c8"),
    ("4", _("Zone umide"), "#7fb5b5"),
    ("5", _("Acque"), "#5b9bc9"),
)
"""Prefix of a DUSAF or Corine code → name and colour; the longest prefix wins."""

SOIL_GROUPS = (
    (1, _("A: alta infiltrazione"), "#ffffd4"),
    (2, _("B: media infiltrazione"), "#fed98e"),
    (3, _("C: bassa infiltrazione"), "#fe9929"),
    (4, _("D: infiltrazione molto bassa"), "#993404"),
)


def group_of(code: int) -> int | None:
    """Return the row of `GROUPS` that a code belongs to.

    >>> GROUPS[group_of(1121)][0], GROUPS[group_of(2111)][0], group_of(9)
    ('112', '21', None)
    """
    digits = str(code)
    fitting = [row for row, (prefix, _name, _colour) in enumerate(GROUPS) if digits.startswith(prefix)]
    return max(fitting, key=lambda row: len(GROUPS[row][0]), default=None)


def landcover_classes(codes: NDArray[np.integer]) -> list[LegendClass]:
    """Return the groups present among `codes`, in the order of the legend."""
    present = {group_of(int(code)) for code in np.unique(codes)}
    return [
        LegendClass(str(name), colour, value=prefix)
        for row, (prefix, name, colour) in enumerate(GROUPS)
        if row in present
    ]


def soil_classes() -> list[LegendClass]:
    """Return the four hydrologic groups."""
    return [LegendClass(str(name), colour, value=value) for value, name, colour in SOIL_GROUPS]
