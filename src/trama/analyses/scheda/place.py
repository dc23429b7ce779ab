"""A polygon on the map, and what any sheet may ask of it: the measures ``luogo.*`` that all sheets share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import shapely

from trama.analyses.scheda.window import read_covered
from trama.kernel.trace import LayerUse, Node, ParameterUse
from trama.lake import Lake, Version
from trama.norms import InForce, NormBook

Measures = dict[str, Callable[[], Node]]
"""What can be measured, by name: each computed when asked."""


@dataclass(frozen=True)
class Place:
    """A polygon on the map, with what is needed to measure it.

    Attributes
    ----------
    polygon
        Of the intervention, EPSG:32632.
    around
        The polygon and its surroundings (the norms say how far).
    """

    lake: Lake
    book: NormBook
    folder: str
    day: date
    polygon: shapely.Geometry
    around: shapely.Geometry
    distance: InForce

    @classmethod
    def at(cls, lake: Lake, book: NormBook, folder: str, day: date, polygon: shapely.Geometry) -> Place:
        """Lay `polygon` on the map; raises `NotInForce` where the sheet has no surroundings on `day`."""
        distance = book.value(f"{folder}/intorno_m", day)
        return cls(lake, book, folder, day, polygon, polygon.buffer(float(distance.value)), distance)

    def norm(self, path: str) -> InForce:
        """Return a parameter as in force on the day."""
        return self.book.value(path, self.day)

    @cached_property
    def units(self) -> tuple[dict[str, float], tuple[LayerUse, ...], str]:
        """The share of the polygon in each UPA (largest first), the layer read, and why there is none."""
        return _upa_shares(self)

    def layer(self, name: str) -> Version | None:
        """Return the current version of a layer, or None where it was never loaded."""
        return self.lake.version(name) if self.lake.has(name) else None


def shared_measures(place: Place) -> Measures:
    """Return what every sheet may ask of a place."""
    return {
        "luogo.upa": lambda: _upa(place),
        "luogo.quota_tuc": lambda: inside(
            place, "tessuto_urbano_consolidato", "Quota nel tessuto urbano consolidato"
        ),
    }


def _upa(place: Place) -> Node:
    shares, uses, note = place.units
    if not shares:
        return Node("upa", "Unità Paesistico Ambientale", None, "text", source="mancante", note=note)
    text = ", ".join(
        code if share > 0.999 else f"{code} {100 * share:.0f} %" for code, share in shares.items()
    )
    return Node("upa", "Unità Paesistico Ambientale", text, "text", "quote di area", "mappa", layers=uses)


def _upa_shares(place: Place) -> tuple[dict[str, float], tuple[LayerUse, ...], str]:
    version = place.layer("upa")
    if version is None:
        return {}, (), "manca il livello upa: caricarlo con trama layers add"
    key = version.manifest.key or "codice"
    rows, shapes = version.features([key], place.polygon.bounds)
    areas = shapely.area(shapely.intersection(shapes, place.polygon))
    total = float(areas.sum())
    if total <= 0:
        return {}, (version.use(),), "il poligono è fuori dalle UPA"
    found = {str(code): float(area) / total for code, area in zip(rows[key], areas, strict=True) if area > 0}
    return dict(sorted(found.items(), key=lambda item: -item[1])), (version.use(),), ""


def called(code: str, name: str | None) -> str:
    """Return a UPA by its name, then its code; the code alone where it has no other name.

    >>> called("3b", "Colture irrigue"), called("3b", "UPA 3b")
    ('UPA Colture irrigue (3b)', 'UPA 3b')
    """
    return f"UPA {code}" if name in (None, "", code, f"UPA {code}") else f"UPA {name} ({code})"


def upa_class(
    place: Place, table: str, key: str, label: str, rule: InForce | None, measured: str, made_by: str
) -> Node:
    """Return the step of the vulnerability class of the UPA under the polygon, weighted by area.

    Parameters
    ----------
    table
        Layer of the UPA with their ``classe``.
    rule
        The parameter that sets the classes; `measured` says of what, `made_by` which command makes the layer.
    """
    shares, uses, note = place.units
    version = place.layer(table)
    if not shares or version is None:
        why = note or f"manca la vulnerabilità delle UPA: calcolarla con {made_by}"
        return Node(key, label, None, "class", source="mancante", note=why, layers=uses)
    column = version.manifest.key or "codice"
    rows, _ = version.features([column, "nome", "classe"], place.polygon.bounds)
    classes = dict(zip(rows[column], rows["classe"], strict=True))
    given = dict(zip(rows[column], rows["nome"], strict=True))
    names = {code: called(code, given.get(code)) for code in shares}
    pieces = tuple(
        Node(code, names[code], classes.get(code), "class", f"classe per {measured}", "mappa")
        for code in shares
    )
    known = [(float(piece.value), shares[piece.key]) for piece in pieces if piece.value is not None]
    if not known:
        return Node(key, label, None, "class", source="mancante", note="UPA senza dati", layers=uses)
    value = sum(grade * share for grade, share in known) / sum(share for _, share in known)
    formula = "media delle classi delle UPA, pesata sull'area"
    layers, used = (*uses, version.use()), (rule.use(),) if rule else ()
    return Node(key, label, rounded(value), "class", formula, "mappa", "", pieces, used, layers)


def cell_mean(
    place: Place,
    layer: str,
    label: str,
    unit: str,
    made_by: str,
    *,
    within: shapely.Geometry | None = None,
    parameters: tuple[ParameterUse, ...] = (),
) -> Node:
    """Return the step of the area-weighted mean of a raster `layer` in the polygon (or in `within`)."""
    version = place.layer(layer)
    if version is None:
        note = f"manca il livello {layer}: calcolarlo con {made_by}"
        return Node(layer, label, None, unit, source="mancante", note=note)
    polygon = place.polygon if within is None else within
    covered = read_covered(version.raster, polygon)
    value = rounded(covered.mean())
    note = "" if value is not None else "qui il livello non ha dati"
    if value is not None and covered.missing_m2 > 0.01 * polygon.area:
        note = f"senza dati il {100 * covered.missing_m2 / polygon.area:.0f} % dell'area"
    formula, source = "media delle celle, pesata sull'area", "mancante" if value is None else "mappa"
    return Node(layer, label, value, unit, formula, source, note, (), parameters, (version.use(),))


def inside(place: Place, layer: str, label: str) -> Node:
    """Return the step of the share of the polygon [%] covered by the areas of `layer`."""
    version = place.layer(layer)
    if version is None:
        note = f"manca il livello {layer}: caricarlo con trama layers add"
        return Node(layer, label, None, "%", source="mancante", note=note)
    _, shapes = version.features([], place.polygon.bounds)
    covered = shapely.intersection(shapely.union_all(shapes), place.polygon).area if len(shapes) else 0.0
    share = rounded(100 * covered / place.polygon.area)
    return Node(
        layer, label, share, "%", "area in comune / area del poligono", "mappa", layers=(version.use(),)
    )


def rounded(value: float | None) -> float | None:
    """Return `value` to the sixth decimal, None where it is missing."""
    return None if value is None else round(value, 6)
