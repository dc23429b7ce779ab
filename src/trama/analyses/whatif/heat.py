"""Heat on a place before and after: cooling capacity by day, air temperature by night.

The drawn ground takes shade, reflection and evapotranspiration of its solution; a crown or a green roof
changes what is above and leaves the rest. Buildings stay: a solution is laid between them, and the land cover
only knows their mean. The night follows from the buildings (InVEST's method ``intensity``), the parks and the
air that mixes: the difference alone is computed; beside it goes what the literature has measured on the spot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.whatif.drawing import Laid, Layout
from trama.analyses.whatif.ground import Floats, Ground
from trama.analyses.whatif.people import NOBODY, Spared, people_of
from trama.engines.heat import CoolingWeights, HeatModel, cooling_capacity, night_capacity
from trama.engines.heat.change import Before, Change
from trama.engines.heat.patches import within
from trama.kernel.trace import ParameterUse
from trama.lake import Lake
from trama.norms import InForce, NormBook
from trama.norms.errors import NotInForce, UnknownParameter

WARM = "sttm1/warm"
REACH_M = 500.0
"""How far from the drawings the change of temperature is told."""
FELT_DEGC = 0.1
"""From this change on a cell counts as cooler (or warmer)."""
_COLUMNS = ("shade", "albedo", "kc_summer", "building_intensity", "green_area")
_GROUND = ("shade", "albedo", "kc_summer", "green_area")
_NAMES = (
    "pesi_cc",
    "et0",
    "distanza_raffrescamento",
    "area_verde_minima",
    "raggio_mescolamento",
    "temperatura_riferimento_notte",
    "isola_calore_massima_notte",
    "calore_dusaf",
)


State = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class HeatNorms:
    """Norms of WARM that the what-if reads, as in force on a day."""

    values: dict[str, InForce]

    @classmethod
    def at(cls, book: NormBook, day: date) -> HeatNorms | None:
        """Read them; None where the norms loaded do not have them on that day."""
        try:
            return cls({name: book.value(f"{WARM}/{name}", day) for name in _NAMES})
        except (UnknownParameter, NotInForce):
            return None

    def model(self, cell_m: float) -> HeatModel:
        """Return the model by night on cells of a size."""
        value = {name: self.values[name].value for name in _NAMES[2:7]}
        return HeatModel(
            cell_m=cell_m,
            cooling_distance_m=float(value["distanza_raffrescamento"]),
            large_green_m2=float(value["area_verde_minima"]) * 10_000,
            mixing_distance_m=float(value["raggio_mescolamento"]),
            t_ref=float(value["temperatura_riferimento_notte"]),
            uhi_max=float(value["isola_calore_massima_notte"]),
        )

    @property
    def weights(self) -> CoolingWeights:
        """Weights of the cooling capacity by day."""
        part = self.values["pesi_cc"].value
        return CoolingWeights(float(part["ombra"]), float(part["albedo"]), float(part["evapotraspirazione"]))

    @property
    def margin_m(self) -> float:
        """How far beyond the site the ground is read: twice the reach of the parks."""
        return 10 * float(self.values["distanza_raffrescamento"].value)

    def uses(self, *names: str) -> tuple[ParameterUse, ...]:
        """Quote some of the norms, tables apart."""
        return tuple(self.values[name].use() for name in names)

    def cover_uses(self, codes: list[str]) -> tuple[ParameterUse, ...]:
        """Quote the rows of some land covers."""
        table = self.values["calore_dusaf"]
        return tuple(table.use(only=code) for code in codes if code in table.value)


@dataclass(frozen=True)
class Heat:
    """The heat side of a scenario.

    Attributes
    ----------
    capacity_before, capacity_after
        Mean cooling capacity of the site by day, 0-1.
    night_degc
        Mean change of the night air temperature on the site; negative is cooler.
    local_degc
        The same before the air mixes: what the ground itself does.
    literature_degc
        What the catalogue says solutions of these kinds change on the spot by night, weakest and strongest,
        weighed on their ground; None where none of them takes ground.
    felt_m2
        Ground within `REACH_M` whose night changes by at least `FELT_DEGC`.
    spared
        What residents are spared by night, as far as the air carries; None where it was not asked.
    missing_m2
        Of the site, without land cover: left out.
    """

    capacity_before: float
    capacity_after: float
    night_degc: float
    local_degc: float
    literature_degc: tuple[float, float] | None
    felt_m2: float
    missing_m2: float
    spared: Spared | None = None


def heat_of(
    norms: HeatNorms,
    ground: Ground,
    layout: Layout,
    wide: Callable[[], Ground | None],
    lake: Lake | None = None,
) -> Heat | None:
    """Return the heat side of what is drawn; None where the site has no cell with land cover.

    Parameters
    ----------
    ground
        A window that holds the site.
    wide
        Reads a window as wide as the parks' reach asks: only where the drawings change what the night feels.
    lake
        Where the residents are; None where the people are not asked for.
    """
    where, site_m2 = ground.part(layout.site)
    now = {name: _column(norms, name, ground.codes[where]) for name in _COLUMNS}
    known = ~np.isnan(now["shade"])
    weight = np.where(known, site_m2, 0.0)
    if weight.sum() <= 0:
        return None
    then = _after(now, ground, layout, where)
    before, after = (_capacity(norms, state) for state in (now, then))
    night = _night(norms, layout, then, now, wide, lake)
    return Heat(
        capacity_before=float(np.average(np.nan_to_num(before), weights=weight)),
        capacity_after=float(np.average(np.nan_to_num(after), weights=weight)),
        night_degc=float(np.average(np.nan_to_num(night.mixed), weights=weight)),
        local_degc=float(np.average(np.nan_to_num(night.still), weights=weight)),
        literature_degc=_literature(layout),
        felt_m2=night.felt_cells * ground.cell_m**2,
        missing_m2=float(site_m2[~known].sum()),
        spared=night.spared if lake else None,
    )


@dataclass(frozen=True)
class _Night:
    """Change of the night temperature on the site's cells: mixed, and in still air."""

    mixed: Floats
    still: Floats
    felt_cells: float
    spared: Spared = NOBODY


