"""Runs in the peers' environment: InVEST's Urban Cooling from files to files; prints the seconds."""

import json
import logging
import sys

from natcap.invest import urban_cooling_model
from timing import repeat


def main(folder: str, out: str, parameters: dict, times: int) -> None:
    """Time each run."""
    logging.disable(logging.CRITICAL)
    given = {
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
    repeat(lambda: urban_cooling_model.execute(dict(given)), out, times)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), int(sys.argv[4]))
