"""A server on this machine that answers as one layer of an ArcGIS REST service does.

After Esri's reference of "Map Service/Layer" and "Query": an error is an ``error`` object with HTTP status
200, an answer holds at most ``maxRecordCount`` elements and says ``exceededTransferLimit``, ids are never
cut. As some services do, it refuses a later page without an order. Attributes tell what it refuses, and when.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

LAYER = "/arcgis1/rest/services/territorio/dusaf7/MapServer/1"
WGS84_UTM32 = {"wkid": 32632, "latestWkid": 32632}
FIELDS = [
    {"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
    {"name": "DESCR", "type": "esriFieldTypeString", "alias": "DESCR", "length": 150},
]
CODES = [("1111", "Tessuto residenziale denso"), ("2111", "Seminativi semplici"), ("131", "Cave")]


def square(number: int, west: float, south: float, side: float, text: str) -> dict[str, Any]:
    """Return an element as Esri writes one: outer rings clockwise."""
    east, north = west + side, south + side
    ring = [[west, south], [west, north], [east, north], [east, south], [west, south]]
    return {"attributes": {"OBJECTID": number, "DESCR": text}, "geometry": {"rings": [ring]}}


class Layer(ThreadingHTTPServer):
    """The layer: its elements, its limit, and how it misbehaves.

    Attributes
    ----------
    pages_before_death
        After so many pages every answer is cut.
    refusals
        Errors to give, first to last, in place of pages.
    """

    def __init__(self, features: list[dict[str, Any]], limit: int = 1000) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.features, self.limit = features, limit
        self.asked: list[dict[str, str]] = []
        self.pages_before_death: int | None = None
        self.refusals: list[dict[str, Any]] = []
        self.paging, self.html, self.group, self.edited = True, False, False, 0
        self.reference: dict[str, Any] | None = WGS84_UTM32

    @property
    def url(self) -> str:
        """Address of the layer."""
        return f"http://127.0.0.1:{self.server_port}{LAYER}"

    @property
    def offsets(self) -> list[str]:
        """Where the pages asked so far began."""
        return [one["resultOffset"] for one in self.asked if "resultOffset" in one]

    def described(self) -> dict[str, Any]:
        """Return what the layer says of itself."""
        if self.group:
            return {"id": 0, "name": "Gruppo", "type": "Group Layer", "fields": None, "maxRecordCount": 1000}
        infos = [{"value": code, "label": label, "symbol": {}} for code, label in CODES]
        return {
            "currentVersion": 10.81,
            "id": 1,
            "name": "DUSAF 2021 (7.0)",
            "type": "Feature Layer",
            "geometryType": "esriGeometryPolygon",
            "fields": [*FIELDS, {"name": "Shape", "type": "esriFieldTypeGeometry"}],
            "drawingInfo": {
                "renderer": {"type": "uniqueValue", "field1": "COD_TOT", "uniqueValueInfos": infos}
            },
            "maxRecordCount": self.limit,
            "capabilities": "Map,Query,Data",
            "editingInfo": {"lastEditDate": self.edited},
            "advancedQueryCapabilities": {"supportsPagination": self.paging},
        }

    def query(self, asked: dict[str, str]) -> dict[str, Any]:
        """Answer a query."""
        found = [one for one in self.features if _meets(one, asked)]
        if asked.get("returnCountOnly") == "true":
            return {"count": len(found)}
        if asked.get("returnIdsOnly") == "true":
            ids = [one["attributes"]["OBJECTID"] for one in found]
            return {"objectIdFieldName": "OBJECTID", "objectIds": ids[::-1]}
        if self.refusals:
            return {"error": self.refusals.pop(0)}
        start = int(asked.get("resultOffset", "0"))
        if start and not (self.paging and asked.get("orderByFields")):
            return {"error": {"code": 400, "message": "Failed to execute query.", "details": []}}
        number = min(self.limit, int(asked.get("resultRecordCount", self.limit)))
        page = {
            "displayFieldName": "DESCR",
            "geometryType": "esriGeometryPolygon",
            "fields": FIELDS,
            "features": found[start : start + number],
        }
        if self.reference:
            page["spatialReference"] = self.reference
        if start + number < len(found):
            page["exceededTransferLimit"] = True
        return page


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Layer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = dict(parse_qsl(parts.query))
        server = self.server
        server.asked.append(asked)
        if parts.path not in (LAYER, f"{LAYER}/query"):
            self.send_error(404)
            return
        found = server.query(asked) if parts.path.endswith("/query") else server.described()
        body = b"<html><title>Manutenzione</title></html>" if server.html else json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if "features" in found and server.pages_before_death is not None:
            server.pages_before_death -= 1
            if server.pages_before_death < 0:
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
                self.connection.shutdown(2)
                return
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def _meets(one: dict[str, Any], asked: dict[str, str]) -> bool:
    number, text = one["attributes"]["OBJECTID"], one["attributes"]["DESCR"]
    where = asked.get("where", "1=1")
    span = re.search(r"OBJECTID >= (\d+) AND OBJECTID <= (\d+)$", where)
    if span and not int(span[1]) <= number <= int(span[2]):
        return False
    if (like := re.search(r"DESCR LIKE '(\w*)%'", where)) and not text.startswith(like[1]):
        return False
    if "geometry" not in asked:
        return True
    box = json.loads(asked["geometry"])
    assert asked["inSR"] == "32632"
    xs = [x for ring in one["geometry"]["rings"] for x, _ in ring]
    ys = [y for ring in one["geometry"]["rings"] for _, y in ring]
    return (
        min(xs) <= box["xmax"]
        and max(xs) >= box["xmin"]
        and min(ys) <= box["ymax"]
        and max(ys) >= box["ymin"]
    )


@contextmanager
def serving(features: list[dict[str, Any]], limit: int = 1000) -> Iterator[Layer]:
    """Serve the elements while the block lasts."""
    server = Layer(features, limit)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
