"""A process that runs Trama's flood from files to files, several times, uncompressed; prints the seconds."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from trama.analyses.storm.raster import run_raster


def main(folder: Path, out: Path, rain_mm: float, lambda_: float, times: int) -> None:
    """Time each run."""
    seconds, processor = [], []
    for _ in range(times):
        shutil.rmtree(out, ignore_errors=True)
        start, busy = time.perf_counter(), time.process_time()
        run_raster(
            folder / "lulc.tif",
            folder / "soils.tif",
            folder / "biophysical.csv",
            rain_mm,
            folder / "zones.gpkg",
            out,
            lambda_=lambda_,
            compress="none",
        )
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    print(json.dumps({"seconds": seconds, "processor": processor}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
