"""What a change does to the map: the cells that come within the threshold and those left beyond it."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from numpy.typing import NDArray
from pyproj import Transformer

from trama.analyses.access.asking import walk_of
from trama.analyses.access.gestures import Effect
from trama.analyses.access.memory import Memory
from trama.analyses.access.residents import CELL_M
from trama.analyses.installation import open_installation
from trama.apps.conoscere.accesso.queries import asked, memory_for
from trama.apps.requests import answers_data
from trama.kernel.errors import TramaError
from trama.kernel.places import METRIC_EPSG

DEGREES = 4326
GAINED, LOST = "guadagnata", "persa"
EMPTY: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def changed_cells(effect: Effect) -> dict[str, Any]:
    """Return the inhabited cells gained and lost, as two multipolygons in degrees, rows of cells together."""
    lived = effect.people > 0
    features = [
        {
            "type": "Feature",
            "properties": {"cosa": what},
            "geometry": {"type": "MultiPolygon", "coordinates": _strips(effect.memory, rows & lived)},
        }
        for what, rows in ((GAINED, effect.gained), (LOST, effect.lost))
        if (rows & lived).any()
    ]
    return {"type": "FeatureCollection", "features": features}


def _strips(memory: Memory, chosen: NDArray[np.bool_]) -> list[Any]:
    """Return the outline of every run of adjoining cells of a row: longitude, latitude, six decimals."""
    cells = np.unique(
        np.column_stack([memory.cells.north[chosen], memory.cells.east[chosen]]).astype(np.int64), axis=0
    )
    starts = np.ones(len(cells), bool)
    starts[1:] = (cells[1:, 0] != cells[:-1, 0]) | (cells[1:, 1] != cells[:-1, 1] + 1)
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(cells)) - 1
    north, west, east = cells[first, 0], cells[first, 1], cells[last, 1] + 1
    x = np.column_stack([west, east, east, west, west]) * CELL_M
    y = np.column_stack([north, north, north + 1, north + 1, north]) * CELL_M
    lon, lat = Transformer.from_crs(METRIC_EPSG, DEGREES, always_xy=True).transform(x.ravel(), y.ravel())
    corners = np.round(np.column_stack([lon, lat]), 6).reshape(-1, 1, 5, 2)
    found: list[Any] = corners.tolist()
    return found


@gzip_page
@answers_data
@require_safe
def services(request: HttpRequest) -> JsonResponse:
    """Give the services that answer a question, as GeoJSON points: ``?che=IST.SE1&gruppo=bambini``."""
    installation = open_installation()
    try:
        wanted = asked(request.GET)
        memory = memory_for(installation, wanted)
        _category, _group, walk = walk_of(memory, wanted.question)
    except TramaError as error:
        sentence = error.text((get_language() or "it")[:2])
        return JsonResponse({"errore": sentence}, status=error.http_status)
    return JsonResponse(EMPTY if walk is None else _points(memory, walk.target.voci))


def _points(memory: Memory, voci: tuple[str, ...]) -> dict[str, Any]:
    rows = memory.services.of(voci)
    x, y = memory.services.xy[rows].T
    lon, lat = Transformer.from_crs(METRIC_EPSG, DEGREES, always_xy=True).transform(x, y)
    features = [
        {
            "type": "Feature",
            "properties": {
                "id": str(memory.services.id[row]),
                "nome": str(memory.services.name[row]) or str(memory.services.id[row]),
                "voce": memory.rules.voce_name(str(memory.services.voce[row]), _field()),
                "lontano": bool(memory.services.node[row] < 0),
            },
            "geometry": {"type": "Point", "coordinates": [round(float(east), 6), round(float(north), 6)]},
        }
        for row, east, north in zip(rows, lon, lat, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _field() -> str:
    return "name_en" if (get_language() or "it").startswith("en") else "nome"
