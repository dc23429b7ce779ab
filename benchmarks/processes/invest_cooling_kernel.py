"""Runs in the peers' environment: InVEST's mitigation and temperature from a capacity; prints the seconds.

Its convolution works on files only: they are put on a memory disk.
"""

import csv
import json
import logging
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pygeoprocessing
import pygeoprocessing.kernels
from natcap.invest.urban_cooling_model import urban_cooling_model as cooling
from osgeo import gdal

CELL_M, NODATA = 10.0, -1.0


def main(folder: str, times: int) -> None:
    """Time each run."""
    logging.disable(logging.CRITICAL)
    gdal.UseExceptions()
    codes = gdal.OpenEx(f"{folder}/lulc.tif").ReadAsArray()
    capacity, green = (np.full(codes.shape, NODATA, dtype=np.float32) for _ in range(2))
    with Path(f"{folder}/heat.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            here = codes == int(row["lucode"])
            capacity[here] = 1 - float(row["building_intensity"])
            green[here] = float(row["green_area"])
    seconds = []
    for _ in range(times):
        with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
            seconds.append(_once(Path(name), capacity, green))
    print(json.dumps({"seconds": seconds}))


def _once(folder: Path, capacity: np.ndarray, green: np.ndarray) -> float:
    paths = {
        name: str(folder / f"{name}.tif")
        for name in ("cc", "green", "masked", "park", "disc", "area", "t", "air")
    }

    def write(name: str, array: np.ndarray) -> None:
        pygeoprocessing.numpy_array_to_raster(array, NODATA, (CELL_M, -CELL_M), (0, 0), None, paths[name])

    def read(name: str) -> np.ndarray:
        return pygeoprocessing.raster_to_numpy_array(paths[name])

    write("cc", capacity)
    write("green", green)
    start = time.perf_counter()
    write("masked", cooling.mask_cc_green_areas_op(green, capacity))
    cooling.convolve_2d_by_exponential(45, paths["masked"], paths["park"])
    pygeoprocessing.kernels.dichotomous_kernel(paths["disc"], 45, normalize=False)
    pygeoprocessing.convolve_2d(
        (paths["green"], 1),
        (paths["disc"], 1),
        paths["area"],
        working_dir=str(folder),
        ignore_nodata_and_edges=True,
    )
    mitigation = cooling.hm_op(capacity, read("area"), read("park"), 20_000 / CELL_M**2)
    write("t", cooling.calc_t_air_nomix_op(22.0, mitigation, 3.5))
    cooling.convolve_2d_by_exponential(50, paths["t"], paths["air"])
    return time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
