"""WARM's model against a July of air temperature in Milan: the tables and the picture of docs/warm-milano.md.

    python scripts/warm_milano.py FOLDER [PICTURE.png]

The folder holds s2_lcz_milan.tif and air_t_milan_average.tif. Class values and parameters come from the norms
(`sttm1/warm`). What is fitted to the observations is fitted on the other spatial blocks only, and told apart
from what is not. Prints Markdown.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import rasterio
from pyproj import Transformer
from rasterio.warp import Resampling, reproject

from trama.analyses.warm.rules import Rules, read_rules
from trama.norms import load_book

Floats = npt.NDArray[np.float64]
DAY = date(2026, 1, 1)
DUOMO = (9.1919, 45.4642)
ZERO_C = 273.15
BLOCKS = 4
"""The area is cut into so many by so many blocks; each is predicted from the others."""
RADII_M = (100.0, 250.0, 500.0, 1000.0, 2000.0)
COLOURS = np.array(
    [(254, 240, 217), (253, 212, 158), (253, 187, 132), (252, 141, 89), (227, 74, 51), (179, 0, 0)],
    dtype=np.uint8,
)
GAP = 6


class Milan:
    """The two rasters, and the model brought onto the cells of the temperature.

    Attributes
    ----------
    observed
        Mean air temperature of July 2016 [°C], shape (rows, columns); NaN outside.
    east_km, north_km, distance_km
        Place of each of its cells from the Duomo.
    """

    def __init__(self, folder: Path) -> None:
        self.rules: Rules = read_rules(load_book(), day=DAY, scheme="lcz5_milano")
        with rasterio.open(folder / "s2_lcz_milan.tif") as source:
            cover, nodata = source.read(1), source.nodata
            self._transform, self._crs = source.transform, source.crs
        self.cover = np.where(cover == nodata, 0, cover).astype(np.intp)  # codes 1-5 are their positions
        with rasterio.open(folder / "air_t_milan_average.tif") as source:
            self.observed: Floats = source.read(1) - ZERO_C
            self._there, self._there_crs = source.transform, source.crs
        x, y = Transformer.from_crs(4326, self._there_crs, always_xy=True).transform(*DUOMO)
        rows, columns = np.indices(self.observed.shape)
        across, down = self._there @ (columns + 0.5, rows + 0.5)
        self.east_km: Floats = (across - x) / 1000
        self.north_km: Floats = (down - y) / 1000
        self.distance_km: Floats = np.hypot(self.east_km, self.north_km)

    def on_observed(self, values: npt.NDArray[np.float32]) -> Floats:
        """Average 10 m cells over those of the temperature."""
        out = np.full(self.observed.shape, np.nan, dtype=np.float32)
        reproject(
            values,
            out,
            src_transform=self._transform,
            src_crs=self._crs,
            dst_transform=self._there,
            dst_crs=self._there_crs,
            src_nodata=np.nan,
            dst_nodata=np.nan,
            resampling=Resampling.average,
        )
        return out.astype(np.float64)

    def model(self, method: str, radius_m: float | None = None) -> Floats:
        """Return the temperature of the night's or the day's method on the cells of the observations."""
        rules = self.rules
        model = rules.model(float(self._transform.a))
        if method == "giorno":
            reference = load_book().value("sttm1/warm/temperatura_riferimento_giorno", DAY).value
            model = replace(model, t_ref=float(reference))
        if radius_m is not None:
            model = replace(model, mixing_distance_m=radius_m)
        table = rules.night if method == "notte" else rules.cooling
        found = model.window(table[self.cover], rules.marked("green_area")[self.cover])
        return self.on_observed(found.temperature.astype(np.float32))


def blocks_of(shape: tuple[int, ...]) -> npt.NDArray[np.intp]:
    """Return the number of the block of each cell."""
    rows, columns = np.indices(shape)
    return np.asarray((rows * BLOCKS // shape[0]) * BLOCKS + columns * BLOCKS // shape[1])


def predicted(columns: Floats, target: Floats, blocks: npt.NDArray[np.intp]) -> Floats:
    """Predict each block by least squares on the others; `columns` has shape (cells, predictors)."""
    design = np.column_stack([np.ones(len(target)), columns])
    result = np.empty_like(target)
    for block in np.unique(blocks):
        out = blocks == block
        factors, *_ = np.linalg.lstsq(design[~out], target[~out], rcond=None)
        result[out] = design[out] @ factors
    return result


def errors(found: Floats, target: Floats) -> tuple[float, float, float]:
    """Return mean error, mean absolute error and root mean square error [°C]."""
    off = found - target
    return float(off.mean()), float(np.abs(off).mean()), float(np.sqrt((off**2).mean()))


def correlation(one: Floats, other: Floats) -> float:
    """Return Pearson's r."""
    return float(np.corrcoef(one, other)[0, 1])


