"""Four comuni with people and services that can be counted by hand.

Squares of 10 km, from west: the chief town (100,000 residents); two comuni of one zone side by side (20,000
and 5,000); one of another zone apart (3,000). As many residents of each age from 0 to 99.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas
import numpy as np
import pandas as pd
from shapely.geometry import Point, box

from trama.kernel.layers import Provenance
from trama.lake import Lake
from trama.norms import load_book

BOOK = load_book()
MADE_UP = Provenance(made_by="prova", synthetic=True)
CHIEF, WEST, SMALL, EAST = "015146", "015002", "015005", "015009"
COMUNI = {CHIEF: ("Capoluogo", 0, 100_000), WEST: ("Ponente", 20, 20_000), SMALL: ("Borgo", 30, 5_000),
          EAST: ("Levante", 50, 3_000)}  # fmt: skip
"""Code → name, west side in km, residents."""
PLACES = [
    # id, name, voice, level, capacity, unit, catchment, comune
    ("n1", "Nido A", "IST.NID", "locale", 60.0, "posti", None, WEST),
    ("n2", "Nido B", "IST.NID", "locale", 78.0, "posti", None, WEST),
    ("n3", "Nido C", "IST.NID", "locale", np.nan, None, None, EAST),
    *((f"f{k}", f"Farmacia {k}", "SAN.FAR", "locale", np.nan, None, None, WEST) for k in range(6)),
    ("p1", "Parco", "VER.PAR", "locale", 100_000.0, "m2", None, WEST),
    ("b1", "Biblioteca", "CUL.BIB", "locale", np.nan, None, None, SMALL),
    ("s1", "Superiore", "IST.SE2", "intercomunale", np.nan, None, f"{WEST} {SMALL}", WEST),
    ("s2", "Poliambulatorio", "SAN.POL", "intercomunale", np.nan, None, f"{WEST} {SMALL}", WEST),
    ("h1", "Ospedale", "SAN.OSB", "intercomunale", 100.0, "letti", f"{CHIEF} {WEST} {EAST}", EAST),
    ("x1", "Teatro chiuso", "CUL.TEA", "intercomunale", np.nan, None, None, CHIEF),
]
WHOLE = ("IST.NID", "SAN.FAR", "IST.SE2", "SAN.POL", "SAN.OSB", "CUL.TEA")
"""Voices covered whole everywhere; VER.PAR is partial in Ponente; nobody covers libraries, nor the others."""


def _write(lake: Lake, layer: str, table: pd.DataFrame) -> None:
    with lake.draft(BOOK.manifests[layer], MADE_UP) as draft:
        draft.write_table(table)


def services_lake(
    root: Path,
    *,
    comuni: Mapping[str, tuple[str, int, int]] = MappingProxyType(COMUNI),
    places: Sequence[tuple[Any, ...]] = tuple(PLACES),
    covered: Sequence[str] | None = None,
    more: Sequence[tuple[str, str, str]] = (),
) -> Lake:
    """Build the comuni in a lake of their own under `root`.

    Parameters
    ----------
    covered
        Comuni where the voices of `WHOLE` are covered; all where None.
    more
        Rows of coverage beside them: comune, voice, how.
    """
    lake = Lake(root / "lake")
    squares = [box(km * 1000, 0, km * 1000 + 10_000, 10_000) for _, km, _ in comuni.values()]
    rows = pd.DataFrame(
        [(code, name, people) for code, (name, _, people) in comuni.items()],
        columns=["istat", "nome", "popolazione"],
    )
    names = [spec.name for spec in BOOK.manifests["comuni"].fields]
    _write(lake, "comuni", geopandas.GeoDataFrame(rows.reindex(columns=names), geometry=squares, crs=32632))
    ages = [
        (code, age, people // 200, people // 200, people // 100)
        for code, (_, _, people) in comuni.items()
        for age in range(100)
    ]
    _write(
        lake, "popolazione_eta", pd.DataFrame(ages, columns=["istat", "eta", "femmine", "maschi", "totale"])
    )
    _write(lake, "servizi", _services(comuni, places))
    cover = [(code, voice, "completa") for code in covered or comuni for voice in WHOLE]
    cover += [(WEST, "VER.PAR", "parziale"), *more]
    table = pd.DataFrame(cover, columns=["istat", "voce", "copertura"]).assign(
        fonte="prova", rilevato="2026-01-01", sintetico=True
    )
    _write(lake, "servizi_copertura", table)
    _write(lake, "fermate", _stops())
    return lake


def _services(
    comuni: Mapping[str, tuple[str, int, int]], places: Sequence[tuple[Any, ...]]
) -> geopandas.GeoDataFrame:
    names = ["id", "nome", "voce", "livello", "capienza", "capienza_unita", "bacino", "istat"]
    table = pd.DataFrame(list(places), columns=names)
    table["stato"] = np.where(table["id"] == "x1", "cessato", "attivo")
    columns = [spec.name for spec in BOOK.manifests["servizi"].fields]
    points = [Point(comuni[code][1] * 1000 + 5_000, 5_000) for code in table["istat"]]
    return geopandas.GeoDataFrame(table.reindex(columns=columns), geometry=points, crs=32632)


def _stops() -> geopandas.GeoDataFrame:
    rows = [
        ("a", "Centrale", "n1", "treno", "R1", False, CHIEF),
        ("b", "Centrale metro", "n1", "metro", "M1", False, CHIEF),
    ]
    table = pd.DataFrame(rows, columns=["id", "nome", "nodo", "modo", "linee", "capolinea", "istat"])
    columns = [spec.name for spec in BOOK.manifests["fermate"].fields]
    found = table.reindex(columns=columns).astype({"partenze": float, "partenze_ora": float})
    return geopandas.GeoDataFrame(found, geometry=[Point(5_000, 5_000)] * 2, crs=32632)
