"""How each declared measure is taken, for every place of a grain; None is missing, never zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.indices.places import Places
from trama.analyses.indices.survey import TUC, Counts, Want
from trama.analyses.storm.ground import Ground
from trama.engines.hydrology import runoff_mm
from trama.engines.invariance import growth_factor
from trama.kernel.citations import Status
from trama.kernel.trace import LayerUse, ParameterUse
from trama.lake import Lake
from trama.norms.book import NormBook
from trama.norms.composites import (
    DesignRain,
    EdgeDensity,
    GreenPerPerson,
    Inside,
    MeanOfTables,
    Measure,
    MeshSize,
    OfCover,
    OfRaster,
    OfTable,
    Residents,
    RunoffRatio,
)

Floats = NDArray[np.float64]
WHOLE = 0.99
"""Share of the ground from which a mean is said without its coverage."""


@dataclass(frozen=True)
class Taken:
    """A measure taken at every place.

    Attributes
    ----------
    values, coverage
        One per place, NaN where missing; on which share of the ground each rests (1 where it does not apply).
    by_place
        A parameter of its own for each place, where there is one (a row of a table).
    """

    values: Floats
    formula: str
    layers: tuple[LayerUse, ...] = ()
    parameters: tuple[ParameterUse, ...] = ()
    coverage: Floats | None = None
    by_place: tuple[ParameterUse, ...] = field(default=())


@dataclass(frozen=True)
class Field:
    """Where measures are taken: the counted ground, the tables of the lake, the norms of the day."""

    lake: Lake
    book: NormBook
    day: date
    ground: Ground
    counts: Counts

    def take(self, measure: Measure, places: Places) -> Taken | None:
        """Take a measure; None where what it reads is not in the lake or in the norms."""
        taker: Callable[[Field, Any, Places], Taken | None] = _TAKERS[measure.kind]
        return taker(self, measure, places)

    def cells(self, places: Places, inside: Inside = "tutto") -> NDArray[np.int64]:
        """Return the cells by land cover and soil group, shape ``(places, covers + 1, 5)``."""
        found = self.counts.of(places.grain, self.counts.cover)
        return np.asarray(found[:, 1] if inside == "tuc" else found.sum(axis=1))

    def area_m2(self, places: Places, inside: Inside = "tutto") -> Floats:
        """Return the area of the places, or of their urban fabric; NaN where it is none."""
        found = self.cells(places, inside).sum(axis=(1, 2)) * self.ground.grid.cell_area_m2
        return np.where(found > 0, found, np.nan)

    def column(self, table: str, name: str) -> Floats | None:
        """Return a column of a land-cover table of the norms in STORM's order of codes, NaN where missing."""
        if table not in self.book.parameters:
            return None
        rows = self.book.value(table, self.day).value
        cells = [rows.get(code, {}).get(name) for code in self.ground.rules.codes]
        return np.array([np.nan if cell is None else float(cell) for cell in cells])

    def column_use(self, table: str, name: str) -> ParameterUse:
        """Quote a column of a land-cover table, not its rows."""
        use = self.book.value(table, self.day).use()
        return replace(use, value=f"colonna {name}, {len(use.value)} classi")

    def use(self, *layers: str) -> tuple[LayerUse, ...]:
        """Quote the current versions of some layers."""
        return tuple(self.lake.version(layer).use() for layer in layers)

    def needs_fabric(self, inside: Inside) -> bool:
        """Whether the urban fabric is asked for and is not there."""
        return inside == "tuc" and not self.lake.has(TUC)

    def people(self, places: Places) -> tuple[Floats, tuple[LayerUse, ...]] | None:
        """Return the residents of each place: of the comuni as counted, of the UPA as WARM spread them."""
        if places.grain == "comuni":
            if "popolazione" not in places.table.columns:
                return None
            return places.table["popolazione"].to_numpy(dtype=np.float64, na_value=np.nan), (places.use(),)
        taken = _of_table(self, OfTable(kind="table", table="warm", column="residenti"), places)
        return (taken.values, taken.layers) if taken else None


def wants_of(measures: list[Measure], book: NormBook, day: date, lake: Lake) -> set[Want]:
    """Return the rasters that some measures want and the lake has."""
    rasters = [one for one in measures if isinstance(one, OfRaster) and lake.has(one.layer)]
    return {_want(one, book, day) for one in rasters}


def barrier_of(
    measures: list[Measure], ground: Ground, book: NormBook, day: date
) -> NDArray[np.bool_] | None:
    """Return whether each land cover of STORM's table cuts the ground; None where no mesh is wanted."""
    found = next((one for one in measures if isinstance(one, MeshSize)), None)
    if found is None:
        return None
    return np.asarray(ground.rules.column("sealed_share") >= float(book.value(found.barrier, day).value))


def _want(measure: OfRaster, book: NormBook, day: date) -> Want:
    return Want(measure.layer, float(book.value(measure.below, day).value) if measure.below else None)


