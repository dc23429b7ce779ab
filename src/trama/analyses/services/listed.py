"""The services of the lake inside the territory, each with its comune, its voice and its level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trama.analyses.services.errors import UnknownVoices
from trama.analyses.services.rules import Rules
from trama.lake.version import Version

if TYPE_CHECKING:
    import geopandas


def placed_services(version: Version, rules: Rules, row_of: dict[str, int]) -> geopandas.GeoDataFrame:
    """Return the services inside the territory whatever their state, with ``row``, ``column``, ``suolo``.

    Parameters
    ----------
    row_of
        Comune → its row.

    Raises
    ------
    UnknownVoices
        A voice is not in the taxonomy.
    """
    table = version.table()
    if strange := sorted(set(table["voce"].dropna().astype(str)) - set(rules.voices)):
        raise UnknownVoices(voices=", ".join(strange[:5]) + (" …" if len(strange) > 5 else ""))
    voice = table["voce"]
    table = table.assign(
        row=table["istat"].map(row_of),
        column=voice.map({name: column for column, name in enumerate(rules.voices)}),
        livello=table["livello"].where(
            table["livello"].notna(), voice.map({name: one.level for name, one in rules.voices.items()})
        ),
        suolo=voice.map({name: one.ground for name, one in rules.voices.items()}).fillna(False),
    )
    kept = table["row"].notna() & table["column"].notna()
    found: geopandas.GeoDataFrame = table[kept].astype({"row": int, "column": int}).reset_index(drop=True)
    return found
