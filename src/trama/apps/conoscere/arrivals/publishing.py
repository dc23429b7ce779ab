"""What a run that publishes several layers tells of them: before, now, and the comuni that change most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from trama.lake import Lake, Version

SHOWN = 20


def current(lake: Lake, layers: Iterable[str]) -> dict[str, Version]:
    """Return the current version of those of `layers` that are there."""
    return {layer: lake.version(layer) for layer in layers if lake.has(layer)}


def rows(
    layers: Iterable[str], before: dict[str, Version], published: dict[str, Version]
) -> list[dict[str, Any]]:
    """Return a row for each layer of the run: its title, the version it had, the one it has."""
    return [_row(layer, before.get(layer), published.get(layer)) for layer in layers]


def _row(layer: str, before: Version | None, now: Version | None) -> dict[str, Any]:
    version = now or before
    assert version is not None  # what was not published was there already
    return {
        "layer": layer,
        "title": version.manifest.title,
        "before": before.id if before else None,
        "now": version.id,
        "synthetic": version.synthetic,
    }


def changed(before: Version | None, now: Version | None, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the comuni whose figures changed, the largest change first, at most `SHOWN`.

    Parameters
    ----------
    columns
        What is compared; the first one ranks the changes.
    """
    if before is None or now is None or before.id == now.id:
        return []
    wanted = ["istat", "nome", *columns]
    old, new = (each.table(columns=wanted).set_index("istat") for each in (before, now))
    found = []
    for key in new.index.intersection(old.index):
        pairs = {name: (_plain(old.at[key, name]), _plain(new.at[key, name])) for name in columns}
        if any(one != other for one, other in pairs.values()):
            found.append({"istat": str(key), "nome": str(new.at[key, "nome"]), **pairs})
    return sorted(found, key=lambda row: _change(row[columns[0]]))[:SHOWN]


def _change(pair: Sequence[Any]) -> float:
    one, other = pair
    return -abs(other - one) if one is not None and other is not None else 0.0


def _plain(value: Any) -> Any:
    """Return a figure as plain JSON: what is missing stays missing."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    return None if number != number else number  # noqa: PLR0124 - NaN
