"""A process that computes mitigation and temperature from a capacity in memory; prints the seconds."""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

import numpy as np
import rasterio
import scipy.fft

from benchmarks.warm_inputs import CELL_M
from trama.engines.heat import HeatModel


def main(folder: Path, times: int) -> None:
    """Time each run on the whole array."""
    with rasterio.open(folder / "lulc.tif") as dataset:
        codes, nodata = dataset.read(1), dataset.nodata
    capacity, greens = np.full(codes.shape, np.nan, dtype=np.float32), np.zeros(codes.shape, dtype=bool)
    with (folder / "heat.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            here = codes == int(row["lucode"])
            capacity[here] = 1 - float(row["building_intensity"])
            greens[here] = row["green_area"] == "1"
    covered = codes != nodata
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        model = HeatModel(CELL_M, 450.0, 20_000.0, 500.0, 22.0, 3.5)
        with scipy.fft.set_workers(-1):
            model.window(capacity, greens, covered)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
