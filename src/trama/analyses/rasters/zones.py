"""Read the zones, whatever vector file they come in, and tell which zone a cell belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.rasters.errors import FarZones, MissingCrs, NotPolygons, NoZones, unreadable
from trama.analyses.rasters.geopackage import Features, read_plain_geopackage

if TYPE_CHECKING:
    from rasterio.crs import CRS

    from trama.analyses.rasters.grid import Grid

Labels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.int32]
POLYGON, MULTIPOLYGON = 3, 6
SLIVER = 1e-4
"""Overlap of two zones, in square units, that is only the rounding of their shared border."""


@dataclass(frozen=True)
class Zones:
    """Zones in the order of the file.

    Parameters
    ----------
    fids
        The file's own feature numbers.
    attributes
        Column name → values, one per zone.
    shapes
        Polygons in the land cover's coordinate system; None where a feature has no geometry.
    sheets
        Zone numbers (from 0) in groups within which no two zones overlap: each group is one label raster.
    """

    fids: tuple[int, ...]
    attributes: dict[str, list[Any]]
    shapes: npt.NDArray[np.object_]
    sheets: tuple[tuple[int, ...], ...]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all the zones."""
        west, south, east, north = shapely.total_bounds(self.shapes).tolist()
        return west, south, east, north


def read_zones(path: Path, crs: CRS) -> Zones:
    """Read polygons and attributes, and bring them into `crs`.

    Raises
    ------
    UnreadableFile, MissingCrs, NoZones, NotPolygons, FarZones
        Each says what to do.
    """
    import rasterio.crs

    found = read_plain_geopackage(path) or _read_any(path)
    if not found.geometry:
        raise NoZones(path=path)
    if not found.crs:
        raise MissingCrs(path=path)
    try:
        shapes = _polygons(path, shapely.force_2d(shapely.from_wkb(found.geometry)))
    except shapely.errors.GEOSException as error:
        raise unreadable(path, "file vettoriale", error) from error
    own = rasterio.crs.CRS.from_user_input(found.crs)
    if not (own.is_projected or own.is_geographic):  # an undefined system, written as a local one
        raise MissingCrs(path=path)
    if own != crs:
        shapes = _transform(shapes, own, crs)
        if not np.isfinite(shapely.bounds(shapes[~shapely.is_missing(shapes)])).all():
            raise FarZones(path=path, crs=crs.to_string()[:60])
    return Zones(tuple(found.fids), found.attributes, shapes, disjoint_sheets(shapes))


def _read_any(path: Path) -> Features:
    """Read whatever the vector libraries read, its first layer: slower to start."""
    if path.suffix.lower() in (".parquet", ".geoparquet"):
        return _read_parquet(path)
    import pyogrio
    import pyogrio.raw

    try:
        first = str(pyogrio.list_layers(path)[0, 0])
        meta, fids, geometry, columns = pyogrio.raw.read(path, layer=first, return_fids=True, force_2d=True)
    except Exception as error:
        raise unreadable(path, "file vettoriale", error) from error
    return Features(
        crs=meta["crs"],
        fids=[int(fid) for fid in fids],
        geometry=[] if geometry is None else list(geometry),
        attributes={str(name): values.tolist() for name, values in zip(meta["fields"], columns, strict=True)},
    )


def _read_parquet(path: Path) -> Features:
    """Read GeoParquet, the format of the lake's own tables; features are numbered from 0."""
    import geopandas

    try:
        frame = geopandas.read_parquet(path)
    except Exception as error:
        raise unreadable(path, "file vettoriale", error) from error
    plain = frame.drop(columns=frame.geometry.name)
    return Features(
        crs=frame.crs.to_wkt() if frame.crs else None,
        fids=list(range(len(frame))),
        geometry=shapely.to_wkb(frame.geometry.to_numpy()).tolist(),
        attributes={str(name): plain[name].tolist() for name in plain.columns},
    )


