"""Runs in the peers' environment: InVEST's Urban Flood model from files to files; prints the seconds."""

import json
import logging
import shutil
import sys
import time

from natcap.invest.urban_flood_risk_mitigation import urban_flood_risk_mitigation


def main(folder: str, out: str, rain_mm: float, times: int) -> None:
    """Time each run."""
    logging.disable(logging.CRITICAL)
    seconds, processor = [], []
    for _ in range(times):
        shutil.rmtree(out, ignore_errors=True)
        start, busy = time.perf_counter(), time.process_time()
        urban_flood_risk_mitigation.execute(
            {
                "workspace_dir": out,
                "aoi_watersheds_path": f"{folder}/zones.gpkg",
                "rainfall_depth": rain_mm,
                "lulc_path": f"{folder}/lulc.tif",
                "soils_hydrological_group_raster_path": f"{folder}/soils.tif",
                "curve_number_table_path": f"{folder}/biophysical.csv",
                "n_workers": -1,
            }
        )
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    print(json.dumps({"seconds": seconds, "processor": processor}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
