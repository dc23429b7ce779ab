"""Who lives around a drawing, and the degrees of night that they are spared.

The residents of a comune are spread over its built land in proportion to the floor space of each class, as
the sheets and WARM do. The degrees spared are summed over every cell the air reaches, with its residents:

    person-degrees avoided = - Σ over cells of (change of the night temperature · residents of the cell)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rasterio.features import rasterize

from trama.analyses.scheda.people import land_weight, residents_by_comune
from trama.analyses.whatif.ground import COVER, Floats, Ground
from trama.engines.heat.kernels import CUT
from trama.engines.heat.people import people_mixed
from trama.kernel.trace import LayerUse
from trama.lake import Lake
from trama.lake.stored import Stored, stored
from trama.lake.version import Version
from trama.norms import InForce

COMUNI, AGES = "comuni", "popolazione_eta"


@dataclass(frozen=True)
class Neighbours:
    """People of one comune within reach of the air of a drawing.

    Attributes
    ----------
    residents
        Of the whole comune; None where its population is not known.
    share
        Of them, how many live in the window.
    """

    istat: str
    name: str
    residents: int | None
    share: float

    @property
    def near(self) -> float | None:
        """Residents in the window."""
        return None if self.residents is None else self.residents * self.share


@dataclass(frozen=True)
class People:
    """Residents of a window.

    Attributes
    ----------
    felt_by
        For each cell, how many people feel what happens to its air (see `people_mixed`); None where
        somebody's number is not known: `lacking` says whose.
    codes
        Land covers that people live on.
    """

    felt_by: Floats | None
    comuni: tuple[Neighbours, ...] = ()
    lacking: str = ""
    codes: tuple[str, ...] = ()
    layers: tuple[LayerUse, ...] = ()


@dataclass(frozen=True)
class Spared:
    """Degrees of night that residents are spared [degC · inhabitant]; None where not known."""

    avoided: float | None
    people: People


NOBODY = Spared(0.0, People(None))
"""Where the night does not change."""


def people_of(lake: Lake, table: InForce, ground: Ground, mixing_cells: int) -> People:
    """Return the residents of a window, spread by the ``residents_weight`` of WARM's table of land covers."""
    for layer in (COMUNI, AGES, COVER):
        if not lake.has(layer):
            return People(None, lacking=f"manca il livello {layer}: caricarlo con trama layers add")
    versions = tuple(lake.version(layer) for layer in (COMUNI, AGES, COVER))
    key = (ground.key, mixing_cells, *(version.sha256 for version in versions), str(table.use()))
    return _people(_Asked(key, (versions, table, ground, mixing_cells)))


class _Asked:
    """A cache key with what is needed to compute what it stands for."""

    def __init__(self, key: object, held: tuple[tuple[Version, ...], InForce, Ground, int]) -> None:
        self.key, self.held = key, held

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key


@lru_cache(maxsize=3)
def _people(asked: _Asked) -> People:
    (comuni, ages, cover), table, ground, mixing_cells = asked.held
    weights = {int(code): float(row["residents_weight"] or 0) for code, row in table.value.items()}
    lookup = np.zeros(65536)
    lookup[list(weights)] = list(weights.values())
    weight = lookup[ground.codes] * ground.cell_m**2
    rows, shapes = comuni.features(["istat", "nome"], _bounds(ground))
    zone = _zones(shapes.tolist(), ground)
    residents = np.zeros(weight.shape)
    everybody = residents_by_comune(ages.data)
    found = []
    for number, (istat, name, shape) in enumerate(
        zip(rows["istat"], rows["nome"], shapes, strict=True), start=1
    ):
        here = np.where(zone == number, weight, 0.0)
        if not here.any():
            continue
        whole = max(land_weight(cover.raster, shape, weights), float(here.sum()))
        one = Neighbours(str(istat), str(name), everybody.get(str(istat)), float(here.sum()) / whole)
        residents += here / whole * (one.residents or 0)
        found.append(one)
    unknown = ", ".join(one.name for one in found if one.residents is None)
    lived = tuple(str(code) for code in np.unique(ground.codes) if weights.get(int(code)))
    felt_by = None if unknown else _felt_by(residents, ground, stored(cover.raster), mixing_cells)
    lacking = f"manca la popolazione di {unknown}" if unknown else ""
    return People(felt_by, tuple(found), lacking, lived, (comuni.use(), ages.use(), cover.use()))


def _felt_by(residents: Floats, ground: Ground, raster: Stored, mixing_cells: int) -> Floats:
    """Mix the people of a window; beyond the sides of the whole raster nothing is known, as for WARM."""
    rows, columns = ground.codes.shape
    top = round((raster.transform.f - ground.transform.f) / ground.cell_m)
    left = round((ground.transform.c - raster.transform.c) / ground.cell_m)
    beyond = (top, raster.height - top - rows), (left, raster.width - left - columns)
    pads = [tuple(CUT * mixing_cells if cells <= 0 else 0 for cells in side) for side in beyond]
    inner = (slice(pads[0][0], pads[0][0] + rows), slice(pads[1][0], pads[1][0] + columns))
    return people_mixed(np.pad(residents, pads), np.pad(ground.codes > 0, pads), mixing_cells, inner)


def _zones(shapes: list[object], ground: Ground) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Return the number of the comune, from 1, that holds each cell's centre; 0 for none."""
    pairs = [(shape, number) for number, shape in enumerate(shapes, start=1)]
    if not pairs:
        return np.zeros(ground.codes.shape, np.uint16)
    return np.asarray(
        rasterize(pairs, ground.codes.shape, transform=ground.transform, fill=0, dtype=np.uint16)
    )


def _bounds(ground: Ground) -> tuple[float, float, float, float]:
    west, north = ground.transform.c, ground.transform.f
    rows, columns = ground.codes.shape
    return west, north - rows * ground.cell_m, west + columns * ground.cell_m, north
