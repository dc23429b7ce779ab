"""Trama: the working instrument of a metropolitan territorial plan."""

import warnings

__version__ = "0.1.0"

# `rasterio.features` burns polygons on a raster in memory before it places it, and silences its own warning
# of that with `warnings.catch_warnings`, which threads beside undo. Said once here, no thread can undo it. A
# file without a place, opened by `rasterio.open`, is warned of as ever.
warnings.filterwarnings("ignore", message="Dataset has no geotransform", module=r"rasterio\.features")