def _of_table(field_: Field, measure: OfTable, places: Places) -> Taken | None:
    layer = f"{measure.table}_{places.grain}"
    if not field_.lake.has(layer):
        return None
    version = field_.lake.version(layer)
    fields = {spec.name for spec in version.manifest.fields}
    if measure.column not in fields:
        return None
    table = version.table().set_index(str(version.manifest.key))
    table.index = table.index.astype(str)

    def column(name: str) -> Floats:
        known = table[name].to_dict()
        return np.array([_number(known.get(key)) for key in places.keys], dtype=np.float64)

    scale = f" × {measure.times:g}" if measure.times != 1 else ""
    return Taken(
        column(measure.column) * measure.times,
        f"{measure.column} di {version.manifest.title}{scale}",
        (version.use(),),
        coverage=column(measure.coverage) if measure.coverage in fields else None,
    )


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _of_cover(field_: Field, measure: OfCover, places: Places) -> Taken | None:
    column = field_.column(measure.table, measure.column)
    if column is None or field_.needs_fabric(measure.inside):
        return None
    if measure.complement:
        column = 1.0 - column
    cells = field_.cells(places, measure.inside).sum(axis=2)
    known = np.concatenate([[False], np.isfinite(column)])
    weight = np.concatenate([[0.0], np.nan_to_num(column)])
    values, coverage = _mean(cells[:, known] @ weight[known], cells[:, known].sum(axis=1), cells.sum(axis=1))
    layers = ("uso_suolo", TUC) if measure.inside == "tuc" else ("uso_suolo",)
    of = f"1 − {measure.column}" if measure.complement else measure.column
    where = " del tessuto urbano" if measure.inside == "tuc" else ""
    return Taken(
        values * measure.times,
        f"media di {of} secondo l'uso del suolo, sulle celle{where}",
        (*field_.use(*layers), places.use()),
        (field_.column_use(measure.table, measure.column),),
        coverage,
    )


def _mean(total: NDArray[Any], known: NDArray[Any], cells: NDArray[Any]) -> tuple[Floats, Floats]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total / known, dtype=np.float64), np.asarray(known / cells, dtype=np.float64)


def _of_raster(field_: Field, measure: OfRaster, places: Places) -> Taken | None:
    if not field_.lake.has(measure.layer) or field_.needs_fabric(measure.inside):
        return None
    want = _want(measure, field_.book, field_.day)
    sums = field_.counts.of(places.grain, field_.counts.sums[want])
    known = field_.counts.of(places.grain, field_.counts.known[want])
    every = field_.cells(places, measure.inside).sum(axis=(1, 2))
    if measure.inside == "tuc":
        values, coverage = _mean(sums[:, 1], known[:, 1], every)
    else:
        values, coverage = _mean(sums.sum(axis=1), known.sum(axis=1), every)
    layers = (measure.layer, TUC) if measure.inside == "tuc" else (measure.layer,)
    what = f"quota delle celle sotto {want.below:g} m" if want.below is not None else "media delle celle"
    where = " nel tessuto urbano" if measure.inside == "tuc" else ""
    uses = (field_.book.value(measure.below, field_.day).use(),) if measure.below else ()
    return Taken(
        values * measure.times,
        f"{what} di {measure.layer}{where}",
        (*field_.use(*layers), places.use()),
        uses,
        coverage,
    )


def _runoff_ratio(field_: Field, measure: RunoffRatio, places: Places) -> Taken | None:
    rules, rain = field_.ground.rules, field_.book.value(measure.rain, field_.day)
    depth_mm = float(rain.value)
    runoff = np.asarray(runoff_mm(depth_mm, rules.curve_numbers(), rules.lambda_)) / depth_mm
    cells = field_.cells(places)
    known = cells[:, 1:, 1:]
    values, coverage = _mean(
        (known * runoff).sum(axis=(1, 2)), known.sum(axis=(1, 2)), cells.sum(axis=(1, 2))
    )
    numbers = replace(rules.cover.use(), value=f"numeri di curva, {len(rules.codes)} classi")
    ratio = (rules.lambda_use,) if rules.lambda_use else ()
    return Taken(
        values,
        "media di Q/P, con Q del metodo SCS-CN e P la pioggia indicata",
        (*field_.use("uso_suolo", "gruppo_idrologico"), places.use()),
        (rain.use(), numbers, *ratio),
        coverage,
    )


