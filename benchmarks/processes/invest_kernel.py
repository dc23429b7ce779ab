"""Runs in the peers' environment: InVEST's own array functions on the same arrays; prints the seconds."""

import csv
import json
import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse
from natcap.invest.urban_flood_risk_mitigation import urban_flood_risk_mitigation as flood

LULC_NODATA, SOIL_NODATA, CELL_AREA_M2 = 65535, 255, 100.0
SIDE = 256
"""InVEST works by blocks of this side."""


def main(lulc: np.ndarray, soils: np.ndarray, table: str, rain_mm: float, times: int) -> None:
    """Time each run, tables included, block by block as InVEST does."""
    seconds = []
    results = [np.empty(lulc.shape, dtype=np.float32) for _ in range(3)]
    for _ in range(times):
        start = time.perf_counter()
        with Path(table).open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        codes = [int(row["lucode"]) for row in rows for _ in range(4)]
        numbers = [float(row[f"CN_{group}"]) for row in rows for group in "ABCD"]
        curve = scipy.sparse.csr_matrix((numbers, (codes, [0, 1, 2, 3] * len(rows))))
        for top in range(0, lulc.shape[0], SIDE):
            for left in range(0, lulc.shape[1], SIDE):
                cut = (slice(top, top + SIDE), slice(left, left + SIDE))
                cn = flood._lu_to_cn_op(lulc[cut], soils[cut], LULC_NODATA, SOIL_NODATA, -1, curve)
                s_max = flood._s_max_op(cn, -1, -9999)
                runoff = flood._q_pi_op(rain_mm, s_max, -9999, -9999)
                retention = flood._runoff_retention_op(runoff, rain_mm, -9999, -9999)
                volume = flood._runoff_retention_vol_op(retention, -9999, rain_mm, CELL_AREA_M2, -9999)
                for result, block in zip(results, (runoff, retention, volume), strict=True):
                    result[cut] = block
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    arrays = (np.load(sys.argv[1]), np.load(sys.argv[2]))
    main(*arrays, sys.argv[3], float(sys.argv[4]), int(sys.argv[5]))