def _polygons(path: Path, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Refuse what is not a polygon; mend what crosses itself."""
    kinds = shapely.get_type_id(shapes)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not there.any():
        raise NoZones(path=path)
    wrong = there & ~np.isin(kinds, (POLYGON, MULTIPOLYGON))
    if wrong.any():
        raise NotPolygons(path=path, kinds=", ".join(sorted({shape.geom_type for shape in shapes[wrong]})))
    shapes[~there] = None
    crossed = there & ~shapely.is_valid(shapes)
    if crossed.any():
        shapes[crossed] = shapely.make_valid(shapes[crossed])
    return shapes


def _transform(shapes: npt.NDArray[np.object_], own: CRS, target: CRS) -> npt.NDArray[np.object_]:
    from pyproj import Transformer

    turn = Transformer.from_crs(own.to_wkt(), target.to_wkt(), always_xy=True)
    moved: npt.NDArray[np.object_] = shapely.transform(shapes, turn.transform, interleaved=False)
    return moved


def disjoint_sheets(shapes: npt.NDArray[np.object_]) -> tuple[tuple[int, ...], ...]:
    """Group zones so that no two of a group overlap; a shared border is no overlap. Usually one group."""
    here = np.flatnonzero(~shapely.is_missing(shapes))
    first, second = shapely.STRtree(shapes[here]).query(shapes[here], predicate="intersects")
    ahead = first < second
    first, second = here[first[ahead]], here[second[ahead]]
    over = shapely.relate_pattern(shapes[first], shapes[second], "T********")
    over[over] = shapely.area(shapely.intersection(shapes[first[over]], shapes[second[over]])) > SLIVER
    foes: dict[int, set[int]] = {}
    for one, other in zip(first[over].tolist(), second[over].tolist(), strict=True):
        foes.setdefault(one, set()).add(other)
        foes.setdefault(other, set()).add(one)
    sheets: list[set[int]] = []
    for zone in here.tolist():
        enemies = foes.get(zone, set())
        home = next((sheet for sheet in sheets if not sheet & enemies), None) if enemies else None
        if home is None and not enemies and sheets:
            home = sheets[0]
        if home is None:
            home = set()
            sheets.append(home)
        home.add(zone)
    return tuple(tuple(sorted(sheet)) for sheet in sheets)


class Labeller:
    """Tells, for a block of cells, the zone of each: 1 + the zone's place in the file; 0 is none.

    A cell belongs to the zone that holds its centre.
    """

    def __init__(self, zones: Zones, grid: Grid) -> None:
        self._grid = grid
        self._bounds = shapely.bounds(zones.shapes)
        self._sheets = zones.sheets
        self._outlines = [shape and shapely.geometry.mapping(shape) for shape in zones.shapes]
        self.zones = count = len(zones.shapes)
        self._dtype = "uint8" if count < 255 else "uint16" if count < 65535 else "int32"

    def sheets(self) -> int:
        """Return how many label rasters the zones need: one, unless some overlap."""
        return len(self._sheets)

    def labels(self, sheet: int, row: int, column: int, shape: tuple[int, int]) -> Labels:
        """Return the labels of a block that starts at `row`, `column` of the grid."""
        from rasterio.features import rasterize

        west, south, east, north = self._grid.box_of(row, column, *shape)
        cell = self._grid.transform
        transform = type(cell)(cell.a, 0.0, west, 0.0, cell.e, north)
        inside = [
            (self._outlines[zone], zone + 1)
            for zone in self._sheets[sheet]
            if self._bounds[zone, 0] < east
            and self._bounds[zone, 2] > west
            and self._bounds[zone, 1] < north
            and self._bounds[zone, 3] > south
        ]
        if not inside:
            return np.zeros(shape, dtype=self._dtype)
        labels: Labels = rasterize(inside, out_shape=shape, transform=transform, fill=0, dtype=self._dtype)
        return labels
