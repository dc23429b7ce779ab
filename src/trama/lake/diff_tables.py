"""What changed between two tables: rows added, removed, changed; of a changed shape, how much of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from trama.lake.version import Version

SHOWN = 200
"""Rows listed in JSON for each kind of change; the counts are always whole."""
_ROW = "riga"


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row present in both versions, and how it differs.

    Attributes
    ----------
    key
        Its identifier, as text.
    fields
        Column → (old value, new value).
    shape
        For polygons ``differenza_m2``, the area of the symmetric difference, and ``area_m2`` before and
        after; for lines and points ``scarto_m``, the Hausdorff distance. Empty where the shape is the same.
    """

    key: str
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    shape: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the change as plain JSON values."""
        fields = {name: [_plain(old), _plain(new)] for name, (old, new) in self.fields.items()}
        return {"id": self.key, "campi": fields, "geometria": self.shape or None}


@dataclass(frozen=True, slots=True)
class TableDifference:
    """Rows of `new` against rows of `old`, by key (by whole content where there is no single key)."""

    layer: str
    old: str
    new: str
    by: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[RowChange, ...] = ()
    unchanged: int = 0
    new_fields: tuple[str, ...] = ()
    lost_fields: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.removed or self.changed or self.new_fields or self.lost_fields)

    @property
    def changed_area_m2(self) -> float:
        """Area that changed hands in changed polygons (sum of symmetric differences)."""
        return float(sum(change.shape.get("differenza_m2", 0.0) for change in self.changed))

    def to_json(self) -> dict[str, Any]:
        """Return the difference as plain JSON values; lists stop at `SHOWN`, counts do not."""
        return {
            "livello": self.layer,
            "da": self.old,
            "a": self.new,
            "tipo": "tabella",
            "uguali": self.same,
            "confronto": self.by,
            "conteggi": {
                "aggiunte": len(self.added),
                "tolte": len(self.removed),
                "cambiate": len(self.changed),
                "invariate": self.unchanged,
            },
            "campi_aggiunti": list(self.new_fields),
            "campi_tolti": list(self.lost_fields),
            "aggiunte": list(self.added[:SHOWN]),
            "tolte": list(self.removed[:SHOWN]),
            "cambiate": [change.to_json() for change in self.changed[:SHOWN]],
            "differenza_m2": round(self.changed_area_m2, 2),
        }

    def to_text(self) -> str:
        """Return the difference as Italian sentences, one a line."""
        if self.same:
            return f"«{self.layer}»: {self.old} e {self.new} contengono gli stessi {self.unchanged} elementi."
        lines = [
            f"«{self.layer}», da {self.old} a {self.new}: {len(self.added)} elementi aggiunti, "
            f"{len(self.removed)} tolti, {len(self.changed)} cambiati, {self.unchanged} invariati."
        ]
        if self.new_fields:
            lines.append(f"Campi nuovi: {', '.join(self.new_fields)}.")
        if self.lost_fields:
            lines.append(f"Campi tolti: {', '.join(self.lost_fields)}.")
        for title, keys in (("Aggiunti", self.added), ("Tolti", self.removed)):
            if keys:
                more = f" e altri {len(keys) - 10}" if len(keys) > 10 else ""
                lines.append(f"{title}: {', '.join(keys[:10])}{more}.")
        lines += [_sentence(change) for change in self.changed[:10]]
        if len(self.changed) > 10:
            lines.append(f"... e altri {len(self.changed) - 10} elementi cambiati.")
        return "\n".join(lines)


def compare_tables(old: Version, new: Version) -> TableDifference:
    """Compare two tables by the newer manifest's key; by whole content where it is absent or repeated."""
    before, after = old.table(), new.table()
    if old.sha256 == new.sha256:
        return TableDifference(old.layer, old.id, new.id, "impronta", unchanged=len(after))
    columns = [name for name in after.columns if name in before.columns]
    frame = {
        "layer": old.layer,
        "old": old.id,
        "new": new.id,
        "new_fields": tuple(sorted(set(after.columns) - set(columns))),
        "lost_fields": tuple(sorted(set(before.columns) - set(columns))),
    }
    key = new.manifest.key
    if key is not None and key in columns and before[key].is_unique and after[key].is_unique:
        return _by_key(before, after, key, columns, frame)
    return _by_content(before[columns], after[columns], frame)


