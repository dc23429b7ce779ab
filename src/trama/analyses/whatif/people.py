"""Who lives around a drawing, and the degrees of night that they are spared.

The residents of a comune are spread over its built land in proportion to the floor space of each class, as
the sheets and WARM do. The degrees spared are summed over every cell the air reaches, with its residents:

    person-degrees avoided = - Σ over cells of (change of the night temperature · residents of the cell)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rasterio.features import rasterize

from trama.analyses.scheda.people import land_weight, residents_by_comune
from trama.analyses.whatif.ground import COVER, Ground
from trama.engines.heat.kernels import CUT
from trama.engines.heat.patches import Part, Singles
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
        For each cell told, how many people feel what happens to its air (see `people_mixed`); None where
        somebody's number is not known: `lacking` says whose.
    codes
        Land covers that people live on.
    """

    felt_by: Singles | None
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


def people_of(lake: Lake, table: InForce, ground: Ground, told: Part, mixing_cells: int) -> People:
    """Return the residents of a window, spread by the ``residents_weight`` of WARM's table of land covers.

    `told` are the cells of the window that ``felt_by`` is given for.
    """
    for layer in (COMUNI, AGES, COVER):
        if not lake.has(layer):
            return People(None, lacking=f"manca il livello {layer}: caricarlo con trama layers add")
    versions = tuple(lake.version(layer) for layer in (COMUNI, AGES, COVER))
    which = (*(version.sha256 for version in versions), str(table.use()))
    key = (ground.key, repr(told), mixing_cells, *which)
    return _people(_Asked(key, (versions, table, ground, told, mixing_cells)))


class _Asked:
    """A cache key with what is needed to compute what it stands for."""

    def __init__(self, key: object, held: tuple[tuple[Version, ...], InForce, Ground, Part, int]) -> None:
        self.key, self.held = key, held

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key


@lru_cache(maxsize=3)
def _people(asked: _Asked) -> People:
    (comuni, ages, cover), table, ground, told, mixing_cells = asked.held
    weights = {int(code): float(row["residents_weight"] or 0) for code, row in table.value.items()}
    weight = _looked_up(weights, ground.codes) * np.float32(ground.cell_m**2)
    rows, shapes = comuni.features(["istat", "nome"], _bounds(ground))
    zone = _zones(shapes.tolist(), ground)
    here = np.bincount(zone.ravel(), weights=weight.ravel(), minlength=len(shapes) + 1)
    everybody = residents_by_comune(ages.data)
    found, density = [], np.zeros(len(here), np.float32)
    for number in np.flatnonzero(here[1:] > 0) + 1:
        istat, name = str(rows["istat"][number - 1]), str(rows["nome"][number - 1])
        whole = max(land_weight(cover.raster, shapes[number - 1], weights), float(here[number]))
        one = Neighbours(istat, name, everybody.get(istat), float(here[number]) / whole)
        density[number] = (one.residents or 0) / whole
        found.append(one)
    unknown = ", ".join(one.name for one in found if one.residents is None)
    lacking = f"manca la popolazione di {unknown}" if unknown else ""
    felt_by = None
    if not unknown:
        residents = weight * density[zone]
        felt_by = _felt_by(residents, ground, told, stored(cover.raster), mixing_cells)
    present = np.flatnonzero(np.bincount(ground.codes.ravel()))
    lived = tuple(str(code) for code in present if weights.get(int(code)))
    return People(felt_by, tuple(found), lacking, lived, (comuni.use(), ages.use(), cover.use()))


def _looked_up(weights: dict[int, float], codes: NDArray[np.uint16]) -> Singles:
    table = np.zeros(65536, np.float32)
    table[list(weights)] = list(weights.values())
    return table[codes]


def _felt_by(residents: Singles, ground: Ground, told: Part, raster: Stored, mixing_cells: int) -> Singles:
    """Mix the people of a window; beyond the sides of the whole raster nothing is known, as for WARM."""
    rows, columns = ground.codes.shape
    top = round((raster.transform.f - ground.transform.f) / ground.cell_m)
    left = round((ground.transform.c - raster.transform.c) / ground.cell_m)
    beyond = (top, raster.height - top - rows), (left, raster.width - left - columns)
    pads = [tuple(CUT * mixing_cells if cells <= 0 else 0 for cells in side) for side in beyond]
    down, right = pads[0][0], pads[1][0]
    inner = (
        slice(told[0].start + down, told[0].stop + down),
        slice(told[1].start + right, told[1].stop + right),
    )
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
