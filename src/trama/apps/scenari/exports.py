"""A scenario handed over: GeoJSON that reads back, GeoPackage for QGIS, CSV of the figures."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from trama.apps.scenari.errors import NothingToHandOver
from trama.apps.scenari.figures import figures
from trama.apps.scenari.models import Scenario
from trama.kernel.spreadsheet import to_csv
from trama.kernel.units import format_number
from trama.sources.scenarios import FIGURES, scenario_document, scenario_from

KINDS = {
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}

NAMES = {"gpkg": "GeoPackage", "geojson": "GeoJSON", "csv": "CSV", "json": "JSON"}


def export(row: Scenario, form: str) -> bytes:
    """Return the bytes of one of `KINDS`; raises `NothingToHandOver` for a scenario without effects."""
    if row.result is None:
        raise NothingToHandOver(what=row.nome or "senza nome")
    makers = {"geojson": _geojson, "gpkg": _geopackage, "csv": _csv, "json": _json}
    return makers[form](row, row.result)


def _json(_row: Scenario, result: dict[str, Any]) -> bytes:
    return json.dumps(result, ensure_ascii=False, indent=1).encode()


def _geojson(row: Scenario, result: dict[str, Any]) -> bytes:
    """Write the scenario's file, each solution with its figures; `trama whatif` reads it back."""
    document = scenario_document(
        scenario_from(row.document), [_properties(one) for one in result["soluzioni"]]
    )
    document |= {"effetti": _headline(result), "trace": row.trace, "giorno": row.day.isoformat()}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _geopackage(row: Scenario, result: dict[str, Any]) -> bytes:
    """Write one layer of solutions per kind of geometry, and the figures as a table without geometry."""
    import geopandas

    drawn = scenario_from(row.document)
    rows = [
        {**_properties(one), "scenario": row.nome, "trace": row.trace, "geometry": piece.geometry}
        for one, piece in zip(result["soluzioni"], drawn.pieces, strict=True)
    ]
    table = geopandas.GeoDataFrame(rows, geometry="geometry", crs=32632)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.gpkg"
        for kind, layer in {"Polygon": "aree", "LineString": "linee", "Point": "punti"}.items():
            part = table[table.geom_type.str.endswith(kind)]
            if len(part):
                part.to_file(path, layer=layer, driver="GPKG")
        if drawn.area is not None:
            whole = geopandas.GeoDataFrame({"scenario": [row.nome]}, geometry=[drawn.area], crs=32632)
            whole.to_file(path, layer="area_intervento", driver="GPKG")
        return path.read_bytes()


def _csv(row: Scenario, result: dict[str, Any]) -> bytes:
    """Write every figure on a line, semicolons between and commas for decimals, as Italian sheets read."""
    names = ["scenario", "voce", "valore", "lettura", "note", "stato", "trace"]
    rain, label = result["pioggia"], ", ".join(_labels(result))
    said: list[tuple[Any, ...]] = [("Pioggia", rain["mm"], format_number(rain["mm"], "mm"), rain["nome"])]
    said += [(one.label, one.number, one.value, one.range) for one in figures(result)]
    said += [(one["titolo"], None, one.get("testo") or one["problema"], "") for one in result["schede"]]
    said += [(one["nome"], float(one["quantita"]), one["unita"], "") for one in result["soluzioni"]]
    return to_csv(names, [(row.nome, *one, label, row.trace) for one in said], significant=6).encode()


def _labels(result: dict[str, Any]) -> list[str]:
    unofficial = ["valore non ufficiale"] if result["valori_non_ufficiali"] else []
    return unofficial + (["dati sintetici"] if any(use["sintetico"] for use in result["dati"]) else [])


def _headline(result: dict[str, Any]) -> dict[str, Any]:
    return {key: result[key] for key in ("pioggia", "acqua", "caldo", "costi")}


def _properties(one: dict[str, Any]) -> dict[str, Any]:
    figures = {**one, "misura": one["quantita"], "costo_eur": one["costo_eur"]["medio"]}
    return {key: figures[key] for key in FIGURES}
