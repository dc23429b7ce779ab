"""A process that runs Trama's cooling from files to files, uncompressed; prints the seconds."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.processes.timing import repeat
from trama.analyses.warm.raster import run_raster
from trama.analyses.warm.raster_settings import Settings


def main(folder: Path, out: Path, settings: Settings, times: int) -> None:
    """Time each run."""
    given = [folder / name for name in ("lulc.tif", "eto.tif", "heat.csv", "zones.gpkg")]
    repeat(lambda: run_raster(*given, out, settings, compress="none"), str(out), times)


if __name__ == "__main__":
    given = Settings.checked(*json.loads(sys.argv[3]).values())
    main(Path(sys.argv[1]), Path(sys.argv[2]), given, int(sys.argv[4]))
