"""Reads of the register of perimeters, and what the pages draw."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import shapely
from django.db.models import QuerySet
from pyproj import Transformer

from trama.analyses.lum.answer import Book, Sheet
from trama.analyses.lum.checks import Ground
from trama.analyses.lum.outputs import ATLAS
from trama.analyses.lum.rules import Rules
from trama.apps.conoscere.queries import unofficial_of
from trama.apps.riconoscere.lum.errors import NoSuchProposal
from trama.apps.riconoscere.lum.models import Passo, Proposta
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake

HANDLES_M = 6.0
"""How much a circle may be straightened to be dragged by its corners."""
ROOM_M = 120.0


def proposals() -> QuerySet[Proposta]:
    """Return every proposal, the latest touched first, without the heavy columns."""
    return Proposta.objects.defer("document", "geometry", "checks")


def proposal(key: str | uuid.UUID) -> Proposta:
    """Return one proposal; raises `NoSuchProposal`."""
    try:
        found: Proposta = Proposta.objects.get(pk=uuid.UUID(str(key)))
    except (Proposta.DoesNotExist, ValueError):
        raise NoSuchProposal(what=str(key)[:60]) from None
    return found


def of_lum(code: str) -> list[Proposta]:
    """Return the proposals of a LUM, the latest touched first."""
    return list(proposals().filter(codice=code))


def decisions(code: str) -> QuerySet[Passo]:
    """Return everything proposed and decided for a LUM, the latest first."""
    return Passo.objects.filter(proposta__codice=code, kind__in=Passo.DECISIONS).select_related("proposta")


def step(row: Proposta, number: int) -> Passo:
    """Return one step of a proposal; raises `NoSuchProposal`."""
    found = Passo.objects.filter(proposta=row, pk=number).first()
    if found is None:
        raise NoSuchProposal(what=f"passo {number}")
    return found


def degrees(shape: shapely.Geometry | None) -> dict[str, Any] | None:
    """Return a shape (EPSG:32632) as GeoJSON in degrees, seven decimals; None for none."""
    if shape is None or shape.is_empty:
        return None
    moved = shapely.transform(shape, _to_degrees().transform, interleaved=False)
    found: dict[str, Any] = json.loads(
        shapely.to_geojson(shapely.set_precision(moved, 1e-7, mode="pointwise"))
    )
    return found


def bounds(shapes: Iterable[shapely.Geometry]) -> list[float]:
    """Return the box of some shapes with some room around, in degrees."""
    west, south, east, north = shapely.total_bounds(list(shapes))
    box = (west - ROOM_M, south - ROOM_M, east + ROOM_M, north + ROOM_M)
    return [round(float(edge), 6) for edge in _to_degrees().transform_bounds(*box)]


def scene(ground: Ground, sheet: Sheet, drawn: shapely.Geometry | None = None) -> dict[str, Any]:
    """Return what the map of a redraw shows: circle, catchment, perimeter in force, stops, neighbours."""
    seen = [ground.circle, sheet.perimeter, *([drawn] if drawn is not None else [])]
    return {
        "bounds": bounds(seen),
        "circle": degrees(ground.circle),
        "handles": degrees(handles(ground.circle)),
        "walk": degrees(sheet.walk),
        "walkHandles": degrees(handles(around(ground, sheet.walk))) if sheet.walk is not None else None,
        "inForce": degrees(sheet.perimeter) if sheet.redrawn is not None else None,
        "stops": [degrees(point) for point in ground.stops],
        "neighbours": [{"name": one.name, "shape": degrees(one.perimeter)} for one in ground.neighbours],
        "drawn": degrees(drawn),
    }


def alone(drawn: shapely.Geometry | None) -> dict[str, Any] | None:
    """Return what the map shows of a proposal whose LUM is gone: what was drawn; None where nothing was."""
    if drawn is None:
        return None
    nothing = dict.fromkeys(("circle", "handles", "walk", "walkHandles", "inForce"))
    return {**nothing, "bounds": bounds([drawn]), "stops": [], "neighbours": [], "drawn": degrees(drawn)}


def norms_of_checks(rules: Rules) -> list[dict[str, Any]]:
    """Return the norms behind the checks of a redraw that no act has set."""
    uses = [norm.use() for norm in (rules.levels, rules.farthest, rules.area, rules.overlap, rules.border)]
    return [
        {"label": use.label, "status": use.status.value, "citation": str(use.citation)}
        for use in uses
        if not use.status.official
    ]


def labelling(lake: Lake, more: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return what a page says of the perimeters it shows: whether on invented data, by which norms.

    Parameters
    ----------
    more
        Norms that the page uses beyond those of the atlas, in the same form.
    """
    if not lake.has(ATLAS):
        return {"synthetic": False, "unofficial": list(more)}
    version = lake.version(ATLAS)
    said = {one["label"]: one for one in (*unofficial_of(lake, version), *more)}
    return {"synthetic": version.synthetic, "unofficial": list(said.values())}


def handles(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape with few corners, to be dragged one by one; its largest piece."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    return shapely.Polygon(largest.exterior.simplify(HANDLES_M))


def around(ground: Ground, walk: shapely.Geometry | None) -> shapely.Geometry:
    """Return the catchment with its stops inside, to begin a redraw from."""
    stops = [point.buffer(25) for point in ground.stops]
    return shapely.union_all([*stops, *([walk] if walk is not None else [ground.circle])])


def choices(book: Book) -> Sequence[dict[str, str]]:
    """Return every LUM for a person to choose from, by comune."""
    rows = sorted(book.rows.lum, key=lambda row: (str(row["comune"]), str(row["nome"])))
    return [{"codice": str(row["codice"]), "nome": f"{row['comune']}: {row['nome']}"} for row in rows]


@lru_cache(maxsize=1)
def _to_degrees() -> Transformer:
    return Transformer.from_crs(METRIC_EPSG, 4326, always_xy=True)
