"""An intervention: where it is, what it is made of today and in the project, and where that was read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely

from trama.kernel.notices import Notice
from trama.kernel.places import METRIC_EPSG
from trama.sources.interventions import geojson, properties, shapes, systems
from trama.sources.interventions.projects import by_project, outline_and_drawn
from trama.sources.interventions.properties import Surfaces, Tipologia
from trama.sources.interventions.raw import RawFeature, RawFile
from trama.sources.interventions.shapes import Area


@dataclass(frozen=True, slots=True)
class Intervention:
    """An intervention as the sheets and the map take it.

    Attributes
    ----------
    geometry
        Valid polygon or multipolygon in EPSG:32632, metres.
    nome
        Its name; empty where not given.
    tipologie
        Its nature-based solutions, by id.
    stato_attuale, progetto
        Surface composition in m2 by class, before and after; None where not given (to be asked or estimated,
        never zero).
    source_name, source_sha256, source_crs
        The file it was read from, the digest of its bytes, the EPSG code its coordinates were in.
    warnings
        What the person should know.
    """

    geometry: Area
    nome: str
    tipologie: tuple[Tipologia, ...]
    stato_attuale: Surfaces | None
    progetto: Surfaces | None
    source_name: str
    source_sha256: str
    source_crs: int
    warnings: tuple[Notice, ...] = ()

    @property
    def area_m2(self) -> float:
        """Area of the perimeter, in m2."""
        return float(self.geometry.area)

    @classmethod
    def from_geojson(
        cls,
        document: Any,
        *,
        name: str = "disegno",
        nbs_ids: Collection[str] | None = None,
        surface_classes: Collection[str] | None = None,
        mend: bool = False,
    ) -> Intervention:
        """Read a GeoJSON already parsed (what the map draws): lon/lat unless a legacy ``crs`` says otherwise.

        Parameters and errors are those of `read_intervention`.
        """
        raw = geojson.from_document(document, name)
        digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
        return assemble(
            raw, raw.crs or 4326, digest, nbs_ids=nbs_ids, surface_classes=surface_classes, mend=mend
        )

    def to_geojson(self) -> dict[str, Any]:
        """Return a GeoJSON Feature in lon/lat (RFC 7946), with the properties that `from_geojson` reads."""
        return {
            "type": "Feature",
            "geometry": shapes.lon_lat_geometry(self.geometry),
            "properties": {
                "nome": self.nome,
                "tipologie": [kind.to_json() for kind in self.tipologie],
                "stato_attuale": self.stato_attuale,
                "progetto": self.progetto,
            },
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain JSON values, without loss: coordinates in metres, unrounded."""
        return {
            "crs": METRIC_EPSG,
            "geometry": shapes.metric_geometry(self.geometry),
            "area_m2": self.area_m2,
            "nome": self.nome,
            "tipologie": [kind.to_json() for kind in self.tipologie],
            "stato_attuale": self.stato_attuale,
            "progetto": self.progetto,
            "source": {"name": self.source_name, "sha256": self.source_sha256, "crs": self.source_crs},
            "warnings": [notice.to_json() for notice in self.warnings],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Intervention:
        """Read back what `to_json` wrote (our own memory, not a person's file: nothing is checked again)."""
        return cls(
            geometry=shapely.from_geojson(json.dumps(value["geometry"])),
            nome=value["nome"],
            tipologie=tuple(Tipologia(**kind) for kind in value["tipologie"]),
            stato_attuale=value["stato_attuale"],
            progetto=value["progetto"],
            source_name=value["source"]["name"],
            source_sha256=value["source"]["sha256"],
            source_crs=value["source"]["crs"],
            warnings=tuple(Notice(**notice) for notice in value["warnings"]),
        )

    def with_answers(self, **changes: Any) -> Intervention:
        """Return a copy with other `nome`, `tipologie`, `stato_attuale` or `progetto`."""
        return replace(self, **changes)


def assemble(
    raw: RawFile,
    crs: int,
    digest: str,
    *,
    nbs_ids: Collection[str] | None,
    surface_classes: Collection[str] | None,
    mend: bool,
) -> Intervention:
    """Make one intervention of a file as read: perimeter, drawn solutions, properties, checks."""
    located = shapes.in_metres(raw, crs, mend=mend)
    return _made(located, raw, crs, digest, nbs_ids, surface_classes)


def assemble_each(
    raw: RawFile,
    crs: int,
    digest: str,
    *,
    nbs_ids: Collection[str] | None,
    surface_classes: Collection[str] | None,
    mend: bool,
) -> tuple[Intervention, ...]:
    """Make an intervention of each name in a file: elements of one name are one project."""
    located = shapes.in_metres(raw, crs, mend=mend)
    projects = by_project(located)
    return tuple(
        _made(part, replace(raw, notices=[*raw.notices]), crs, digest, nbs_ids, surface_classes)
        for part in projects
    )


def _made(
    located: Sequence[tuple[RawFeature, Area]],
    raw: RawFile,
    crs: int,
    digest: str,
    nbs_ids: Collection[str] | None,
    surface_classes: Collection[str] | None,
) -> Intervention:
    outline, drawn = outline_and_drawn(located)
    if not outline:
        outline = drawn
        raw.notices.append(_UNDRAWN)
    whole = shapely.normalize(shapes.join([shape for _, shape in outline], raw.notices))
    shapes.check_size(whole, raw.name, raw.notices)
    features: list[RawFeature] = [feature for feature, _ in outline]
    area_m2 = float(whole.area)
    return Intervention(
        geometry=whole,
        nome=properties.read_name(features, raw.notices),
        tipologie=properties.read_tipologie(features, drawn, whole, nbs_ids, raw.notices),
        stato_attuale=properties.read_surfaces(features, "stato_attuale", area_m2, surface_classes),
        progetto=properties.read_surfaces(features, "progetto", area_m2, surface_classes),
        source_name=raw.name,
        source_sha256=digest,
        source_crs=crs,
        warnings=(*raw.notices, *systems.accuracy_notice(crs)),
    )


_UNDRAWN = Notice(
    "perimetro_dalle_tipologie",
    "Il perimetro non è disegnato: si usa l'insieme degli elementi con «tipologia».",
    "The perimeter is not drawn: the features with “tipologia” together are used.",
)