def _by_key(
    before: pd.DataFrame, after: pd.DataFrame, key: str, columns: list[str], frame: dict[str, Any]
) -> TableDifference:
    before, after = before.set_index(key), after.set_index(key)
    both = after.index[after.index.isin(before.index)]
    left, right = before.loc[both], after.loc[both]
    fields: list[dict[str, tuple[Any, Any]]] = [{} for _ in both]
    shapes: list[dict[str, Any]] = [{} for _ in both]
    for name in columns:
        if name == "geometry":
            shapes = _shape_changes(left.geometry.to_numpy(), right.geometry.to_numpy())
        elif name != key:
            one, two = left[name].to_numpy(dtype=object), right[name].to_numpy(dtype=object)
            for row in np.flatnonzero([not _equal(a, b) for a, b in zip(one, two, strict=True)]):
                fields[row][name] = (one[row], two[row])
    changed = tuple(
        RowChange(str(name), fields[row], shapes[row])
        for row, name in enumerate(both)
        if fields[row] or shapes[row]
    )
    return TableDifference(
        **frame,
        by=key,
        added=tuple(str(name) for name in after.index[~after.index.isin(before.index)]),
        removed=tuple(str(name) for name in before.index[~before.index.isin(after.index)]),
        changed=changed,
        unchanged=len(both) - len(changed),
    )


def _by_content(before: pd.DataFrame, after: pd.DataFrame, frame: dict[str, Any]) -> TableDifference:
    """Compare rows as wholes: a changed row reads as one removed and one added."""
    old, new = Counter(_contents(before)), Counter(_contents(after))
    return TableDifference(
        **frame,
        by="contenuto",
        added=_surplus(_contents(after), old),
        removed=_surplus(_contents(before), new),
        unchanged=(old & new).total(),
    )


def _surplus(rows: list[str], known: Counter[str]) -> tuple[str, ...]:
    left, surplus = Counter(known), []
    for number, row in enumerate(rows, start=1):
        if left[row]:
            left[row] -= 1
        else:
            surplus.append(f"{_ROW} {number}")
    return tuple(surplus)


def _contents(table: pd.DataFrame) -> list[str]:
    plain = pd.DataFrame(table)
    if "geometry" in plain.columns:
        plain["geometry"] = shapely.to_wkb(shapely.normalize(table["geometry"].to_numpy()), hex=True)
    return [repr([_plain(value) for value in row]) for row in plain.itertuples(index=False, name=None)]


def _shape_changes(old: np.ndarray, new: np.ndarray) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = [{} for _ in old]
    before, after = shapely.normalize(old), shapely.normalize(new)
    for row in np.flatnonzero(shapely.to_wkb(before) != shapely.to_wkb(after)):
        changes[row] = _shape_change(before[row], after[row])
    return changes


def _shape_change(old: shapely.Geometry | None, new: shapely.Geometry | None) -> dict[str, Any]:
    if old is None or new is None or old.is_empty or new.is_empty:
        return {"nota": "la geometria è apparsa" if old is None or old.is_empty else "la geometria è sparita"}
    if old.area == 0 and new.area == 0:
        return {"scarto_m": round(float(shapely.hausdorff_distance(old, new)), 3)}
    apart = shapely.symmetric_difference(shapely.make_valid(old), shapely.make_valid(new)).area
    return {"differenza_m2": round(float(apart), 3), "area_m2": [round(old.area, 3), round(new.area, 3)]}


def _equal(one: Any, two: Any) -> bool:
    if _missing(one) or _missing(two):
        return _missing(one) and _missing(two)
    return bool(np.all(one == two))


def _missing(value: Any) -> bool:
    return value is None or (np.isscalar(value) and bool(value != value))  # noqa: PLR0124 - NaN and NaT


def _plain(value: Any) -> Any:
    if _missing(value):
        return None
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, bool | int | float | str) else str(value)


def _sentence(change: RowChange) -> str:
    parts = [f"{name}: {_plain(old)} → {_plain(new)}" for name, (old, new) in change.fields.items()]
    if "differenza_m2" in change.shape:
        parts.append(f"forma cambiata per {change.shape['differenza_m2']:.0f} m²")
    elif "scarto_m" in change.shape:
        parts.append(f"forma spostata fino a {change.shape['scarto_m']:.1f} m")
    elif change.shape:
        parts.append(change.shape["nota"])
    return f"  {change.key}: {'; '.join(parts)}."