def _design_rain(field_: Field, measure: DesignRain, places: Places) -> Taken | None:
    if measure.table not in field_.book.parameters:
        return None
    table, years = (field_.book.value(path, field_.day) for path in (measure.table, measure.years))
    comuni = [str(key) for key in field_.ground.comuni["key"]]
    depths = {key: _one_hour_mm(table.value.get(key), float(years.value)) for key in comuni}
    formula = "h = a₁ · w_T, pioggia di un'ora con il tempo di ritorno indicato"
    if places.grain == "comuni":
        own = tuple(_row_use(table.use(), table.value.get(key), key) for key in places.keys)
        values = np.array([depths.get(key, np.nan) for key in places.keys])
        return Taken(values, formula, (places.use(),), (years.use(),), None, own)
    cells = field_.counts.shared.astype(np.float64)
    rain = np.array([depths[key] for key in comuni])
    known = np.isfinite(rain)
    values, coverage = _mean(np.nan_to_num(rain) @ (cells * known[:, None]), known @ cells, cells.sum(axis=0))
    use = replace(table.use(), value=f"{len(table.value)} comuni")
    formula += "; media dei comuni secondo la superficie"
    return Taken(values, formula, (places.use(), *field_.use("comuni")), (years.use(), use), coverage)


def _one_hour_mm(row: dict[str, Any] | None, years: float) -> float:
    if row is None or any(row.get(name) is None for name in ("a1", "alfa", "kappa", "epsilon")):
        return float("nan")
    return float(row["a1"]) * growth_factor(years, row["alfa"], row["kappa"], row["epsilon"])


def _row_use(use: ParameterUse, row: dict[str, Any] | None, key: str) -> ParameterUse:
    """Quote the row of one comune with its own standing."""
    names = ("a1", "alfa", "kappa", "epsilon", "qualita")
    own = str((row or {}).get("stato_piogge") or use.status.value)
    value = {name: (row or {}).get(name) for name in names}
    return replace(use, path=f"{use.path}[{key}]", value=value, status=Status(own))


def _residents(field_: Field, measure: Residents, places: Places) -> Taken | None:
    people = field_.people(places)
    inside: Inside = "tuc" if measure.per == "ha_tuc" else "tutto"
    if people is None or field_.needs_fabric(inside):
        return None
    area = field_.area_m2(places, inside) / (1e6 if measure.per == "km2" else 1e4)
    over = "superficie del tessuto urbano" if inside == "tuc" else "superficie delle celle"
    layers = (*people[1], *(field_.use(TUC) if inside == "tuc" else ()), *field_.use("uso_suolo"))
    return Taken(people[0] / area, f"residenti / {over}", layers)


def _green_per_person(field_: Field, measure: GreenPerPerson, places: Places) -> Taken | None:
    people = field_.people(places)
    if people is None:
        return None
    classes = field_.book.value(measure.classes, field_.day)
    chosen = np.array([False, *(code in classes.value for code in field_.ground.rules.codes)])
    cells = field_.cells(places).sum(axis=2)
    area = cells[:, chosen].sum(axis=1) * field_.ground.grid.cell_area_m2
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(people[0] > 0, area / people[0], np.nan)
    coverage = 1.0 - cells[:, 0] / np.maximum(cells.sum(axis=1), 1)
    return Taken(
        values,
        "area delle classi di verde urbano / residenti",
        (*people[1], *field_.use("uso_suolo")),
        (classes.use(),),
        coverage,
    )


def _mesh(field_: Field, measure: MeshSize, places: Places) -> Taken | None:
    if field_.column(measure.table, "sealed_share") is None:
        return None
    mesh = field_.counts.of(places.grain, field_.counts.mesh)
    cells = field_.cells(places).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(cells > 0, mesh / cells / 1e6, np.nan)
    return Taken(
        values,
        "maglia effettiva: Σ area della macchia non costruita in cui cade la cella / celle del luogo",
        (*field_.use("uso_suolo"), places.use()),
        (
            field_.book.value(measure.barrier, field_.day).use(),
            field_.column_use(measure.table, "sealed_share"),
        ),
    )


def _tuc_edges(field_: Field, _measure: EdgeDensity, places: Places) -> Taken | None:
    if not field_.lake.has(TUC):
        return None
    side = abs(field_.ground.grid.transform.a)
    metres = field_.counts.of(places.grain, field_.counts.edges) * side
    values = metres / (field_.area_m2(places, "tuc") / 1e4)
    return Taken(values, "lati delle celle sul margine del tessuto urbano / sua superficie", field_.use(TUC))


def _mean_of_tables(field_: Field, measure: MeanOfTables, places: Places) -> Taken | None:
    parts = [_of_table(field_, one, places) for one in measure.of]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return Taken(
        np.mean([part.values for part in found], axis=0),
        f"media di {len(found)}: " + "; ".join(part.formula for part in found),
        tuple(use for part in found for use in part.layers),
    )


_TAKERS: dict[str, Callable[[Field, Any, Places], Taken | None]] = {
    "table": _of_table,
    "cover": _of_cover,
    "raster": _of_raster,
    "runoff_ratio": _runoff_ratio,
    "design_rain": _design_rain,
    "residents": _residents,
    "green_per_person": _green_per_person,
    "mesh": _mesh,
    "tuc_edges": _tuc_edges,
    "mean": _mean_of_tables,
}
