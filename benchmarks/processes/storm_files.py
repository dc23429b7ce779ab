"""A process that runs Trama's flood from files to files, several times, uncompressed; prints the seconds."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.processes.timing import repeat
from trama.analyses.storm.raster import run_raster


def main(folder: Path, out: Path, rain_mm: float, lambda_: float, times: int) -> None:
    """Time each run."""
    given = (folder / "lulc.tif", folder / "soils.tif", folder / "biophysical.csv")
    zones = folder / "zones.gpkg"
    repeat(lambda: run_raster(*given, rain_mm, zones, out, lambda_=lambda_, compress="none"), str(out), times)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
