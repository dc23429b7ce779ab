"""The one pass over the cells: what the soils of each place supply, and the hectares in each class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.suoli.ground import PLACES, Ground, Strip
from trama.engines.hydrology import ZonalHistogram, ZonalSums

M2_PER_HA = 10_000.0
CLASSES = range(1, 6)
Seen = Callable[[Strip], None]


@dataclass(frozen=True)
class SoilsOf:
    """The soils of a place, at full precision; None is missing, never zero.

    Attributes
    ----------
    superficie_m2
        Area of the cells whose centre lies in the place.
    offerta
        Service → mean points; None where the service has no layer or no cell of the place has a value.
    copertura_attitudine
        Share of those cells that have every service in use.
    ha
        Class → hectares.
    """

    key: str
    nome: str
    superficie_m2: float
    attitudine: float | None
    classe: int | None
    classe_nome: str | None
    copertura_attitudine: float | None
    servizi_in_uso: str
    offerta: dict[str, float | None]
    attitudine_matrice: float | None
    ha: dict[int, float]

    @property
    def scarto_matrice(self) -> float | None:
        """The computed attitude less the matrix's; None where either is missing."""
        if self.attitudine is None or self.attitudine_matrice is None:
            return None
        return self.attitudine - self.attitudine_matrice

    def to_json(self) -> dict[str, Any]:
        """Return the figures by the names of the layer's columns, the key left out."""
        return {
            "nome": self.nome,
            "superficie_m2": self.superficie_m2,
            "attitudine": self.attitudine,
            "classe": self.classe,
            "classe_nome": self.classe_nome,
            "copertura_attitudine": self.copertura_attitudine,
            "servizi_in_uso": self.servizi_in_uso,
            **{f"offerta_{service}": points for service, points in self.offerta.items()},
            "attitudine_matrice": self.attitudine_matrice,
            "scarto_matrice": self.scarto_matrice,
            **{f"ha_classe_{grade}": area for grade, area in self.ha.items()},
        }


def survey(ground: Ground, seen: Seen) -> dict[str, list[SoilsOf]]:
    """Go through the cells once: each strip is shown to `seen`, and counted by comune and by UPA.

    A cell belongs to the place that contains its centre; one that lacks a value counts in the area only.
    """
    counters = {layer: _Counter(ground, layer) for layer in PLACES}
    for strip in ground.strips():
        seen(strip)
        grade = _grades(ground, strip.attitude)
        for counter in counters.values():
            counter.add(strip, grade)
    return {layer: counter.places() for layer, counter in counters.items()}


def _grades(ground: Ground, points: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the class of each cell, 0 where the attitude is missing."""
    known = np.isfinite(points)
    grades = ground.rules.steps.value.points_of(np.where(known, points, 0.0).astype(np.float64))
    return np.where(known, grades, 0).astype(np.intp)


class _Counter:
    """Sums the strips by the places of one layer."""

    def __init__(self, ground: Ground, layer: str) -> None:
        self.ground, self.layer = ground, layer
        self.labels = ground.labels(layer)
        self.count = len(ground.places[layer])
        self.sums: dict[str, ZonalSums] = {}
        self.grades = ZonalHistogram(self.count, len(CLASSES) + 1)

    def add(self, strip: Strip, grade: NDArray[np.intp]) -> None:
        labels = self.labels[strip.rows]
        rasters = {**strip.supplies, "attitudine": strip.attitude, "attitudine_matrice": strip.matrix}
        for name, cells in rasters.items():
            one = ZonalSums.of(labels, cells, self.count)
            self.sums[name] = self.sums[name] + one if name in self.sums else one
        self.grades.add(labels, grade)

    def places(self) -> list[SoilsOf]:
        table = self.ground.places[self.layer]
        names = table["nome"] if "nome" in table.columns else table["key"]
        rows = zip(table["key"].astype(str), names.astype(str), strict=True)
        return [self._place(row, key, nome) for row, (key, nome) in enumerate(rows)]

    def _place(self, row: int, key: str, nome: str) -> SoilsOf:
        rules, area = self.ground.rules, self.ground.cell_area_m2
        total = self.sums["attitudine"]
        points = _or_none(total.mean[row])
        grade = rules.class_of(points)
        return SoilsOf(
            key=key,
            nome=nome,
            superficie_m2=float(total.cells[row]) * area,
            attitudine=points,
            classe=grade,
            classe_nome=rules.class_name(grade),
            copertura_attitudine=_or_none(total.coverage_share[row]),
            servizi_in_uso=", ".join(one.id for one in self.ground.in_use if one.weight > 0),
            offerta={
                one.id: _or_none(self.sums[one.id].mean[row]) if one.id in self.sums else None
                for one in rules.services
            },
            attitudine_matrice=_or_none(self.sums["attitudine_matrice"].mean[row]),
            ha={grade: float(self.grades.counts[row + 1, grade]) * area / M2_PER_HA for grade in CLASSES},
        )


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
