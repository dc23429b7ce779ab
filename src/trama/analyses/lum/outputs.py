"""The layers of the atlas, as rows: laid out from what was assessed, or read back from the last atlas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from trama.analyses.lum.context import Context
from trama.analyses.lum.functions import FORESEEN, LACKING, PRESENT
from trama.analyses.lum.inside import Inside
from trama.analyses.lum.lum import CIRCLE, COMUNE, Lum
from trama.kernel.layers import Manifest, Provenance
from trama.lake import Lake
from trama.lake.version import Version

ATLAS, CIRCLES, WALKS, FUNCTIONS = "lum", "lum_cerchi", "lum_pedonali", "lum_funzioni"
SERVICES = "lum_servizi"
LAYERS = (ATLAS, CIRCLES, WALKS, FUNCTIONS, SERVICES)
GEOMETRY = "geometry"
ADDED = {ATLAS: ("minimi",), FUNCTIONS: ("almeno",)}
"""Layer → columns that atlases made before them do not have: read as missing."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """Layer → its rows, geometry included; every row names its LUM."""

    tables: dict[str, list[Row]]

    @classmethod
    def empty(cls) -> Rows:
        """Return no rows."""
        return cls({layer: [] for layer in LAYERS})

    @classmethod
    def read(cls, lake: Lake) -> Rows:
        """Read the rows of the last atlas, all its layers from the same run."""
        found = {layer: _of_run(lake, layer, lake.version(ATLAS)) for layer in LAYERS}
        rows = {layer: [] if version is None else _rows(version) for layer, version in found.items()}
        return cls(
            {
                layer: [{**dict.fromkeys(ADDED.get(layer, ())), **row} for row in each]
                for layer, each in rows.items()
            }
        )

    @property
    def lum(self) -> list[Row]:
        """The rows of the atlas itself."""
        return self.tables[ATLAS]

    @property
    def explanations(self) -> dict[str, str]:
        """LUM → its trace."""
        return {str(row["codice"]): str(row["spiegazione"]) for row in self.lum}

    def without(self, code: str) -> Rows:
        """Return the rows of the other LUM."""
        return Rows(
            {layer: [row for row in rows if row["codice"] != code] for layer, rows in self.tables.items()}
        )

    def plus(self, more: Rows) -> Rows:
        """Return these rows and others."""
        return Rows({layer: [*rows, *more.tables[layer]] for layer, rows in self.tables.items()})

    def ordered(self, names: Sequence[str]) -> Rows:
        """Return the rows in the order of some codes."""
        place = {code: at for at, code in enumerate(names)}
        return Rows(
            {layer: sorted(rows, key=lambda row: place[row["codice"]]) for layer, rows in self.tables.items()}
        )


def rows_of(context: Context, lum: Lum, trace: str) -> Rows:
    """Lay a LUM out as the rows of every layer."""
    named = {"codice": lum.code, "nome": lum.name, "livello": lum.level}
    walk = lum.catchment.radius if lum.catchment else None
    walks = (
        []
        if walk is None
        else [{**named, "metri": lum.radius_m, "area_m2": walk.area, "rapporto": lum.ratio, GEOMETRY: walk}]
    )
    return Rows(
        {
            ATLAS: [_row(context, lum, trace)],
            CIRCLES: [{**named, "raggio_m": lum.radius_m, "area_m2": lum.circle.area, GEOMETRY: lum.circle}],
            WALKS: walks,
            FUNCTIONS: [
                {
                    "codice": lum.code,
                    "gruppo": one.group,
                    "funzione": one.id,
                    "voci": " ".join(one.voices),
                    "nome": one.name,
                    "stato": one.state,
                    "numero": one.count,
                    "almeno": one.least,
                    "servizi": "; ".join(one.services) or None,
                }
                for one in lum.functions
            ],
            SERVICES: [_service(context, lum, one) for one in lum.services],
        }
    )


def _service(context: Context, lum: Lum, one: Inside) -> Row:
    service, rules = one.service, context.rules
    return {
        "codice": lum.code,
        "servizio": service.id,
        "nome": service.name,
        "voce": service.voice,
        "nome_voce": rules.voice_name(service.voice),
        "categoria": rules.category(service.voice),
        "nome_categoria": rules.category_name(rules.category(service.voice)),
        "stato": service.state,
        "metri_a_piedi": one.metres,
        "nota_distanza": one.note or None,
        "orari": service.hours or None,
        "capienza": service.capacity,
        "capienza_unita": service.unit or None,
        "fonte": service.source or None,
        "rilevato": service.surveyed or None,
    }


def _least(lum: Lum) -> str | None:
    """Return the columns whose number is a minimum."""
    told = {"partenze_ora": bool(lum.departures.note), "servizi": bool(lum.active.note),
            "posti_bici": lum.cycles.least}  # fmt: skip
    return " ".join(name for name, least in told.items() if least) or None


def _row(context: Context, lum: Lum, trace: str) -> Row:
    one, redrawn, people = lum.interchange, lum.redrawn, lum.people or {}
    walk = lum.catchment.radius if lum.catchment else None
    return {
        "codice": lum.code,
        "nome": lum.name,
        "istat": one.istat,
        "comune": context.names.get(one.istat, one.istat),
        "comuni": " ".join(lum.comuni),
        "zona": lum.zone or None,
        "livello": lum.level,
        "livello_piano": one.declared,
        "livello_calcolato": one.computed,
        "motivo_livello": one.reason,
        "raggio_m": lum.radius_m,
        "modi": " ".join(one.modes),
        "linee": " ".join(one.lines) or None,
        "fermate": " ".join(stop.id for stop in one.stops),
        "partenze_ora": lum.departures.value,
        "perimetro": COMUNE if redrawn else CIRCLE,
        "atto": redrawn.atto if redrawn else None,
        "data_atto": redrawn.data_atto if redrawn else None,
        "area_m2": lum.perimeter.area,
        "area_cerchio_m2": lum.circle.area,
        "area_pedonale_m2": None if walk is None else walk.area,
        "rapporto_pedonale": lum.ratio,
        "barriera": lum.barrier or None,
        "residenti": _total(lum.people),
        **{f"residenti_{band}": people.get(band) for band in ("ragazzi", "adulti", "anziani")},
        "residenti_dieci_minuti": _total(lum.people_ten),
        "servizi": lum.active.value,
        "funzioni_presenti": lum.count(PRESENT, FORESEEN),
        "funzioni_mancanti": lum.count(LACKING),
        "funzioni_ignote": lum.unknown,
        "posti_bici": lum.cycles.present,
        "posti_bici_richiesti": lum.cycles.needed,
        "nodo": lum.node_place.node,
        "luogo": lum.node_place.place,
        "minimi": _least(lum),
        "lettura": lum.node_place.reading,
        "completezza": lum.completeness,
        "spiegazione": trace,
        GEOMETRY: lum.perimeter,
    }


def write_rows(lake: Lake, manifest: Manifest, made: Provenance, rows: Sequence[Row]) -> Version:
    """Write the rows of a layer as its new version, with tiles where it has shapes."""
    import geopandas
    import pandas as pd

    names = [spec.name for spec in manifest.fields]
    table = pd.DataFrame([{name: row.get(name) for name in names} for row in rows], columns=names)
    kinds: dict[str, Any] = {"number": "float64", "integer": "Int64", "text": "object", "boolean": "boolean"}
    for spec in manifest.fields:
        column = pd.to_numeric(table[spec.name]) if spec.type in ("number", "integer") else table[spec.name]
        table[spec.name] = column.astype(kinds[spec.type])
    with lake.draft(manifest, made) as draft:
        if manifest.geometry == "table":
            draft.write_table(table)
        else:
            shaped = geopandas.GeoDataFrame(table, geometry=[row[GEOMETRY] for row in rows], crs=manifest.crs)
            draft.write_table(shaped)
            draft.write_tiles(shaped, max_zoom=15)
    return draft.version


def _of_run(lake: Lake, layer: str, atlas: Version) -> Version | None:
    """Return the version of a layer that the run of an atlas left; None where it left none.

    A run that was killed while its layers took their names, or another at the same time, leaves newer ones.
    """
    made = atlas.provenance.trace
    history = reversed(lake.history(layer)) if lake.has(layer) else iter(())
    return next((version for version in history if version.provenance.trace == made), None)


def _rows(version: Version) -> list[Row]:
    table = version.table()
    shapes: Sequence[shapely.Geometry | None] = (
        list(table.geometry) if "geometry" in table else [None] * len(table)
    )
    plain = table.drop(columns=GEOMETRY, errors="ignore").to_dict("records")
    return [
        {
            **{name: _plain(value) for name, value in row.items()},
            **({GEOMETRY: shape} if shape is not None else {}),
        }
        for row, shape in zip(plain, shapes, strict=True)
    ]


def _plain(value: Any) -> Any:
    """Return what is missing as None, whatever the table calls it."""
    return None if value is None or value != value or str(value) == "<NA>" else value  # noqa: PLR0124


def _total(people: Any) -> float | None:
    return None if people is None else float(sum(people.values()))
