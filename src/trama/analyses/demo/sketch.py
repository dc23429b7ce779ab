"""The hand sketch of the plain, from the norms package: watercourses, axes, the line of the springs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.demo.noise import smooth
from trama.kernel.places import METRIC_EPSG
from trama.norms import NormBook

FOLDER = "territorio/dimostrazione"
STEP_M = 60.0
BEND_M = {"fiume": 900.0}
SWING_SHARE = 0.22
"""A river's bends are about this share of their length wide; canals are drawn without bends."""


@dataclass(frozen=True, slots=True)
class Course:
    """A line of the sketch, already a curve in metres."""

    id: str
    kind: str
    name: str
    width_m: float
    line: shapely.LineString


@dataclass(frozen=True)
class Sketch:
    """What the generator knows of the territory beyond its comuni.

    Attributes
    ----------
    spots
        Named points, in metres.
    spring_half_width_m
        Half the width of the belt of springs.
    """

    waters: tuple[Course, ...] = ()
    axes: tuple[Course, ...] = ()
    spots: dict[str, tuple[float, float]] = field(default_factory=dict)
    spring_half_width_m: float = 3000.0
    well_radius_m: float = 200.0

    def north_of_springs(self, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Metres north (negative: south) of the line of the springs, drawn between its two spots."""
        (x0, y0), (x1, y1) = self.spots["fontanili_ovest"], self.spots["fontanili_est"]
        along = (np.asarray(x) - x0) / (x1 - x0)
        return np.asarray(np.asarray(y) - (y0 + along * (y1 - y0)))

    def lines(self, *names: str) -> list[shapely.Geometry]:
        """Return the courses with these ids, those that exist."""
        return [course.line for course in self.waters if course.id in names]


def read_sketch(book: NormBook, day: date, seed: int) -> Sketch:
    """Build the sketch from the tables of the norms package in force on `day`."""
    plain = book.value(f"{FOLDER}/pianura", day).value
    spots = {name: _metres(row["lon"], row["lat"]) for name, row in plain.items() if "lon" in row}
    return Sketch(
        waters=_courses(book.value(f"{FOLDER}/acque", day).value, seed),
        axes=_courses(book.value(f"{FOLDER}/assi", day).value, seed + 1),
        spots=spots,
        spring_half_width_m=float(plain["semiampiezza_fontanili"]["m"]),
        well_radius_m=float(book.value(f"{FOLDER}/raggio_rispetto_pozzi_m", day).value),
    )


def curve(points: npt.ArrayLike, bend_m: float | None, seed: int) -> shapely.LineString:
    """Turn control points into a smooth line, with bends of about `bend_m` metres where given.

    Source: corner cutting, G. Chaikin, "An algorithm for high speed curve generation", 1974.
    """
    path = np.asarray(points, np.float64)
    for _ in range(3):
        inner = np.empty((2 * (len(path) - 1), 2))
        inner[0::2] = 0.75 * path[:-1] + 0.25 * path[1:]
        inner[1::2] = 0.25 * path[:-1] + 0.75 * path[1:]
        path = np.vstack([path[:1], inner, path[-1:]])
    line = shapely.LineString(path)
    if bend_m is None:
        return shapely.simplify(line, 2.0)
    place = np.arange(0.0, line.length, STEP_M)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(line, place))
    ahead = np.gradient(xy, axis=0)
    across = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) / np.linalg.norm(ahead, axis=1, keepdims=True)
    swing = (
        (smooth(place, np.zeros_like(place), bend_m / 2, seed, octaves=2) - 0.5) * 2 * bend_m * SWING_SHARE
    )
    bent = xy + across * swing[:, None].astype(np.float64)
    for _ in range(3):
        bent[1:-1] = 0.25 * bent[:-2] + 0.5 * bent[1:-1] + 0.25 * bent[2:]
    return shapely.LineString(np.round(bent, 1))


def _courses(table: dict[str, dict[str, Any]], seed: int) -> tuple[Course, ...]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in table.values():
        rows.setdefault(str(row["linea"]), []).append(row)
    found = []
    for number, (name, points) in enumerate(rows.items()):
        first = points[0]
        xy = [_metres(point["lon"], point["lat"]) for point in points]
        line = curve(xy, BEND_M.get(first["classe"]), seed + 17 * number)
        found.append(
            Course(name, first["classe"], str(first["nome"] or ""), float(first["larghezza_m"]), line)
        )
    return tuple(found)


def _metres(lon: float, lat: float) -> tuple[float, float]:
    from pyproj import Transformer

    x, y = Transformer.from_crs(4326, METRIC_EPSG, always_xy=True).transform(lon, lat)
    return round(float(x), 1), round(float(y), 1)
