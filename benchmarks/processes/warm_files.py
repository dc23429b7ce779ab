"""A process that runs Trama's cooling from files to files, uncompressed; prints the seconds."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from trama.analyses.warm.raster import run_raster
from trama.analyses.warm.raster_settings import Settings


def main(folder: Path, out: Path, settings: Settings, times: int) -> None:
    """Time each run."""
    seconds, processor = [], []
    for _ in range(times):
        shutil.rmtree(out, ignore_errors=True)
        start, busy = time.perf_counter(), time.process_time()
        run_raster(
            folder / "lulc.tif",
            folder / "eto.tif",
            folder / "heat.csv",
            folder / "zones.gpkg",
            out,
            settings,
            compress="none",
        )
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    print(json.dumps({"seconds": seconds, "processor": processor}))


if __name__ == "__main__":
    given = Settings.checked(*json.loads(sys.argv[3]).values())
    main(Path(sys.argv[1]), Path(sys.argv[2]), given, int(sys.argv[4]))
