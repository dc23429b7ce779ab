"""STORM on the real land cover of Milan: the tables of docs/storm-milano-lcz.md.

    python scripts/storm_milano_lcz.py FOLDER     # where s2_lcz_milan.tif and comuni.gpkg are

Class values come from the norms (`sttm1/storm/suolo_lcz5_milano`), the soil group is assumed, uniform, A to D
in turn. Prints Markdown.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import rasterio

from trama.analyses.storm.raster import RasterRun, run_raster
from trama.engines.hydrology import draining_share
from trama.norms import load_book

DAY = date(2026, 1, 1)
EVENTS_MM = (15.0, 61.4, 100.0)
GROUPS = "ABCD"
SHOWN = ("Milano", "Sesto San Giovanni", "San Donato Milanese", "Corsico", "Assago", "Opera")
WHOLE = 0.99
"""Share of a comune that must hold data for its figures to be shown."""


class Milan:
    """The inputs: the raster and the comuni as they are, a table and soils made here."""

    def __init__(self, folder: Path, work: Path) -> None:
        self.lulc, self.zones = folder / "s2_lcz_milan.tif", folder / "comuni.gpkg"
        self._work = work
        book = load_book()
        self.classes = book.value("sttm1/storm/suolo_lcz5_milano", DAY).value
        self.lambda_ = float(book.value("sttm1/storm/lambda", DAY).value)
        self.table = work / "classes.csv"
        with self.table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["lucode", "CN_A", "CN_B", "CN_C", "CN_D"])
            for code, row in self.classes.items():
                writer.writerow([code, *(row[f"cn_{group.lower()}"] for group in GROUPS)])

    def soils(self, group: str) -> Path:
        """Write a uniform soil raster on the grid of the land cover."""
        path = self._work / f"soil_{group}.tif"
        with rasterio.open(self.lulc) as cover:
            profile = {name: cover.profile[name] for name in ("crs", "transform", "width", "height")}
        with rasterio.open(path, "w", driver="GTiff", count=1, dtype="uint8", nodata=255, **profile) as soil:
            shape = (profile["height"], profile["width"])
            soil.write(np.full(shape, GROUPS.index(group) + 1, dtype=np.uint8), 1)
        return path

    def run(self, group: str, event_mm: float) -> RasterRun:
        """Run the event on a group."""
        return run_raster(
            self.lulc,
            self.soils(group),
            self.table,
            event_mm,
            self.zones,
            self._work / f"out_{group}_{event_mm:g}",
            lambda_=self.lambda_,
        )

    def idren(self, comune: str | None, run: RasterRun) -> float:
        """I-dren of the covered area, or of a comune: mean draining share of its cells."""
        from rasterio.features import rasterize

        with rasterio.open(self.lulc) as cover, rasterio.open(run.files["runoff_mm.tif"]) as grid:
            window = cover.window(*grid.bounds).round_offsets().round_lengths()
            codes, transform = cover.read(1, window=window), grid.transform
        inside = codes != 255
        if comune:
            import geopandas

            comuni = geopandas.read_file(self.zones, layer="comuni")
            shape = comuni.loc[comuni["nome"] == comune].geometry
            inside &= rasterize(shape, out_shape=codes.shape, transform=transform).astype(bool)
        shares = np.zeros(256)
        for code, row in self.classes.items():
            shares[int(code)] = draining_share(float(row["sealed_share"]))
        return float(shares[codes[inside]].mean())


def whole_area(run: RasterRun) -> tuple[float, float, float]:
    """Return mean runoff [mm], mean retention index, retained volume [m3] over every cell with data."""
    figures = []
    for name in ("runoff_mm.tif", "retention_index.tif", "retention_m3.tif"):
        with rasterio.open(run.files[name]) as dataset:
            cells = dataset.read(1, masked=True).compressed().astype(np.float64)
        figures.append(cells.sum() if name == "retention_m3.tif" else cells.mean())
    return figures[0], figures[1], figures[2]


def main(folder: Path) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        milan = Milan(folder, Path(name))
        print("| event mm | soil group | mean runoff mm | mean retention | retained Mm3 |")
        print("|---|---|---|---|---|")
        runs = {}
        for event in EVENTS_MM:
            for group in GROUPS:
                run = runs[group, event] = milan.run(group, event)
                runoff, retention, volume = whole_area(run)
                print(f"| {event:g} | {group} | {runoff:.2f} | {retention:.3f} | {volume / 1e6:.2f} |")
        first = runs["B", EVENTS_MM[0]]
        print(
            f"\nCells {first.cells}, with data {first.valid_cells}; I-dren {milan.idren(None, first):.3f}\n"
        )
        print("| comune | I-dren | " + " | ".join(f"runoff at {e:g} mm" for e in EVENTS_MM) + " |")
        print("|---|---|---|---|---|")
        for comune in SHOWN:
            rows = [next(z for z in runs["B", e].zones if z["nome"] == comune) for e in EVENTS_MM]
            if rows[0]["valid_area_share"] >= WHOLE:
                figures = " | ".join(f"{row['runoff_mm_mean']:.1f} mm" for row in rows)
                print(f"| {comune} | {milan.idren(comune, first):.2f} | {figures} |")
        covered = sum(z["valid_area_share"] >= WHOLE for z in first.zones)
        print(f"\nComuni covered for at least {WHOLE:.0%}: {covered}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