def _night(
    norms: HeatNorms,
    layout: Layout,
    then: State,
    now: State,
    wide: Callable[[], Ground | None],
    lake: Lake | None,
) -> _Night:
    green, nothing = then["green_area"] >= 0.5, np.zeros(now["shade"].shape)
    same = np.array_equal(green, now["green_area"] >= 0.5)
    ground = None if same else wide()
    if ground is None:
        return _Night(nothing, nothing, 0.0)
    where, _area = ground.part(layout.site)
    base = _before(norms, ground, where)
    change = base.change(where, night_capacity(then["building_intensity"]).astype(np.float32), green)
    out, cooler = change.temperature(int(REACH_M / ground.cell_m))
    return _Night(
        _cut(cooler, out, where),
        -base.model.uhi_max * _cut(change.mitigation, change.around, where),
        float((np.nan_to_num(np.abs(cooler)) >= FELT_DEGC).sum()),
        _spared(norms, ground, base, change, lake) if lake else NOBODY,
    )


def _spared(norms: HeatNorms, ground: Ground, base: Before, change: Change, lake: Lake) -> Spared:
    """Return what residents are spared by a change of mitigation, wherever the air carries it."""
    people = people_of(lake, norms.values["calore_dusaf"], ground, base.region, base.model.mixing_cells)
    if people.felt_by is None:
        return Spared(None, people)
    felt = float(
        (change.mitigation * people.felt_by[within(change.around, base.region)]).sum(dtype=np.float64)
    )
    return Spared(base.model.uhi_max * felt + 0.0, people)


def _after(now: State, ground: Ground, layout: Layout, where: tuple[slice, slice]) -> State:
    """Lay the solutions on the cells: first those that take ground, then what stands above."""
    cell_m2 = ground.cell_m**2
    parts = {one.key: _share(ground, one, where) / cell_m2 for one in layout.laid if _does(one)}
    ground_ones = [one for one in layout.laid if float(one.footprint["ground_m2_per_unit"]) > 0]
    taken = np.minimum(sum((parts[one.key] for one in ground_ones), np.zeros(now["shade"].shape)), 1.0)
    then = {name: values * (1 - taken) if name in _GROUND else values for name, values in now.items()}
    for one in ground_ones:
        made = _made(one)
        for name in _GROUND:
            then[name] = then[name] + parts[one.key] * made[name]
    for one in layout.laid:
        if float(one.footprint["over_m2_per_unit"]) > 0:
            _cover(then, parts[one.key], _made(one))
    return then


