"""Large green areas around an intervention: which there are, how far, and what the project does to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from rasterio.features import rasterize
from rasterio.windows import transform as window_transform
from scipy import ndimage

from trama.analyses.scheda.place import Place
from trama.analyses.scheda.warmth import WARM
from trama.analyses.scheda.window import window_of
from trama.kernel.trace import Node
from trama.lake.stored import stored

MARGIN_M = 400.0
"""How far beyond the distance at which it counts a green area is measured; what lies farther is not added."""
KEY, LABEL = "grande_verde", "Contributo a una grande area verde"
_NEIGHBOURS = np.ones((3, 3), int)


@dataclass(frozen=True, slots=True)
class Greens:
    """Green areas around a polygon, those under it left out.

    Attributes
    ----------
    nearest_m
        Distance of the nearest large one; None where there is none within reach.
    touching_m2
        Square metres of all those contiguous to the polygon, large or small.
    touches_large
        Whether one of them is large.
    """

    nearest_m: float | None
    touching_m2: float
    touches_large: bool


def large_green(place: Place, present_m2: float, project_m2: float, source: str) -> Node:
    """Return the step that says how the project stands to large green areas: a key of ``punteggi_b3``.

    Parameters
    ----------
    present_m2, project_m2
        Green inside the polygon, before and after.
    source
        Who says the project's surfaces: ``dichiarato`` or ``stimato``.
    """
    rules = place.norm(f"{place.folder}/grande_verde")
    least, reach = place.norm(f"{WARM}/area_verde_minima"), place.norm(f"{WARM}/distanza_raffrescamento")
    used = (rules.use(), least.use(), reach.use())
    cover = place.layer("uso_suolo")
    if cover is None:
        note = "manca il livello uso_suolo: caricarlo con trama layers add"
        return Node(KEY, LABEL, None, "text", source="mancante", note=note, parameters=used)
    greens = greens_around(
        place, 1e4 * float(least.value), float(reach.value), float(rules.value["contiguo_m"])
    )
    added = project_m2 - present_m2
    adds = added >= float(rules.value["aggiunta_minima_m2"])
    if adds and greens.touches_large:
        value = "amplia"
    elif adds and project_m2 + greens.touching_m2 >= 1e4 * float(least.value):
        value = "crea"
    elif greens.nearest_m is None or greens.nearest_m > float(reach.value):
        value = "nessuno"
    else:
        value = "vicino" if greens.nearest_m <= float(rules.value["vicino_m"]) else "entro_distanza"
    return Node(
        KEY,
        LABEL,
        value,
        "text",
        "crea o amplia se il verde aggiunto basta e tocca altro verde; altrimenti la distanza dal più vicino",
        "stimato" if source == "stimato" else "mappa",
        _sentence(greens, reach.value),
        (
            Node("verde_aggiunto", "Verde aggiunto dal progetto", round(added, 1), "m2", source=source),
            Node("verde_contiguo", "Verde contiguo", round(greens.touching_m2), "m2", source="mappa"),
            Node("distanza", "Grande area verde più vicina", greens.nearest_m, "m", source="mappa"),
        ),
        used,
        (cover.use(),),
    )


def _sentence(greens: Greens, reach_m: float) -> str:
    if greens.nearest_m is None:
        return f"nessuna grande area verde entro {reach_m:g} m"
    if greens.touches_large:
        return "tocca una grande area verde"
    return f"la grande area verde più vicina è a circa {greens.nearest_m:.0f} m"


def greens_around(place: Place, large_m2: float, reach_m: float, touching_m: float) -> Greens:
    """Find the green areas of the land cover around the polygon; cells that share a corner are contiguous."""
    table, version = place.norm(f"{WARM}/calore_dusaf").value, place.layer("uso_suolo")
    assert version is not None
    around = shapely.box(*place.polygon.bounds).buffer(reach_m + MARGIN_M, join_style="mitre")
    raster = stored(version.raster)
    window = window_of(raster, around)
    cells = raster.read(window)
    transform = window_transform(window, raster.transform)
    if cells.size == 0:
        return Greens(None, 0.0, touches_large=False)
    own = rasterize([place.polygon], cells.shape, transform=transform, all_touched=True).astype(bool)
    green = np.isin(cells, [int(code) for code, row in table.items() if row["green_area"] == 1]) & ~own
    cell_m = abs(transform.a)
    labels, count = ndimage.label(green, _NEIGHBOURS)
    if count == 0 or not own.any():
        return Greens(None, 0.0, touches_large=False)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:] * cell_m * abs(transform.e)
    apart = np.maximum(0.0, ndimage.distance_transform_edt(~own) - 1) * cell_m
    distances = np.atleast_1d(ndimage.minimum(apart, labels, np.arange(1, count + 1)))
    touching = distances <= touching_m
    large = sizes >= large_m2
    nearest = float(distances[large].min()) if large.any() else None
    return Greens(
        round(nearest, 1) if nearest is not None and nearest <= reach_m else None,
        float(sizes[touching].sum()),
        bool((touching & large).any()),
    )
