"""Runs in the peers' environment: InVEST's Urban Flood model from files to files; prints the seconds."""

import logging
import sys

from natcap.invest.urban_flood_risk_mitigation import urban_flood_risk_mitigation
from timing import repeat


def main(folder: str, out: str, rain_mm: float, times: int) -> None:
    """Time each run."""
    logging.disable(logging.CRITICAL)
    given = {
        "workspace_dir": out,
        "aoi_watersheds_path": f"{folder}/zones.gpkg",
        "rainfall_depth": rain_mm,
        "lulc_path": f"{folder}/lulc.tif",
        "soils_hydrological_group_raster_path": f"{folder}/soils.tif",
        "curve_number_table_path": f"{folder}/biophysical.csv",
        "n_workers": -1,
    }
    repeat(lambda: urban_flood_risk_mitigation.execute(dict(given)), out, times)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
