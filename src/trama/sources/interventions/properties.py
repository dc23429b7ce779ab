"""What a file says of the intervention besides its shape: name, nature-based solutions, surfaces."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from trama.kernel.notices import Notice
from trama.sources.interventions.errors import BadProperty, SurfacesDoNotSum, UnknownId
from trama.sources.interventions.geojson import parse_json
from trama.sources.interventions.raw import MAX_TEXT, RawFeature, shown
from trama.sources.interventions.shapes import NEGLIGIBLE_M2, Area, only_areas, square_metres

SURFACE_TOLERANCE_SHARE = 0.01
"""How far the surfaces may be from the area of the perimeter: part of the format of an intervention."""

LARGEST_M2 = 1e10
"""Ten thousand square kilometres: nothing that is drawn here is larger."""

_ALIASES = {"stato_attuale": ("stato_attuale", "stato_attu")}
"""A Shapefile cuts field names at ten characters."""

Located = Sequence[tuple[RawFeature, Area]]
Surfaces = dict[str, float]


@dataclass(frozen=True, slots=True)
class Tipologia:
    """A nature-based solution of the intervention.

    Attributes
    ----------
    id
        Its id in the catalogue of the norms.
    area_m2
        Its area, or its quantity in the catalogue's own unit where that is not m2 (trees, metres, m3).
    measured
        Whether the area comes from a drawn feature instead of a declared number.
    """

    id: str
    area_m2: float
    measured: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"id": self.id, "area_m2": self.area_m2, "measured": self.measured}


def get(feature: RawFeature, key: str) -> Any:
    """Return a property whatever the case of its name; None where it is missing or blank."""
    for alias in _ALIASES.get(key, (key,)):
        for name, value in feature.properties.items():
            if name.lower() == alias and not (isinstance(value, str) and not value.strip()):
                return value
    return None


def read_name(features: Sequence[RawFeature], notices: list[Notice]) -> str:
    """Return the first name given, "" where there is none; raises `BadProperty` where it is no text."""
    names: list[str] = []
    for feature in features:
        value = get(feature, "nome")
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise BadProperty(key="nome", why="deve essere un testo.", why_en="it must be text.")
        text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
        if len(text) > MAX_TEXT:
            raise BadProperty(
                key="nome", why=f"supera {MAX_TEXT} caratteri.", why_en=f"it exceeds {MAX_TEXT} characters."
            )
        if text and text not in names:
            names.append(text)
    if len(names) > 1:
        notices.append(
            Notice(
                "nomi_diversi",
                f"Gli elementi hanno nomi diversi: si usa «{shown(names[0])}».",
                f"The features have different names: “{shown(names[0])}” is used.",
            )
        )
    return names[0] if names else ""


def read_surfaces(
    features: Sequence[RawFeature], key: str, area_m2: float, known: Collection[str] | None
) -> Surfaces | None:
    """Return the surface composition `key`, in m2 by class, summed over the features; None where not given.

    Raises
    ------
    BadProperty, UnknownId
    SurfacesDoNotSum
        The sum differs from `area_m2` by more than `SURFACE_TOLERANCE_SHARE`.
    """
    total: Surfaces = {}
    given = [value for feature in features if (value := get(feature, key)) is not None]
    for value in given:
        table = _unpacked(value, key)
        if not isinstance(table, dict):
            raise BadProperty(
                key=key,
                why='deve essere un elenco {"classe": metri quadrati}.',
                why_en='it must be a mapping {"class": square metres}.',
            )
        for name, number in table.items():
            if known is not None:
                check_id(name, known, "le classi di superficie", "the surface classes")
            total[name] = total.get(name, 0.0) + _amount(number, f"{key}.{shown(name)}")
    if not given:
        return None
    found = sum(total.values())
    if not abs(found - area_m2) <= SURFACE_TOLERANCE_SHARE * area_m2:
        said, wanted, apart = (square_metres(value) for value in (found, area_m2, abs(found - area_m2)))
        raise SurfacesDoNotSum(
            key=key,
            sum_m2=said[0],
            sum_m2_en=said[1],
            area_m2=wanted[0],
            area_m2_en=wanted[1],
            difference_m2=apart[0],
            difference_m2_en=apart[1],
            tolerance=f"{SURFACE_TOLERANCE_SHARE * 100:g} %",
        )
    return total


def read_tipologie(
    perimeter: Sequence[RawFeature],
    drawn: Located,
    whole: Area,
    known: Collection[str] | None,
    notices: list[Notice],
) -> tuple[Tipologia, ...]:
    """Return the nature-based solutions: those declared in a list, or those drawn as their own features.

    Raises
    ------
    BadProperty
        A malformed list, or both a list and drawn features: an area would be counted twice.
    UnknownId
    """
    lists = [value for feature in perimeter if (value := get(feature, "tipologie")) is not None]
    if lists and drawn:
        raise BadProperty(
            key="tipologie",
            why="ci sono sia l'elenco sia elementi con «tipologia»: lasciare solo uno dei due.",
            why_en="there are both the list and features with “tipologia”: leave only one of the two.",
        )
    if drawn:
        return _measured(drawn, whole, known, notices)
    found: dict[str, Tipologia] = {}
    for value in lists:
        for item in _items(value):
            kind = _declared(item, known)
            before = found.get(kind.id)
            found[kind.id] = kind if before is None else _sum(before, kind)
    return tuple(found[key] for key in sorted(found))


def _items(value: Any) -> list[Any]:
    plain = isinstance(value, str) and value.lstrip()[:1] not in ("[", "{")
    table = [part.strip() for part in value.split(",")] if plain else _unpacked(value, "tipologie")
    if not isinstance(table, list):
        raise BadProperty(
            key="tipologie",
            why='deve essere un elenco [{"id": ..., "area_m2": ...}].',
            why_en='it must be a list [{"id": ..., "area_m2": ...}].',
        )
    return table


def _declared(item: Any, known: Collection[str] | None) -> Tipologia:
    entry = {"id": item} if isinstance(item, str) else item
    if not isinstance(entry, dict) or set(entry) - {"id", "area_m2", "measured"} or "id" not in entry:
        raise BadProperty(
            key="tipologie",
            why="ogni voce ha «id» e «area_m2», e nient'altro.",
            why_en="each entry has “id” and “area_m2”, and nothing else.",
        )
    name = _checked_kind(entry["id"], known)
    if entry.get("area_m2") is None:
        raise BadProperty(
            key="tipologie",
            why=f"manca l'area di «{shown(name)}»: indicare «area_m2», oppure disegnarla.",
            why_en=f"“{shown(name)}” has no area: give “area_m2”, or draw it.",
        )
    area = _amount(entry["area_m2"], f"tipologie.{shown(name)}")
    return Tipologia(name, area, entry.get("measured") is True)


def _sum(one: Tipologia, other: Tipologia) -> Tipologia:
    return Tipologia(one.id, one.area_m2 + other.area_m2, one.measured and other.measured)


def _measured(
    drawn: Located, whole: Area, known: Collection[str] | None, notices: list[Notice]
) -> tuple[Tipologia, ...]:
    shapes: dict[str, list[Area]] = {}
    for feature, shape in drawn:
        shapes.setdefault(_checked_kind(get(feature, "tipologia"), known), []).append(shape)
    found = []
    for name in sorted(shapes):
        drawn_shape = shapely.union_all(shapes[name])
        inside = only_areas(shapely.intersection(drawn_shape, whole))
        outside = drawn_shape.area - inside.area
        if inside.area <= NEGLIGIBLE_M2:
            raise BadProperty(
                key="tipologia",
                why=f"«{name}» è disegnata fuori dal perimetro: spostarla o allargare il perimetro.",
                why_en=f"“{name}” is drawn outside the perimeter: move it or widen the perimeter.",
            )
        if outside > max(NEGLIGIBLE_M2, 1e-6 * drawn_shape.area):
            said = square_metres(outside)
            notices.append(
                Notice(
                    "tipologia_oltre_il_perimetro",
                    f"«{name}» esce dal perimetro per {said[0]} m², che non sono stati contati.",
                    f"“{name}” leaves the perimeter by {said[1]} m², which were not counted.",
                )
            )
        found.append(Tipologia(name, inside.area, measured=True))
    return tuple(found)


def _checked_kind(value: Any, known: Collection[str] | None) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadProperty(
            key="tipologie", why="l'identificativo deve essere un testo.", why_en="the id must be text."
        )
    name = value.strip()
    if known is not None:
        check_id(name, known, "le tipologie del catalogo", "the types of the catalogue")
    return name


def check_id(value: str, known: Collection[str], kind: str, kind_en: str) -> None:
    """Refuse an id outside `known`, with the closest one and the list; raises `UnknownId`."""
    if value in known:
        return
    near = difflib.get_close_matches(value[:80], list(known), n=1, cutoff=0.6)
    raise UnknownId(
        value=shown(value),
        kind=kind,
        kind_en=kind_en,
        hint=f"Forse «{near[0]}». " if near else "",
        hint_en=f"Perhaps “{near[0]}”. " if near else "",
        known=", ".join(sorted(known)),
    )


def _unpacked(value: Any, key: str) -> Any:
    """Read the JSON that tables (GeoPackage, Shapefile) carry as text."""
    return (
        parse_json(value.encode("utf-8", "replace"), f"proprietà {key}") if isinstance(value, str) else value
    )


def _amount(value: Any, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadProperty(
            key=key, why="i metri quadrati devono essere un numero.", why_en="square metres must be a number."
        )
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number < 0:
        raise BadProperty(
            key=key,
            why="i metri quadrati devono essere un numero finito e non negativo.",
            why_en="square metres must be a finite number, not negative.",
        )
    if number > LARGEST_M2:
        most = square_metres(LARGEST_M2)
        raise BadProperty(
            key=key,
            why=f"sono più di {most[0]} m², più di ogni territorio: controllare il numero e l'unità.",
            why_en=f"more than {most[1]} m², more than any territory: check the number and its unit.",
        )
    return number
