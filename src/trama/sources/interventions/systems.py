"""Reference systems: the six accepted ones, telling a wrong one, and the way to metres.

The accepted systems are Italy's, hence Italy is the window in which coordinates must fall. Longitude and
latitude of Italy never overlap (6.6-18.6 and 35.4-47.1), so that swapped coordinates are always noticed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from trama.kernel.notices import Notice
from trama.kernel.places import METRIC_EPSG
from trama.sources.interventions.errors import ConflictingCrs, MissingCrs, SwappedAxes, UnknownCrs, WrongCrs
from trama.sources.interventions.raw import RawFile, shown

ACCEPTED = {
    32632: "WGS 84 / UTM 32N",
    25832: "ETRS89 / UTM 32N",
    6707: "RDN2008 / UTM 32N (N-E)",
    7791: "RDN2008 / UTM 32N",
    3003: "Monte Mario / Gauss-Boaga ovest",
    4326: "WGS 84, longitudine e latitudine",
}
SAME_AS_METRIC = {32632, 25832, 6707, 7791}
"""Realisations that agree with `METRIC_EPSG` within 1 m (EPSG's null transformations, accuracy 1 m)."""

ITALY_LON_LAT = (6.6, 35.4, 18.6, 47.1)
ITALY_UTM_32 = (300_000.0, 3_900_000.0, 1_350_000.0, 5_250_000.0)
ITALY_GAUSS_BOAGA_WEST = (1_300_000.0, 3_900_000.0, 2_350_000.0, 5_250_000.0)
MAX_WKT = 20_000

_EPSG = re.compile(
    r"(?:urn:ogc:def:crs:)?EPSG:(?:[0-9.]*:)?([0-9]{4,6})"
    r"|https?://www\.opengis\.net/def/crs/EPSG/[0-9.]+/([0-9]{4,6})",
    re.IGNORECASE,
)
_CRS84 = re.compile(
    r"(?:urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?OGC[:/][0-9.]*[:/]?CRS84", re.IGNORECASE
)


def accepted_list() -> str:
    """Return the accepted codes as a sentence shows them."""
    return ", ".join(f"EPSG:{code}" for code in ACCEPTED)


def from_name(text: str) -> int:
    """Read ``EPSG:3003``, ``3003`` or the urn of OGC; raises `UnknownCrs` outside the accepted list."""
    text = text[:200].strip()
    if _CRS84.fullmatch(text):
        return 4326
    match = _EPSG.fullmatch(text)
    digits = (match.group(1) or match.group(2)) if match else text
    return checked(int(digits)) if re.fullmatch(r"[0-9]{4,6}", digits) else _unknown(text)


def checked(code: int) -> int:
    """Return `code` if it is accepted; raises `UnknownCrs`."""
    return code if code in ACCEPTED else _unknown(f"EPSG:{code}")


@lru_cache(maxsize=64)
def from_wkt(text: str) -> int:
    """Recognise a system written as WKT (a ``.prj``); it is only compared, never used to transform.

    Raises
    ------
    UnknownCrs
        It is not one of the accepted ones, or it is not WKT.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    text = text.strip().strip("\x00")
    if len(text) > MAX_WKT or not re.match(r"[A-Za-z]+\s*\[", text):
        return _unknown("del .prj", "of the .prj")
    try:
        code = CRS.from_wkt(text).to_epsg(min_confidence=70)
    except (CRSError, ValueError, RecursionError):
        return _unknown("del .prj", "of the .prj")
    named = re.search(r'"([^"]{1,60})"', text)
    return checked(code) if code else _unknown(f"«{named.group(1)}»" if named else "del .prj")


def _unknown(found: str, found_en: str = "") -> int:
    raise UnknownCrs(found=shown(found, 80), found_en=shown(found_en or found, 80), accepted=accepted_list())


def decide(raw: RawFile, given: int | None) -> int:
    """Return the system to read `raw` in: the declared one, or the given one where none is declared.

    Raises
    ------
    MissingCrs, ConflictingCrs, UnknownCrs
    """
    if given is not None:
        checked(given)
    if raw.crs is None and given is None:
        detail, detail_en = raw.crs_detail
        raise MissingCrs(name=raw.name, detail=detail, detail_en=detail_en, accepted=accepted_list())
    if raw.crs is not None and given is not None and raw.crs != given:
        raise ConflictingCrs(name=raw.name, inside=raw.crs, given=given)
    return raw.crs if raw.crs is not None else int(given or 0)


def window(crs: int) -> tuple[float, float, float, float]:
    """Return the bounds of Italy in `crs`, generously: west, south, east, north."""
    if crs == 4326:
        return ITALY_LON_LAT
    return ITALY_GAUSS_BOAGA_WEST if crs == 3003 else ITALY_UTM_32


def check_plausible(points: npt.NDArray[np.float64], crs: int, name: str) -> None:
    """Refuse coordinates that cannot be in `crs`.

    Parameters
    ----------
    points
        All the vertices, shape (n, 2), east first.

    Raises
    ------
    SwappedAxes
        Read the other way round they would fall in Italy.
    WrongCrs
        They fall outside Italy; the sentence names the system they look like, if any.
    """
    if _inside(points, crs).all():
        return
    x, y = (float(value) for value in points[np.flatnonzero(~_inside(points, crs))[0]])
    shown = {"name": name, "x": _short(x), "y": _short(y)}
    swapped = points[:, ::-1]
    if _inside(swapped, crs).all():
        degrees = crs == 4326
        raise SwappedAxes(
            **shown,
            found="latitudine-longitudine" if degrees else "nord-est",
            wanted="longitudine-latitudine" if degrees else "est-nord",
            found_en="latitude-longitude" if degrees else "north-east",
            wanted_en="longitude-latitude" if degrees else "east-north",
        )
    hint, hint_en = _resembles(points, crs)
    raise WrongCrs(**shown, crs=crs, hint=hint, hint_en=hint_en)


def _resembles(points: npt.NDArray[np.float64], crs: int) -> tuple[str, str]:
    for other in (32632, 3003, 4326):
        if window(other) != window(crs):
            for order in (points, points[:, ::-1]):
                if _inside(order, other).all():
                    return (
                        f"Sembrano in EPSG:{other} ({ACCEPTED[other]}).",
                        f"They look like EPSG:{other} ({ACCEPTED[other]}).",
                    )
    if _inside(points / 1000, 32632).all() or _inside(points / 1000, 3003).all():
        return (
            "Sembrano in millimetri: portare il disegno in metri.",
            "They look like millimetres: use metres.",
        )
    return (
        "Il disegno forse ha un'origine propria: georiferirlo.",
        "The drawing perhaps has an origin of its own: georeference it.",
    )


def _inside(points: npt.NDArray[np.float64], crs: int) -> npt.NDArray[np.bool_]:
    west, south, east, north = window(crs)
    x, y = points[:, 0], points[:, 1]
    return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))


def _short(value: float) -> str:
    return f"{value:.6g}" if abs(value) < 1000 else f"{value:.12g}"


@lru_cache(maxsize=8)
def _transformer(source: int, target: int) -> Any:
    from pyproj import Transformer
    from pyproj.transformer import AreaOfInterest

    west, south, east, north = ITALY_LON_LAT
    return Transformer.from_crs(
        source,
        target,
        always_xy=True,
        allow_ballpark=False,
        area_of_interest=AreaOfInterest(west, south, east, north),
    )


def to_metric(points: npt.NDArray[np.float64], crs: int) -> npt.NDArray[np.float64]:
    """Return `points` (shape (n, 2), east first) in EPSG:32632, metres.

    ETRS89 and RDN2008 are taken as they are (agreement within 1 m). Monte Mario goes through EPSG:1660,
    "Monte Mario to WGS 84 (4)", seven parameters, stated accuracy 4 m: the grids of the Istituto Geografico
    Militare, which reach decimetres, are not free. Degrees are projected exactly.
    """
    if crs in SAME_AS_METRIC:
        return points
    x, y = _transformer(crs, METRIC_EPSG).transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y])


def to_lon_lat(points: Sequence[Sequence[float]] | npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return points of EPSG:32632 (shape (n, 2), metres) as longitude and latitude."""
    given = np.asarray(points, dtype=np.float64)
    lon, lat = _transformer(METRIC_EPSG, 4326).transform(given[:, 0], given[:, 1])
    return np.column_stack([lon, lat])


def accuracy_notice(crs: int) -> list[Notice]:
    """Return what is to be said about the accuracy of the way from `crs` to metres."""
    if crs != 3003:
        return []
    return [
        Notice(
            "monte_mario",
            "Coordinate Monte Mario trasformate con una precisione di circa 4 m.",
            "Monte Mario coordinates transformed with an accuracy of about 4 m.",
        )
    ]
