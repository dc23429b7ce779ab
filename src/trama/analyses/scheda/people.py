"""People near an intervention: the residents of a comune spread over its built land, an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from rasterio.features import geometry_mask
from rasterio.windows import Window
from rasterio.windows import transform as window_transform

from trama.analyses.scheda.place import Place
from trama.analyses.scheda.window import window_of
from trama.kernel.trace import Node
from trama.kernel.units import format_number
from trama.lake.stored import stored
from trama.norms import InForce

BLOCK_CELLS = 2_000_000
"""Cells read at a time: a large comune has more."""
OLDEST = 200
Weights = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A comune near an intervention, and the share of its built land that is near."""

    istat: str
    name: str
    share: float


@dataclass(frozen=True)
class Nearby:
    """The comuni within the distance of the sheet's norms; `lacking` names a layer that was never loaded.

    share = weight of the land nearby / weight of the comune, where the weight of land is its area times the
    floor space that its class of land cover has.
    """

    place: Place
    neighbours: tuple[Neighbour, ...]
    lacking: str = ""

    @classmethod
    def of(cls, place: Place) -> Nearby:
        """Find them on the map."""
        comuni, cover = place.layer("comuni"), place.layer("uso_suolo")
        if comuni is None or cover is None:
            return cls(place, (), "comuni" if comuni is None else "uso_suolo")
        table = place.norm("sttm1/warm/calore_dusaf").value
        weights = {int(code): float(row["residents_weight"]) for code, row in table.items()}
        near = place.polygon.buffer(float(_distance(place).value))
        rows, shapes = comuni.features(["istat", "nome"], near.bounds)
        found = []
        for istat, name, shape in zip(rows["istat"], rows["nome"], shapes, strict=True):
            part = shapely.intersection(near, shape)
            if part.area > 0:
                whole = _weigh(_class_areas_kept(cover.raster, shapely.to_wkb(shape)), weights)
                within = _weigh(_class_areas(cover.raster, part), weights)
                found.append(Neighbour(str(istat), str(name), min(1.0, within / whole) if whole else 0.0))
        return cls(place, tuple(found))

    def people(self, band: str) -> Node:
        """Return the step of the residents of an age `band`: Σ residents of a comune x its share nearby."""
        distance, bands = _distance(self.place), self.place.norm("sttm1/warm/fasce_eta")
        row, key = bands.value[band], f"{band}_vicini"
        reach = format_number(float(distance.value), "m", 0)
        label = f"Residenti vicini, {row['name_it']} (entro {reach})"
        layers = [self.place.layer(name) for name in ("comuni", "uso_suolo", "popolazione_eta")]
        known = [version for version in layers if version is not None]
        if self.lacking or len(known) < len(layers):
            note = f"manca il livello {self.lacking or 'popolazione_eta'}: caricarlo con trama layers add"
            return Node(key, label, None, "inhabitant", source="mancante", note=note)
        pieces = self._pieces(_residents(known[-1].data, int(row["from"]), int(row["to"])))
        missing = not pieces or any(piece.value is None for piece in pieces)
        note = "stima: i residenti di ogni comune sono distribuiti sul costruito"
        return Node(
            key,
            label,
            None if missing else round(sum(float(piece.value or 0) for piece in pieces)),
            "inhabitant",
            "Σ residenti del comune × peso del costruito vicino / peso del costruito del comune",
            "mancante" if missing else "stimato",
            "la popolazione di un comune vicino non è tra i dati" if missing else note,
            pieces,
            (distance.use(), bands.use(only=band)),
            tuple(version.use() for version in known),
        )

    def _pieces(self, residents: Mapping[str, int]) -> tuple[Node, ...]:
        found = []
        for one in self.neighbours:
            total = residents.get(one.istat)
            value = None if total is None else round(total * one.share, 2)
            everybody = Node("residenti", "Residenti del comune", total, "inhabitant", source="mappa")
            quota = Node("quota", "Quota del costruito", round(one.share, 6), "1", source="stimato")
            found.append(Node(one.istat, one.name, value, "inhabitant", inputs=(everybody, quota)))
        return tuple(found)


def land_weight(cover: Path, shape: shapely.Geometry, weights: Weights) -> float:
    """Return the weight of all the land in a shape, Σ area × floor space of its class; kept."""
    return _weigh(_class_areas_kept(cover, shapely.to_wkb(shape)), weights)


def residents_by_comune(data: Path) -> Mapping[str, int]:
    """Return the residents of every age by comune, from the data of ``popolazione_eta``; kept."""
    return _residents(data, 0, OLDEST)


def _distance(place: Place) -> InForce:
    return place.norm(f"{place.folder}/persone_entro_m")


@lru_cache(maxsize=16)
def _residents(data: Path, youngest: int, oldest: int) -> dict[str, int]:
    """Return residents by comune between two ages, both included; versions never change, so it is kept."""
    import pandas as pd

    rows = pd.read_parquet(data, columns=["istat", "eta", "totale"])
    chosen = rows[(rows["eta"] >= youngest) & (rows["eta"] <= oldest)]
    return {str(istat): int(total) for istat, total in chosen.groupby("istat")["totale"].sum().items()}


def _weigh(areas: Mapping[Any, float], weights: Weights) -> float:
    return sum(area * weights.get(int(code), 0.0) for code, area in areas.items())


@lru_cache(maxsize=512)
def _class_areas_kept(cover: Path, wkb: bytes) -> dict[int, float]:
    """Return `_class_areas`, kept: versions and boundaries never change."""
    return _class_areas(cover, shapely.from_wkb(wkb))


def _class_areas(cover: Path, shape: shapely.Geometry) -> dict[int, float]:
    """Return square metres by class of land cover inside a shape; a cell counts whole by its centre.

    Every cell counts, in blocks of rows: a whole run of WARM sums the same ones.
    """
    raster = stored(cover)
    window = window_of(raster, shape)
    top, left, width = int(window.row_off), int(window.col_off), int(window.width)
    bottom = top + int(window.height)
    counts = np.zeros(np.iinfo(np.uint16).max + 1, np.int64)
    step = max(1, BLOCK_CELLS // max(1, width))
    for row in range(top, bottom, step):
        block = Window(left, row, width, min(step, bottom - row))
        cells = raster.read(block)
        if cells.size:
            inside = geometry_mask(
                [shape], cells.shape, window_transform(block, raster.transform), invert=True
            )
            counts += np.bincount(cells[inside], minlength=len(counts))
    cell_m2 = abs(raster.transform.a * raster.transform.e)
    return {int(code): float(counts[code] * cell_m2) for code in np.flatnonzero(counts) if code}
