"""On how much of each area a figure rests: STORM leaves cells without data out, and says the share it had."""

from __future__ import annotations

from trama.apps.conoscere import tables
from trama.lake import Version

WHOLE_SHARE = 0.99
"""From this share on, as for the command line, a figure rests on the whole area: the rest is edges."""
_COLUMNS = {"idren": "copertura_idren", "kdren": "copertura_kdren", "classe": "copertura_kdren"}


def coverage_column(column: str) -> str:
    """Return the column of STORM's tables that says on what share of the area `column` rests.

    >>> coverage_column("idren"), coverage_column("ritenzione")
    ('copertura_idren', 'copertura_deflusso')
    """
    return _COLUMNS.get(column, "copertura_deflusso")


def is_partial(share: float | None) -> bool:
    """Tell whether a share says that part of the area had no data; False where it is not said."""
    return share is not None and share < WHOLE_SHARE


def partial_areas(version: Version, column: str) -> list[str]:
    """Return the keys of the areas whose figure is there and rests on a part of them, in order."""
    wanted = coverage_column(column)
    if wanted not in {spec.name for spec in version.manifest.fields}:
        return []
    figures = tables.values(version, column)
    shares = tables.values(version, wanted)
    return sorted(key for key, share in shares.items() if is_partial(share) and figures[key] is not None)
