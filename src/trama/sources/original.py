"""An original as it is brought, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.lake.checks import Finding
from trama.sources.errors import UnknownCrs
from trama.sources.territory import Grid

if TYPE_CHECKING:
    import geopandas

    from trama.lake import Version


@dataclass(frozen=True)
class Original:
    """A file and what whoever brings it says of it.

    Attributes
    ----------
    classes
        Class table (CSV) that maps the file's own values to the layer's codes.
    crs
        EPSG code, for a file that does not declare it.
    inner
        Name of the layer inside a file that holds several.
    value_field
        Column that holds the code or the quantity, where its name is not one of the usual ones.
    columns
        The manifest's field → the file's column, where the names differ.
    repair
        Whether to apply the mends that the checks propose.
    confirm
        Why values that the norms do not expect are true, where whoever brings the file says so.
    source, edition
        Where the file came from (its name where empty), and the day or year of its data.
    coverage, covers
        Of a list of services: ``completa`` or ``parziale``, and the comuni it covers (names or codes, or
        ``tutti``); those its rows lie in where empty.
    usual_inner, usual_where
        From the manifest: the layer of the official original, and the condition on its rows. They hold only
        for a file that has a layer of that name.
    """

    path: Path
    classes: Path | None = None
    crs: int | None = None
    inner: str | None = None
    value_field: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    repair: bool = False
    confirm: str = ""
    source: str = ""
    edition: str = ""
    coverage: str = ""
    covers: str = ""
    usual_inner: str = ""
    usual_where: str = ""

    def check_crs(self) -> None:
        """Refuse a code that is no reference system, needed or not; raises `UnknownCrs`."""
        from pyproj import CRS
        from pyproj.exceptions import CRSError

        if self.crs is None:
            return
        try:
            CRS.from_epsg(self.crs)
        except CRSError:
            raise UnknownCrs(crs=self.crs) from None

    def unused_crs(self, declared: str | None) -> list[str]:
        """Return the note that the code given was of no use, because the file declares another."""
        from pyproj import CRS

        if self.crs is None or not declared or CRS.from_user_input(declared).to_epsg() == self.crs:
            return []
        name = CRS.from_user_input(declared).name
        return [f"Il file dichiara il suo sistema di riferimento, {name}: EPSG:{self.crs} non si usa."]

    @property
    def inners(self) -> tuple[str, ...]:
        """Names of inner layers to look for where the file holds several."""
        return tuple(name for name in (self.inner or self.usual_inner,) if name)

    @property
    def name(self) -> str:
        """The name of the file, which is all that sentences say of its place."""
        return self.path.name


@dataclass
class Reading:
    """What a reader made of an original: the data, ready for the lake, and the report.

    Attributes
    ----------
    rule
        How the original became the layer's data, in one Italian sentence: it stays with the version.
    findings
        What the checks found. One that is not ok and has not been mended stops the version.
    mended
        Names of the findings that were mended.
    confirmed
        Names of the findings that whoever brought the original says are true.
    notes
        What a person should know: conversions, elements left out. They stay among the version's known limits.
    events
        What a person should know of this time alone: what was there before and gave way.
    synthetic
        Whether the original itself says that its data are invented.
    """

    rule: str
    findings: list[Finding] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    synthetic: bool = False

    ADVICE = frozenset(
        {"no_gap", "inside_territory", "placed", "same_cup", "coherent", "doubles", "left_out", "replaced"}
    )
    """Findings that are recorded with the version and do not stop it."""

    @property
    def stopping(self) -> list[Finding]:
        """Findings for which the version is not written."""
        return [
            finding
            for finding in self.findings
            if not finding.ok
            and finding.check not in self.ADVICE
            and finding.check not in (*self.mended, *self.confirmed)
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "regola": self.rule,
            "accettato": not self.stopping,
            "controlli": [
                {
                    "controllo": finding.check,
                    "esito": "conforme"
                    if finding.ok
                    else "riparato"
                    if finding.check in self.mended
                    else "confermato"
                    if finding.check in self.confirmed
                    else "avviso"
                    if finding.check in self.ADVICE
                    else "da riparare",
                    "numero": finding.count,
                    **({"su": finding.of} if finding.of else {}),
                    **({"che_cosa": finding.about} if finding.about else {}),
                    "dove": list(finding.where),
                    "rimedio": finding.hint,
                }
                for finding in self.findings
            ],
            "note": [*self.events, *self.notes],
        }


@dataclass
class RasterReading(Reading):
    """Cells on the layer's grid; `nodata` means missing."""

    cells: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    grid: Grid | None = None
    nodata: float = 0


@dataclass
class TableReading(Reading):
    """Rows with exactly the manifest's fields, in its reference system."""

    table: geopandas.GeoDataFrame | None = None
    kept: Version | None = None
    """The version whose rows of other sources stay; its licence holds for them."""
    stays: dict[str, int] = field(default_factory=dict)
    """Of the rows that stay: source, or comune → how many."""
    beside: dict[str, Any] = field(default_factory=dict)
    """Layers that are written together with this one, or not at all: id → rows with its manifest's fields."""
