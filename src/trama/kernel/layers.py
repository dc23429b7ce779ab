"""What a layer is: its manifest, and where a version of it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

GEOMETRIES = ("polygon", "line", "point", "mixed", "raster", "table")
CHECKS = ("unique_id", "valid_geometry", "inside_territory", "no_gap", "known_classes")
COMPUTED = frozenset({"analisi", "norme"})
"""Kinds of source of layers that have no original: Trama computes them, or they come from the norms."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A column of a layer (or the cell value of a raster, named ``cell``)."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}  # closed keys where YAML is read

    name: str
    type: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Where the official original is, how it is fetched, and what must be said to read it.

    Attributes
    ----------
    kind
        Names the reader.
    url
        Address of the original itself: a file, or one layer of an ArcGIS REST service. None where unknown.
    page
        Page of the body that keeps it, to open by hand.
    body
        Who keeps the original, where it is not the layer's steward.
    protocol
        ``file`` (one download) or ``arcgis`` (a layer asked page by page, within the territory).
    where
        Condition on the original's columns: the service's own query (``arcgis``), or what is read of a file.
    inner
        Name of the layer inside a file or archive that holds several.
    columns
        Field of the layer → column of the original, where the names differ; empty leaves the field empty.
    kept
        Fields that the original does not have: they keep the values of the layer's current version, by key.
    licence, edition
        What the body says of the original.
    attested
        How the address is known, where nobody has tried it from here.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}  # closed keys where YAML is read

    kind: str
    url: str | None = None
    note: str = ""
    page: str | None = None
    body: str = ""
    protocol: Literal["file", "arcgis"] = "file"
    where: str = ""
    inner: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    licence: str = ""
    edition: str = ""
    attested: str = ""

    @property
    def computed(self) -> bool:
        """Whether the layer has no original."""
        return self.kind in COMPUTED


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a layer; the same for all its versions until the norms change it.

    Attributes
    ----------
    id
        Text id, stable for ever.
    crs
        EPSG code.
    geometry
        One of `GEOMETRIES`; rows of a ``mixed`` layer are areas, lines or points, and some may have no shape.
    key
        Name of the field that identifies a row; None for rasters.
    checks
        Names from `CHECKS` that every new version must pass or explain.
    synthetic
        Whether what the demonstration generates for it is invented. A version made from an official
        original says False in its own provenance.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}  # closed keys where YAML is read

    id: str
    title: str
    description: str
    steward: str
    licence: str
    source: SourceSpec
    crs: int
    geometry: str
    fields: tuple[FieldSpec, ...]
    key: str | None = None
    refreshed: str = ""
    checks: tuple[str, ...] = ()
    known_limits: tuple[str, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a version came to be.

    Attributes
    ----------
    made_by
        Name of the analysis, reader or contribution.
    inputs
        Layer id → version id read to make it.
    asked
        Parameters of the run, plain JSON.
    day
        ISO day of the law under which it was computed; empty for plain data.
    source
        File name, address or package the data came from; with `source_sha256` where it is a file.
    """

    made_by: str
    synthetic: bool
    inputs: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    day: str = ""
    source: str = ""
    source_sha256: str = ""
    licence: str = ""
    who: str = "operatore locale"
    trace: str = ""
