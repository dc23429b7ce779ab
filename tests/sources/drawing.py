"""Files of interventions made for the tests: by GDAL (another program) or by hand, byte by byte."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import shapely

X, Y = 514_000.0, 5_034_000.0
"""A corner in Milan, EPSG:32632."""


def square(side_m: float = 100.0, east_m: float = 0.0, north_m: float = 0.0) -> shapely.Polygon:
    return shapely.box(X + east_m, Y + north_m, X + east_m + side_m, Y + north_m + side_m)


def table(*shapes: shapely.Geometry, crs: int = 32632, **columns: list[Any]) -> geopandas.GeoDataFrame:
    frame = geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=32632)
    return frame.to_crs(crs)


def feature(shape: shapely.Geometry, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature in metres (to be declared with `metric`)."""
    return {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": properties}


def metric(*features: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}},
        "features": list(features),
    }


def as_bytes(document: Any) -> bytes:
    return json.dumps(document).encode()


def written(frame: geopandas.GeoDataFrame, driver: str, name: str, **options: Any) -> bytes:
    """The bytes of one file written by GDAL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        frame.to_file(path, driver=driver, engine="pyogrio", **options)
        return path.read_bytes()


def geopackage(frame: geopandas.GeoDataFrame, **options: Any) -> bytes:
    return written(frame, "GPKG", "x.gpkg", **options)


def shapefile_parts(frame: geopandas.GeoDataFrame) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / "area.shp", driver="ESRI Shapefile", engine="pyogrio")
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def zipped(members: dict[str, bytes]) -> bytes:
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return pack.getvalue()


def shapefile(frame: geopandas.GeoDataFrame) -> bytes:
    return zipped(shapefile_parts(frame))


def light_polyline(points: list[tuple[float, ...]], layer: str = "0", closed: bool = True) -> str:
    """An LWPOLYLINE; a third number of a point is its bulge."""
    lines = ["0", "LWPOLYLINE", "8", layer, "90", str(len(points)), "70", str(int(closed))]
    for point in points:
        lines += ["10", repr(point[0]), "20", repr(point[1])]
        if len(point) > 2:
            lines += ["42", repr(point[2])]
    return "\n".join(lines)


def dxf(*entities: str) -> bytes:
    body = "\n".join(["0", "SECTION", "2", "ENTITIES", *entities, "0", "ENDSEC", "0", "EOF"])
    return f"{body}\n".encode()


def corners(shape: shapely.Polygon) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in shape.exterior.coords[:-1]]
