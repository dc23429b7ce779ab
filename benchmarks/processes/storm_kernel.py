"""A process that spreads Trama's tables over arrays in memory: three results; prints the seconds."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.storm_inputs import CELL_M, LULC_NODATA, SOIL_NODATA
from trama.analyses.storm.curve_number_table import read_curve_numbers
from trama.engines.hydrology import CellLookup, retained_volume_m3, retention_index, runoff_mm

ROWS_AT_ONCE = 128


def main(lulc: np.ndarray, soils: np.ndarray, table: Path, rain_mm: float, times: int) -> None:
    """Time each run, tables included."""
    seconds = []
    results = [np.empty(lulc.shape, dtype=np.float32) for _ in range(3)]
    for _ in range(times):
        start = time.perf_counter()
        numbers = read_curve_numbers(table)
        lookup = CellLookup(numbers.codes, (1, 2, 3, 4), LULC_NODATA, SOIL_NODATA)
        runoff = runoff_mm(rain_mm, numbers.numbers, 0.2)
        retention = retention_index(rain_mm, runoff)
        volume = retained_volume_m3(retention, rain_mm, CELL_M**2)
        tables = [lookup.spread(values, -9999.0) for values in (runoff, retention, volume)]
        for top in range(0, lulc.shape[0], ROWS_AT_ONCE):
            cut = slice(top, top + ROWS_AT_ONCE)
            rows = lookup.rows(lulc[cut], soils[cut])
            for values, result in zip(tables, results, strict=True):
                np.take(values, rows, out=result[cut], mode="clip")
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    arrays = (np.load(sys.argv[1]), np.load(sys.argv[2]))
    main(*arrays, Path(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
