"""Polygons burnt in several threads leave nothing on stderr; a raster without a place is still warned of."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

BURN = """
import warnings
import trama
from rasterio.errors import NotGeoreferencedWarning

said = "Dataset has no geotransform, gcps, or rpcs. The identity matrix will be returned."
for module in {modules}:
    warnings.warn_explicit(said, NotGeoreferencedWarning, "x.py", 382, module=module)
"""
"""What is left of `rasterize` where a thread beside has undone its own silence."""


@pytest.mark.parametrize(
    ("modules", "lines"), [(["rasterio.features"], 0), (["rasterio.features", "rasterio"], 1)]
)
def test_burning_beside_other_threads_is_quiet(modules: list[str], lines: int) -> None:
    words = [sys.executable, "-c", BURN.format(modules=modules)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert len(done.stderr.splitlines()) == lines


def test_a_raster_without_a_place_is_still_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "senza.tif"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", "GTiff", width=2, height=2, count=1, dtype="uint8") as out:
            out.write(np.ones((1, 2, 2), dtype=np.uint8))
    with pytest.warns(NotGeoreferencedWarning):
        rasterio.open(path).close()
