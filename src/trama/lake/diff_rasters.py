"""What changed between two rasters, strip by strip: how many cells, from which class to which, how much."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.kernel.units import format_number
from trama.lake.rasters import is_valid, strips
from trama.lake.version import Version

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

MISSING = "senza dato"
_NONE = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class RasterDifference:
    """Cells of `new` against cells of `old`, on the grid of `new`.

    Attributes
    ----------
    cells
        Cells with a value in at least one of the two.
    changed
        Cells whose value differs, appeared or vanished.
    cell_m2
        Area of a cell; None where the reference system is not projected.
    appeared, vanished
        Cells with a value only in the new one, only in the old one.
    transitions
        For classes: (old, new) → cells, None for a cell without a value; only what changed.
    mean, largest
        For quantities: mean of new minus old and largest absolute difference, over cells with both values;
        None for classes or where no cell has both.
    regridded
        Whether the old one lies on another grid: it was read at the nearest cell.
    """

    layer: str
    old: str
    new: str
    categorical: bool
    cells: int = 0
    changed: int = 0
    cell_m2: float | None = None
    appeared: int = 0
    vanished: int = 0
    transitions: dict[tuple[int | None, int | None], int] = field(default_factory=dict)
    mean: float | None = None
    largest: float | None = None
    regridded: bool = False

    @property
    def same(self) -> bool:
        """Whether every cell has the value it had."""
        return self.changed == 0

    @property
    def changed_share(self) -> float | None:
        """Share of the cells that changed, 0 to 1; None where no cell has a value."""
        return self.changed / self.cells if self.cells else None

    def to_json(self) -> dict[str, Any]:
        """Return the difference as plain JSON values; transitions by decreasing area."""
        body: dict[str, Any] = {
            "livello": self.layer,
            "da": self.old,
            "a": self.new,
            "tipo": "classi" if self.categorical else "grandezza",
            "uguali": self.same,
            "celle": self.cells,
            "celle_cambiate": self.changed,
            "quota_cambiata": self.changed_share,
            "area_cambiata_m2": self._area(self.changed),
            "celle_apparse": self.appeared,
            "celle_sparite": self.vanished,
            "griglia_diversa": self.regridded,
        }
        if self.categorical:
            body["passaggi"] = [
                {"da": one, "a": two, "celle": count, "area_m2": self._area(count)}
                for (one, two), count in self._by_size()
            ]
        else:
            body |= {"differenza_media": self.mean, "differenza_massima": self.largest}
        return body

    def to_text(self) -> str:
        """Return the difference as Italian sentences, one a line."""
        head = f"«{self.layer}», da {self.old} a {self.new}: "
        if self.same:
            return f"{head}nessuna cella è cambiata."
        share = format_number((self.changed_share or 0) * 100, "%", 2)
        lines = [
            f"{head}{format_number(self.changed)} celle cambiate su {format_number(self.cells)} ({share})."
        ]
        if self.regridded:
            lines.append("Le griglie sono diverse: la vecchia è letta alla cella più vicina della nuova.")
        if self.appeared or self.vanished:
            lines.append(
                f"Celle che hanno ora un valore: {format_number(self.appeared)}; "
                f"che non l'hanno più: {format_number(self.vanished)}."
            )
        for (one, two), count in self._by_size()[:15]:
            lines.append(f"  {_class(one)} → {_class(two)}: {self._extent(count)}")
        if self.mean is not None and self.largest is not None:
            lines.append(
                f"Differenza media {format_number(self.mean, '1', 4)}, "
                f"massima {format_number(self.largest, '1', 4)} in valore assoluto."
            )
        return "\n".join(lines)

    def _by_size(self) -> list[tuple[tuple[int | None, int | None], int]]:
        return sorted(self.transitions.items(), key=lambda item: (-item[1], str(item[0])))

    def _area(self, count: int) -> float | None:
        return None if self.cell_m2 is None else count * self.cell_m2

    def _extent(self, count: int) -> str:
        area = self._area(count)
        return f"{format_number(count)} celle" if area is None else format_number(area / 1e4, "ha")


def compare_rasters(old: Version, new: Version) -> RasterDifference:
    """Compare two rasters of one layer; on different grids, the old one at the nearest cell of the new."""
    import rasterio
    from rasterio.vrt import WarpedVRT

    with rasterio.open(old.raster) as before, rasterio.open(new.raster) as after:
        kinds = (np.dtype(before.dtypes[0]), np.dtype(after.dtypes[0]))
        categorical = all(np.issubdtype(kind, np.integer) for kind in kinds)
        cell_m2 = abs(after.res[0] * after.res[1]) if after.crs and after.crs.is_projected else None
        if old.sha256 == new.sha256:
            return RasterDifference(old.layer, old.id, new.id, categorical, new.rows, 0, cell_m2)
        aligned = (before.transform, before.shape, before.crs) == (after.transform, after.shape, after.crs)
        if aligned:
            tally = _tally(before, after, categorical)
        else:
            grid = {"transform": after.transform, "height": after.height, "width": after.width}
            with WarpedVRT(before, crs=after.crs, **grid) as warped:
                tally = _tally(warped, after, categorical)
    both = tally.cells - tally.appeared - tally.vanished
    return RasterDifference(
        old.layer,
        old.id,
        new.id,
        categorical,
        tally.cells,
        tally.changed,
        cell_m2,
        tally.appeared,
        tally.vanished,
        dict(tally.transitions),
        None if categorical or not both else tally.total / both,
        None if categorical or not both else tally.largest,
        not aligned,
    )


@dataclass(slots=True)
class _Tally:
    cells: int = 0
    changed: int = 0
    appeared: int = 0
    vanished: int = 0
    total: float = 0.0
    largest: float = 0.0
    transitions: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)


def _tally(before: DatasetReader, after: DatasetReader, categorical: bool) -> _Tally:
    tally = _Tally()
    for window in strips(after.height, after.width):
        old, new = before.read(1, window=window), after.read(1, window=window)
        had, has = is_valid(old, before.nodata), is_valid(new, after.nodata)
        moved = had & has & (old != new)
        tally.cells += int(np.count_nonzero(had | has))
        tally.appeared += int(np.count_nonzero(has & ~had))
        tally.vanished += int(np.count_nonzero(had & ~has))
        tally.changed += int(np.count_nonzero(moved | (had ^ has)))
        if categorical:
            _count_transitions(tally.transitions, old, new, had, has, moved | (had ^ has))
        elif moved.any():
            apart = new[moved].astype(np.float64) - old[moved].astype(np.float64)
            tally.total += float(apart.sum())
            tally.largest = max(tally.largest, float(np.abs(apart).max()))
    return tally


def _count_transitions(
    counter: Counter[tuple[int | None, int | None]],
    old: np.ndarray,
    new: np.ndarray,
    had: np.ndarray,
    has: np.ndarray,
    differ: np.ndarray,
) -> None:
    if not differ.any():
        return
    olds, one = np.unique(np.where(had, old.astype(np.int64), _NONE)[differ], return_inverse=True)
    news, two = np.unique(np.where(has, new.astype(np.int64), _NONE)[differ], return_inverse=True)
    counts = np.bincount(one * len(news) + two, minlength=len(olds) * len(news)).reshape(len(olds), len(news))
    for row, column in np.argwhere(counts):
        pair = (_or_none(int(olds[row])), _or_none(int(news[column])))
        counter[pair] += int(counts[row, column])


def _or_none(code: int) -> int | None:
    return None if code == _NONE else code


def _class(code: int | None) -> str:
    return MISSING if code is None else str(code)
