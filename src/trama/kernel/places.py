"""Codes of places: ISTAT codes of comuni, and the projected reference system areas are measured in."""

from __future__ import annotations

import re

METRIC_EPSG = 32632
"""ETRS/WGS 84 UTM 32 N: the one system in which Trama measures lengths and areas."""

_ISTAT = re.compile(r"\d{6}")


def is_istat_code(code: object) -> bool:
    """Tell whether `code` is a six-digit ISTAT code kept as text.

    >>> is_istat_code("015146"), is_istat_code(15146)
    (True, False)
    """
    return isinstance(code, str) and bool(_ISTAT.fullmatch(code))
