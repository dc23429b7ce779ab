"""On how much of each area a figure rests: cells without data are left out, and the share kept is said."""

from __future__ import annotations

from trama.apps.conoscere import tables
from trama.lake import Version

WHOLE_SHARE = 0.99
"""From this share on, as for the command line, a figure rests on the whole area: the rest is edges."""
_COLUMNS = {
    "storm": {"idren": "copertura_idren", "kdren": "copertura_kdren", "classe": "copertura_kdren"},
    "warm": {
        **dict.fromkeys(("t_notte", "anomalia", "classe"), "copertura_temperatura"),
        **dict.fromkeys(("raffrescamento", "offerta_microclima"), "copertura_raffrescamento"),
    },
    "suoli": dict.fromkeys(("attitudine", "classe"), "copertura_attitudine"),
}
_OTHERWISE = {"storm": "copertura_deflusso", "warm": "copertura_residenti"}


def coverage_column(layer: str, column: str) -> str:
    """Return the column of a table of places that says on what share of the area `column` rests.

    Empty where the layer is of no family that says it.

    >>> coverage_column("storm_upa", "idren"), coverage_column("storm_upa", "ritenzione")
    ('copertura_idren', 'copertura_deflusso')
    >>> coverage_column("warm_comuni", "classe"), coverage_column("comuni", "popolazione")
    ('copertura_temperatura', '')
    """
    family = layer.partition("_")[0]
    return _COLUMNS.get(family, {}).get(column, _OTHERWISE.get(family, ""))


def is_partial(share: float | None) -> bool:
    """Tell whether a share says that part of the area had no data; False where it is not said."""
    return share is not None and share < WHOLE_SHARE


def partial_areas(version: Version, column: str) -> list[str]:
    """Return the keys of the areas whose figure is there and rests on a part of them, in order."""
    wanted = coverage_column(version.layer, column)
    if wanted not in {spec.name for spec in version.manifest.fields}:
        return []
    figures = tables.values(version, column)
    shares = tables.values(version, wanted)
    return sorted(key for key, share in shares.items() if is_partial(share) and figures[key] is not None)