def ranks(values: Floats) -> Floats:
    """Return the rank of each value (no ties matter here)."""
    result = np.empty(len(values))
    result[np.argsort(values, kind="stable")] = np.arange(len(values))
    return result


def report(milan: Milan, say: Callable[[str], None] = print) -> dict[str, Floats]:
    """Print the tables and return the maps compared, on the cells of the observations."""
    night, day = milan.model("notte"), milan.model("giorno")
    known = np.isfinite(milan.observed) & np.isfinite(night) & np.isfinite(day)
    target, far = milan.observed[known], milan.distance_km[known]
    say(f"{known.sum()} cells; {target.min():.2f} to {target.max():.2f} °C, mean {target.mean():.2f},")
    say(f"standard deviation {target.std():.2f}.\n")
    _as_they_are(night[known], day[known], far, target, say)
    plane = np.column_stack([milan.east_km[known], milan.north_km[known]])
    predictors = {
        "mean": np.empty((len(target), 0)),
        "distance": far[:, None],
        "distance and its square": np.column_stack([far, far**2]),
        "distance and a plane (east, north)": np.column_stack([far, plane]),
        "model by night": night[known][:, None],
        "model by day": day[known][:, None],
        "model by night and by day": np.column_stack([night[known], day[known]]),
        "model by night, distance and a plane": np.column_stack([night[known], far, plane]),
    }
    _calibrated(predictors, target, blocks_of(night.shape)[known], say)
    return {"observed": milan.observed, "night": night, "day": day, "distance": -milan.distance_km}


def _as_they_are(night: Floats, day: Floats, far: Floats, target: Floats, say: Callable[[str], None]) -> None:
    say("| not fitted | r | Spearman | mean error | MAE | RMSE | RMSE without the mean error |")
    say("|---|---|---|---|---|---|---|")
    bias, mae, rmse = errors(night, target)
    levels = f"{bias:+.2f} | {mae:.2f} | {rmse:.2f} | {(night - target).std():.2f}"
    unknown = "n.a. | n.a. | n.a. | n.a."
    for name, found, level in (
        ("model by night", night, levels),
        ("model by day", day, unknown),
        ("distance from the centre (sign turned)", -far, unknown),
    ):
        rank = correlation(ranks(found), ranks(target))
        say(f"| {name} | {correlation(found, target):.3f} | {rank:.3f} | {level} |")


def _calibrated(
    predictors: dict[str, Floats], target: Floats, blocks: npt.NDArray[np.intp], say: Callable[[str], None]
) -> None:
    title = f"fitted on the other blocks ({BLOCKS * BLOCKS}, left out in turn)"
    say(f"\n| {title} | r | MAE | RMSE | skill on the mean |")
    say("|---|---|---|---|---|")
    base = errors(predicted(predictors["mean"], target, blocks), target)[2]
    for name, columns in predictors.items():
        found = predicted(columns, target, blocks)
        _bias, mae, rmse = errors(found, target)
        r = "n.a." if name == "mean" else f"{correlation(found, target):.3f}"
        say(f"| {name} | {r} | {mae:.2f} | {rmse:.2f} | {1 - rmse**2 / base**2:+.2f} |")


def radii(milan: Milan, say: Callable[[str], None] = print) -> None:
    """Print how the night's agreement moves with the mixing radius: an exploration, not the norms."""
    say("\n| mixing radius m | r by night | RMSE, fitted on the other blocks |")
    say("|---|---|---|")
    for radius in RADII_M:
        night = milan.model("notte", radius)
        known = np.isfinite(milan.observed) & np.isfinite(night)
        target, found = milan.observed[known], night[known]
        rmse = errors(predicted(found[:, None], target, blocks_of(night.shape)[known]), target)[2]
        say(f"| {radius:g} | {correlation(found, target):.3f} | {rmse:.2f} |")


def picture(maps: dict[str, Floats], path: Path) -> None:
    """Draw the maps side by side, each in its own six classes of as many cells."""
    panels = []
    common = np.logical_and.reduce([np.isfinite(values) for values in maps.values()])
    for values in maps.values():
        inner = np.quantile(values[common], np.linspace(0, 1, len(COLOURS) + 1)[1:-1])
        panel = COLOURS[np.searchsorted(inner, values, side="right")]
        panel[~common] = 255
        panels += [panel, np.full((values.shape[0], GAP, 3), 255, dtype=np.uint8)]
    image = np.concatenate(panels[:-1], axis=1).repeat(2, axis=0).repeat(2, axis=1)
    options = {"height": image.shape[0], "width": image.shape[1], "count": 3, "dtype": "uint8"}
    with rasterio.open(path, "w", driver="PNG", **options) as out:
        out.write(image.transpose(2, 0, 1))


def main() -> None:
    """Print the tables; draw the picture where a name is given."""
    milan = Milan(Path(sys.argv[1]))
    maps = report(milan)
    radii(milan)
    if len(sys.argv) > 2:
        picture(maps, Path(sys.argv[2]))


if __name__ == "__main__":
    main()
