"""People near an intervention: the residents of a comune spread over its built land, an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from affine import Affine
from rasterio.enums import Resampling
from rasterio.features import geometry_mask
from rasterio.windows import transform as window_transform

from trama.analyses.scheda.place import Place
from trama.analyses.scheda.window import read_covered, window_of
from trama.kernel.trace import Node
from trama.kernel.units import format_number
from trama.lake import Version

MOST_CELLS = 250_000
"""A comune larger than this is read one cell in so many, the same ones each time."""
Weights = Mapping[int, float]


def people_nearby(place: Place, band: str) -> Node:
    """Return the step of the residents of an age `band` within the distance of the sheet's norms.

    people = Σ over comuni of residents in the band x weight of the land nearby / weight of the comune, where
    the weight of land is its area times the floor space that its class of land cover has.
    """
    distance, bands = place.norm(f"{place.folder}/persone_entro_m"), place.norm("sttm1/warm/fasce_eta")
    table = place.norm("sttm1/warm/calore_dusaf")
    row = bands.value[band]
    key = f"{band}_vicini"
    label = f"Residenti vicini, {row['name_it']} (entro {format_number(float(distance.value), 'm', 0)})"
    layers = [place.layer(name) for name in ("comuni", "uso_suolo", "popolazione_eta")]
    if None in layers:
        lacking = ("comuni", "uso_suolo", "popolazione_eta")[layers.index(None)]
        note = f"manca il livello {lacking}: caricarlo con trama layers add"
        return Node(key, label, None, "inhabitant", source="mancante", note=note)
    comuni, cover, people = (version for version in layers if version is not None)
    residents = _residents(people, int(row["from"]), int(row["to"]))
    weights = {int(code): float(entry["residents_weight"]) for code, entry in table.value.items()}
    near = place.polygon.buffer(float(distance.value))
    pieces = tuple(_pieces(near, comuni, cover.raster, residents, weights))
    known = [float(piece.value) for piece in pieces if piece.value is not None]
    missing = len(known) < len(pieces) or not pieces
    note = "stima: i residenti di ogni comune sono distribuiti sul costruito"
    return Node(
        key,
        label,
        round(sum(known)) if not missing else None,
        "inhabitant",
        "Σ residenti del comune × peso del costruito vicino / peso del costruito del comune",
        "stimato" if not missing else "mancante",
        note if not missing else "manca la popolazione di un comune vicino, o il poligono è fuori dai comuni",
        pieces,
        (distance.use(), bands.use(only=band)),
        (comuni.use(), cover.use(), people.use()),
    )


def _pieces(
    near: shapely.Geometry, comuni: Version, cover: Path, residents: Mapping[str, float], weights: Weights
) -> list[Node]:
    rows, shapes = comuni.features(["istat", "nome"], near.bounds)
    found = []
    for istat, name, shape in zip(rows["istat"], rows["nome"], shapes, strict=True):
        part = shapely.intersection(near, shape)
        if part.area <= 0:
            continue
        whole = _weigh(_class_areas(cover, shapely.to_wkb(shape)), weights)
        within = _weigh(read_covered(cover, part).area_by_value(), weights)
        total = residents.get(str(istat))
        share = min(1.0, within / whole) if whole > 0 else 0.0
        value = None if total is None else round(total * share, 2)
        everybody = Node("residenti", "Residenti del comune", total, "inhabitant", source="mappa")
        quota = Node("quota", "Quota del costruito", round(share, 6), "1", source="mappa")
        found.append(Node(str(istat), str(name), value, "inhabitant", inputs=(everybody, quota)))
    return found


def _residents(people: Version, youngest: int, oldest: int) -> dict[str, float]:
    return {istat: float(total) for istat, total in _by_age(people.data, youngest, oldest).items()}


@lru_cache(maxsize=16)
def _by_age(data: Path, youngest: int, oldest: int) -> dict[str, int]:
    """Return residents by comune between two ages, both included; versions never change, so it is kept."""
    import pandas as pd

    rows = pd.read_parquet(data, columns=["istat", "eta", "totale"])
    chosen = rows[(rows["eta"] >= youngest) & (rows["eta"] <= oldest)]
    return {str(istat): int(total) for istat, total in chosen.groupby("istat")["totale"].sum().items()}


def _weigh(areas: Mapping[Any, float], weights: Weights) -> float:
    return sum(area * weights.get(int(code), 0.0) for code, area in areas.items())


@lru_cache(maxsize=512)
def _class_areas(cover: Path, wkb: bytes) -> dict[int, float]:
    """Return square metres by class of land cover inside a shape; versions never change, so it is kept."""
    shape = shapely.from_wkb(wkb)
    with rasterio.open(cover) as raster:
        window = window_of(raster, shape)
        step = max(1, int(np.ceil(np.sqrt(window.width * window.height / MOST_CELLS))))
        size = (max(1, int(window.height) // step), max(1, int(window.width) // step))
        cells = raster.read(1, window=window, out_shape=size, resampling=Resampling.nearest)
        fine = window_transform(window, raster.transform)
    wide, high = window.width / size[1], window.height / size[0]
    transform = Affine(fine.a * wide, fine.b, fine.c, fine.d, fine.e * high, fine.f)
    inside = geometry_mask([shape], size, transform, invert=True)
    codes, counts = np.unique(cells[inside], return_counts=True)
    cell_m2 = abs(transform.a * transform.e)
    return {int(code): float(count * cell_m2) for code, count in zip(codes, counts, strict=True) if code}
