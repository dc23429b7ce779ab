"""Rows of services as they come out of a source, before they meet those that are there already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.sources.original import Original, TableReading
from trama.sources.placing import comuni_of, doubles, near, told
from trama.sources.services.errors import NoService
from trama.sources.services.taxonomy import Taxonomy
from trama.sources.territory import Territory
from trama.sources.works.placing import Names
from trama.sources.works.values import Unclear

if TYPE_CHECKING:
    import geopandas

REGISTER, LIST, EXTRACT, INVENTED = 3, 2, 1, 0
"""Ranks of sources: an official register, a list, OpenStreetMap, and last what is invented."""


@dataclass
class Found:
    """What a source says.

    Attributes
    ----------
    source
        How the layer names it; `rank` says how much it counts.
    rows
        One for each service: the fields of the layer, and ``geometry`` in metres.
    far
        Rows away from the territory, that were left out.
    missing
        (voce, comune as written) of the rows without a place.
    complete
        Voices the source declares complete by itself.
    """

    source: str
    rank: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    far: int = 0
    missing: list[tuple[str, Any]] = field(default_factory=list)
    complete: frozenset[str] = frozenset()


def settled(
    found: Found,
    original: Original,
    lake: Lake,
    territory: Territory,
    margin_m: float,
    apart_m: float,
    reading: TableReading,
) -> geopandas.GeoDataFrame:
    """Return the rows near the territory, each once, with the comune they lie in.

    Raises
    ------
    NoService
        None is left.
    """
    import geopandas

    if not found.rows:
        why = "nessuna riga ha una voce e una posizione."
        if found.missing:
            why = (
                f"le sue {len(found.missing)} righe non hanno coordinate. Aggiungere le colonne lat e lon "
                "(in gradi) o x e y (in metri), ricavate dagli indirizzi."
            )
        raise NoService(name=original.name, why=why)
    table = geopandas.GeoDataFrame(found.rows, geometry="geometry", crs=METRIC_EPSG)
    close = near(territory, table.geometry.to_numpy(), margin_m)
    found.far = int((~close).sum())
    if not close.any():
        raise NoService(
            name=original.name,
            why="nessuno è sul territorio o vicino: controllare il sistema di riferimento, e che "
            "longitudine e latitudine non siano scambiate.",
        )
    if found.far:
        reading.notes.append(f"Lasciati fuori {found.far} servizi lontani dal territorio.")
    table = table[close].reset_index(drop=True)
    table = _once(table, apart_m, reading)
    table["istat"] = comuni_of(lake, table.geometry.to_numpy())
    table["detto"] = _told_comuni(table, Names.of(lake), reading)
    outside = int(table["istat"].isna().sum())
    if outside and territory.shape is not None:
        reading.notes.append(f"{outside} servizi sono appena fuori dal territorio: restano, senza comune.")
    return table


def _told_comuni(table: geopandas.GeoDataFrame, names: Names, reading: TableReading) -> list[str | None]:
    """Return the comune of the territory that each row names; tell where the map says another."""
    codes: dict[Any, str | None] = {}
    for written in table["comune"].unique():
        try:
            found = names.find(written)
        except Unclear:
            found = []
        codes[written] = found[0] if len(found) == 1 else None
    told_ = [codes[written] for written in table["comune"]]
    away = [
        (str(table["id"][at]), point, f"l'elenco dice {names.names[code]}, sulla mappa è altrove")
        for at, (code, point) in enumerate(zip(told_, table.geometry, strict=True))
        if code is not None and names.contradicted([code], point)
    ]
    hint = "Restano dove sono sulla mappa: controllare le coordinate."
    reading.findings.append(told("coherent", away, hint))
    return told_


def _once(table: geopandas.GeoDataFrame, apart_m: float, reading: TableReading) -> geopandas.GeoDataFrame:
    """Keep once what the source writes twice: the same id and voice, or a like service on the same spot."""
    again = table.duplicated(["id", "voce"]).to_numpy()
    rows = [
        (str(table["id"][at]), table.geometry[at], "stesso identificativo e stessa voce: resta la prima riga")
        for at in np.flatnonzero(again)
    ]
    table = table[~again].reset_index(drop=True)
    named = table["nome"].fillna(table["id"])
    ranks = [1] * len(table)
    pairs = doubles(table.geometry.to_numpy(), table["voce"].tolist(), named.tolist(), ranks, apart_m)
    rows += [
        (str(table["id"][left]), table.geometry[left], f"la stessa di {table['id'][kept]}, a pochi metri")
        for kept, left in pairs
    ]
    table = table.drop(index=[left for _, left in pairs]).reset_index(drop=True)
    same = table["id"].duplicated(keep=False)
    table.loc[same, "id"] = table["id"][same] + "#" + table["voce"][same]
    reading.findings.append(told("doubles", rows, "Scritti due volte: contati una."))
    return table


def service(
    taxonomy: Taxonomy, voce: str, *, level: str | None, state: str | None, **values: Any
) -> dict[str, Any]:
    """Return a row of the layer: what is not said is empty, the level comes from the taxonomy."""
    capacity = values.get("capienza")
    return {
        **values,
        "voce": voce,
        "livello": level or taxonomy.level(voce),
        "livello_da": "dichiarato" if level else "tassonomia",
        "stato": state or "attivo",
        "capienza": np.nan if capacity is None else float(capacity),
        "capienza_unita": None if capacity is None else values.get("capienza_unita") or taxonomy.unit(voce),
    }


def counted(voices: Counter[str], most: int = 8) -> str:
    """Return how many of each voice, in words.

    >>> counted(Counter({"SAN.FAR": 3, "IST.PRI": 1}))
    'SAN.FAR (3), IST.PRI (1)'
    """
    told_ = [f"{voce} ({count})" for voce, count in voices.most_common(most)]
    rest = len(voices) - most
    return ", ".join(told_) + (f" e altre {rest}" if rest > 0 else "")
