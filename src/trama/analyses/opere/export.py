"""The works of a summary as a file: CSV the Italian way, or GeoPackage with their shapes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import shapely

from trama.analyses.opere.summary import Part, Summary
from trama.kernel import spreadsheet
from trama.kernel.errors import BadInput
from trama.kernel.places import METRIC_EPSG
from trama.lake.files import write_whole

EFFECTS = ("m3_giorno_estivo", "m3_t50_1h", "costo_m3", "delta_idren", "delta_cc", "delta_notte")
_REASONS = ("manca_acqua", "manca_caldo")


def export(summary: Summary, path: Path) -> None:
    """Write the works where `path` says, whole or not at all; raises `BadInput` for another kind of file."""
    makers = {".csv": to_csv, ".gpkg": to_geopackage}
    if path.suffix.lower() not in makers:
        raise BadInput(why=f"«{path.name}» deve finire con .csv o .gpkg.")
    write_whole(path, makers[path.suffix.lower()](summary))


def to_csv(summary: Summary) -> bytes:
    """Return the works as CSV: ``;`` between cells, decimal commas; missing cells are empty."""
    rows = [_row(summary, part) for part in summary.parts]
    names = list(rows[0]) if rows else ["id"]
    shapes = [
        "" if part.work.shape is None else shapely.to_wkt(part.work.shape, rounding_precision=2)
        for part in summary.parts
    ]
    lines = ([*row.values(), shape] for row, shape in zip(rows, shapes, strict=True))
    return spreadsheet.to_csv([*names, "wkt"], lines).encode()


def to_geopackage(summary: Summary) -> bytes:
    """Return the works as a GeoPackage with one layer, ``opere_finanziate``, EPSG:32632."""
    import geopandas
    import pyogrio

    rows = [_row(summary, part) for part in summary.parts]
    shapes = [part.work.shape for part in summary.parts]
    frame = geopandas.GeoDataFrame(rows, geometry=shapes, crs=METRIC_EPSG)
    with tempfile.TemporaryDirectory(prefix="trama-") as folder:
        path = Path(folder) / "opere.gpkg"
        pyogrio.write_dataframe(frame, path, layer="opere_finanziate", geometry_type="Unknown")
        return path.read_bytes()


def _said(label: bool) -> str:
    return "sì" if label else "no"


def _row(summary: Summary, part: Part) -> dict[str, Any]:
    """Return a work whole, then what of it falls in the comune asked for: those sum to the summary."""
    work, effect = part.work, summary.rows.get(part.work.id, {})
    estimated = any(effect.get(name) is not None for name in EFFECTS)
    return {
        "id": work.id,
        "nome": work.name,
        "fondo": work.fund.name if work.fund.id != "nessuno" else None,
        "misura": work.measure or None,
        "cup": work.cup or None,
        "comune": work.comune or None,
        "soluzione": work.written_solution or None,
        "quantita": work.quantity,
        "unita": work.unit,
        "importo": work.amount,
        "contributo": _euro(work.granted_cents),
        "stato": work.state.name if work.state.id != "nessuno" else None,
        "data_inizio": work.start or None,
        "data_fine": work.end or None,
        "fonte": work.source or None,
        "quota_considerata": round(part.share, 6),
        "importo_considerato": _euro(part.cents),
        "contributo_considerato": _euro(part.granted_cents),
        **{f"{name}_considerato": value for name, value in part.figures.items()},
        **{name: effect.get(name) for name in (*EFFECTS, *_REASONS)},
        "opera_sintetica": _said(summary.register.version.synthetic),
        "effetti_sintetici": _said(summary.effects.synthetic) if summary.effects and estimated else None,
    }


def _euro(cents: int | None) -> float | None:
    return None if cents is None else cents / 100