def _cover(state: State, share: Floats, made: dict[str, float]) -> None:
    """Lay a crown or a roof: shade and evaporation never fall, the reflection is what is now on top."""
    for name in ("shade", "kc_summer"):
        state[name] = state[name] + share * np.maximum(made[name] - state[name], 0.0)
    state["albedo"] = state["albedo"] + share * (made["albedo"] - state["albedo"])


def _made(one: Laid) -> dict[str, float]:
    return {
        "shade": float(one.row["mature_shade_share"] or 0),
        "albedo": float(one.row["albedo"] or 0),
        "kc_summer": float(one.row["summer_kc"] or 0),
        "green_area": float(one.footprint["green_area"] or 0),
    }


def _literature(layout: Layout) -> tuple[float, float] | None:
    """Return the night change measured elsewhere, weighed on ground; cooler is negative."""
    doing = [one for one in layout.laid if _does(one)]
    weight = np.array([one.ground.area for one in doing])
    if not weight.sum() > 0:
        return None
    weak, strong = (
        -float(
            np.average([float(one.row[f"night_cooling_{end}_degc"] or 0) for one in doing], weights=weight)
        )
        for end in ("min", "max")
    )
    return weak, strong


def _does(one: Laid) -> bool:
    return float(one.footprint["ground_m2_per_unit"]) > 0 or float(one.footprint["over_m2_per_unit"]) > 0


def _share(ground: Ground, one: Laid, where: tuple[slice, slice]) -> Floats:
    inner, area = ground.part(one.ground)
    whole = np.zeros((where[0].stop - where[0].start, where[1].stop - where[1].start))
    row, column = inner[0].start - where[0].start, inner[1].start - where[1].start
    whole[row : row + area.shape[0], column : column + area.shape[1]] = area
    return whole


def _capacity(norms: HeatNorms, state: State) -> Floats:
    """Cooling capacity by day; one evapotranspiration for the whole territory, as WARM takes it."""
    eto = float(norms.values["et0"].value)
    found = cooling_capacity(state["shade"], state["albedo"], state["kc_summer"], eto, eto, norms.weights)
    return np.asarray(found, dtype=np.float64)


def _column(norms: HeatNorms, name: str, codes: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Return a column of the table of land covers on some cells; NaN where there is no land cover."""
    lookup = np.full(65536, np.nan, np.float32)
    for code, row in norms.values["calore_dusaf"].value.items():
        lookup[int(code)] = float(row[name] or 0)
    return lookup[codes]


def _before(norms: HeatNorms, ground: Ground, where: tuple[slice, slice]) -> Before:
    model = norms.model(ground.cell_m)
    margin = 2 * model.mitigation_halo_cells
    deep = all(
        one.start >= margin and side - one.stop >= margin
        for one, side in zip(where, ground.codes.shape, strict=True)
    )
    table = norms.values["calore_dusaf"]
    return _state(_Frozen((ground.key, model, deep), (table, norms, ground, model, margin if deep else 0)))


class _Frozen:
    """A cache key with what is needed to compute what it stands for."""

    def __init__(self, key: Any, held: Any) -> None:
        self.key, self.held = key, held

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.key == other.key and self.held[0] == other.held[0]


@lru_cache(maxsize=3)
def _state(asked: _Frozen) -> Before:
    _table, norms, ground, model, margin = asked.held
    capacity = night_capacity(_column(norms, "building_intensity", ground.codes)).astype(np.float32)
    green = _column(norms, "green_area", ground.codes) >= 0.5
    rows, cells = capacity.shape
    core = (slice(margin, rows - margin), slice(margin, cells - margin))
    return Before.of(model, capacity, green, core)


def _cut(values: NDArray[np.float32], out: tuple[slice, slice], where: tuple[slice, slice]) -> Floats:
    row, column = where[0].start - out[0].start, where[1].start - out[1].start
    height, width = where[0].stop - where[0].start, where[1].stop - where[1].start
    return np.asarray(values[row : row + height, column : column + width], dtype=np.float64)
