"""A list of places in CSV or in a vector file: its cells by field, and a point for each row that has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from trama.kernel.errors import BadInput
from trama.kernel.layers import Manifest
from trama.sources.errors import NoValues
from trama.sources.opening import VECTORS, opened
from trama.sources.original import Original, Reading
from trama.sources.territory import Territory
from trama.sources.vector_files import read_every_row, read_features
from trama.sources.works.columns import Usual, match_columns
from trama.sources.works.csv_rows import read_rows
from trama.sources.works.placing import coordinates, into_metres
from trama.sources.works.values import Unclear

if TYPE_CHECKING:
    import geopandas

MOST_ROWS = 1_000_000


class TooManyRows(BadInput):
    """A list with more rows than a list of services or of stops can have."""

    it = (
        "«{name}» ha {rows} righe e il limite è {limit}: non è stato letto. Ritagliarlo sul territorio, o "
        "controllare che sia un elenco di luoghi."
    )
    en = "“{name}” has {rows} rows and the limit is {limit}: it was not read. Cut it on the territory."


@dataclass
class Listed:
    """Rows of a list.

    Attributes
    ----------
    numbers
        Number of each row in its file.
    columns
        Names of all the columns.
    whole
        The cells of each row, by column.
    found
        Field → column.
    points
        The place of each row in metres; None where it has none. Areas and lines give a point on them.
    wrong
        Row → why its place cannot be read.
    """

    numbers: list[int]
    columns: list[str]
    whole: list[dict[str, Any]]
    found: dict[str, str]
    points: list[shapely.Geometry | None]
    wrong: dict[int, str]

    def cell(self, row: int, name: str) -> Any:
        """Return the cell of a field; None where the list has no such column."""
        column = self.found.get(name)
        return None if column is None else self.whole[row].get(column)


def read_list(
    original: Original,
    manifest: Manifest,
    usual: Usual,
    reading: Reading,
    territory: Territory,
    given: Mapping[str, str] | None = None,
) -> Listed:
    """Read a list and find its columns.

    Parameters
    ----------
    given
        Field → column, where it is known already: the usual names are then not looked for.

    Raises
    ------
    NoValues, TooManyRows, MissingField, UnreadableData, MissingCrs, WhichLayer
        And what `trama.sources.opening.opened` raises.
    """
    parsed = read_rows(original, reading)
    if parsed is not None:
        columns, rows = parsed
        numbers, whole = [number for number, _ in rows], [cells for _, cells in rows]
        shapes: list[Any] = [None] * len(rows)
    else:
        table = _features(original, reading, territory)
        columns = [str(name) for name in table.columns if name != "geometry"]
        numbers, whole = [int(fid) for fid in table.index], table[columns].to_dict("records")
        shapes = list(table.geometry.to_numpy())
    if not numbers:
        raise NoValues(name=original.name, why="l'elenco non ha righe.")
    if len(numbers) > MOST_ROWS:
        raise TooManyRows(name=original.name, rows=len(numbers), limit=MOST_ROWS)
    found = dict(given) if given else match_columns(columns, manifest, original, reading, usual)
    listed = Listed(numbers, columns, whole, found, [], {})
    listed.points = _points(listed, shapes, original, reading)
    return listed


def _features(original: Original, reading: Reading, territory: Territory) -> geopandas.GeoDataFrame:
    """Return every feature; of a file with very many, those near the territory."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    with opened(original.path, VECTORS, inners=original.inners) as file:
        try:
            inner = original.inner or None
            count = int(pyogrio.read_info(file.target, layer=inner).get("features") or 0)
        except (DataSourceError, DataLayerError, ValueError):
            count = 0  # the reader will say what is wrong
    if count <= MOST_ROWS:
        return read_every_row(original, reading)
    if territory.shape is None:
        raise TooManyRows(name=original.name, rows=count, limit=MOST_ROWS)
    return read_features(original, reading, territory.shape.bounds)


def _points(
    listed: Listed, shapes: list[Any], original: Original, reading: Reading
) -> list[shapely.Geometry | None]:
    """Return a point for each row: of its shape, or of its coordinates."""
    drawn = [shape is not None and not shape.is_empty for shape in shapes]
    written: list[shapely.Geometry | None] = [None] * len(shapes)
    degrees = [False] * len(shapes)
    for row in (row for row, has in enumerate(drawn) if not has):
        try:
            cells = {name: listed.cell(row, name) for name in ("wkt", "lon", "lat", "x", "y")}
            written[row], degrees[row] = _not_zero(*coordinates(cells))
        except Unclear as error:
            listed.wrong[row] = str(error)
    if any(degrees):
        reading.notes.append("Le coordinate in gradi sono lette come WGS 84 (EPSG:4326).")
    moved = into_metres(written, degrees, original.crs)
    shapes = [shape if has else there for has, shape, there in zip(drawn, shapes, moved, strict=True)]
    array = np.array(shapes, dtype=object)
    other = (shapely.get_dimensions(array) > 0) & ~shapely.is_missing(array)
    if other.any():
        array[other] = shapely.point_on_surface(shapely.make_valid(array[other]))
        reading.notes.append(f"{int(other.sum())} elementi non sono punti: vale un punto al loro interno.")
    many = shapely.get_type_id(array) == shapely.GeometryType.MULTIPOINT
    array[many] = shapely.get_geometry(array[many], 0)
    finite = np.isfinite(shapely.get_x(array)) & np.isfinite(shapely.get_y(array))
    for row in np.flatnonzero(~shapely.is_missing(array) & ~finite).tolist():
        listed.wrong.setdefault(row, "coordinate impossibili")
    return [shape if there else None for shape, there in zip(array, finite, strict=True)]


def _not_zero(shape: shapely.Geometry | None, degrees: bool) -> tuple[shapely.Geometry | None, bool]:
    """Return no place for zero degrees and zero: it is how programs write that there is none."""
    if shape is not None and shape.geom_type == "Point" and shape.x == 0 and shape.y == 0:
        return None, False
    return shape, degrees
