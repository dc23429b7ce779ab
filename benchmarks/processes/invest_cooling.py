"""Runs in the peers' environment: InVEST's Urban Cooling from files to files; prints the seconds."""

import json
import logging
import shutil
import sys
import time

from natcap.invest import urban_cooling_model


def main(folder: str, out: str, parameters: dict, times: int) -> None:
    """Time each run."""
    logging.disable(logging.CRITICAL)
    seconds, processor = [], []
    for _ in range(times):
        shutil.rmtree(out, ignore_errors=True)
        start, busy = time.perf_counter(), time.process_time()
        urban_cooling_model.execute(
            {
                "workspace_dir": out,
                "lulc_raster_path": f"{folder}/lulc.tif",
                "ref_eto_raster_path": f"{folder}/eto.tif",
                "aoi_vector_path": f"{folder}/zones.gpkg",
                "biophysical_table_path": f"{folder}/heat.csv",
                "do_energy_valuation": False,
                "do_productivity_valuation": False,
                "n_workers": -1,
                **parameters,
            }
        )
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    print(json.dumps({"seconds": seconds, "processor": processor}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), int(sys.argv[4]))
