"""What the map says of a place: the measures ``luogo.*`` of a sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely

from trama.analyses.scheda.window import Covered, read_at, read_covered
from trama.engines.hydrology import runoff_mm
from trama.kernel.trace import LayerUse, Node, ParameterUse
from trama.kernel.units import format_number
from trama.lake import Lake, Version
from trama.norms import InForce, NormBook

STORM = "sttm1/storm"
GROUPS = {1: "A", 2: "B", 3: "C", 4: "D"}
Missing = Callable[[str], Node]


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

    def norm(self, name: str) -> InForce:
        """Return a STORM parameter as in force on the day."""
        return self.book.value(f"{STORM}/{name}", self.day)

    def layer(self, name: str) -> Version | None:
        """Return the current version of a layer, or None where it was never loaded."""
        return self.lake.version(name) if self.lake.has(name) else None


def place_measures(place: Place) -> dict[str, Node]:
    """Return the steps of every ``luogo.*`` measure; those that cannot be computed say why."""
    cover = _LandCover.under(place, place.polygon)
    near = _LandCover.under(place, place.around)
    depth = _water_table(place)
    wells = _inside(place, "zone_rispetto_pozzi", "In zona di rispetto dei pozzi")
    return {
        "luogo.upa": _upa(place),
        "luogo.classe_upa": _upa_class(place),
        "luogo.idren": near.draining("idren", "I-dren del luogo", place.distance.use()),
        "luogo.quota_sigillata": cover.sealed(),
        "luogo.kdren": _cell_mean(place, "kdren", "K-dren del luogo", "1"),
        "luogo.deflusso_giorno_estivo": cover.runoff(
            "pioggia_giorno_estivo", "Deflusso di un giorno di pioggia estivo"
        ),
        "luogo.deflusso_evento": cover.runoff("pioggia_t50_1h", "Deflusso di un evento intenso"),
        "luogo.offerta_eventi_estremi": cover.supply(),
        "luogo.soggiacenza": depth,
        "luogo.gruppo_idrologico": cover.group(),
        "luogo.quota_tuc": _inside(
            place, "tessuto_urbano_consolidato", "Quota nel tessuto urbano consolidato"
        ),
        "luogo.infiltrazione_impedita": _infiltration(place, depth, wells),
        "luogo.fuori_zona_pozzi": _outside_wells(wells),
        "luogo.sito_contaminato": _contaminated(place),
    }


@dataclass(frozen=True)
class _LandCover:
    """Land cover and soil group, cell by cell, under one polygon."""

    place: Place
    classes: Covered | None
    groups: Covered | None
    layers: tuple[LayerUse, ...]
    note: str

    @classmethod
    def under(cls, place: Place, polygon: shapely.Geometry) -> _LandCover:
        cover, soil = place.layer("uso_suolo"), place.layer("gruppo_idrologico")
        if cover is None or soil is None:
            lacking = "uso_suolo" if cover is None else "gruppo_idrologico"
            return cls(place, None, None, (), f"manca il livello {lacking}: caricarlo con trama layers add")
        classes, groups = read_at(soil.raster, cover.raster, polygon)
        note = ""
        if classes.total_m2 == 0:
            return cls(place, None, None, (cover.use(), soil.use()), "qui i livelli non hanno dati")
        if classes.missing_m2 > 0.01 * polygon.area:
            note = f"senza dati il {100 * classes.missing_m2 / polygon.area:.0f} % dell'area"
        return cls(place, classes, groups, (cover.use(), soil.use()), note)

    def draining(self, key: str, label: str, distance: ParameterUse) -> Node:
        return self._share(key, label, "Σ area × (1 - quota sigillata) / Σ area", (distance,), draining=True)

    def sealed(self) -> Node:
        return self._share(
            "quota_sigillata", "Quota sigillata", "Σ area × quota sigillata / Σ area", (), draining=False
        )

    def _share(
        self, key: str, label: str, formula: str, parameters: tuple[ParameterUse, ...], *, draining: bool
    ) -> Node:
        if self.classes is None:
            return self._missing(key, label, "1")
        table = self.place.norm("suolo_dusaf")
        sealed = self._column(table, "sealed_share")
        value = self.classes.mean(1 - sealed if draining else sealed)
        return Node(
            key,
            label,
            _rounded(value),
            "1",
            formula,
            "mappa",
            self.note,
            self._breakdown(table),
            parameters,
            self.layers,
        )

    def runoff(self, rain: str, label: str) -> Node:
        depth = self.place.norm(rain)
        key = "deflusso_" + rain.removeprefix("pioggia_")
        if self.classes is None:
            return self._missing(key, label, "mm")
        value = self._runoff(float(depth.value))
        formula = "media di Q = (P - Ia)² / (P - Ia + S), S = 25400/CN - 254, Ia = λS"
        used = (depth.use(), self.place.norm("lambda").use())
        return Node(
            key,
            f"{label} ({format_number(float(depth.value), 'mm')})",
            value,
            "mm",
            formula,
            "mappa",
            self.note,
            (),
            used,
            self.layers,
        )

    def supply(self) -> Node:
        label = "Offerta potenziale del servizio «regolazione degli eventi estremi»"
        if self.classes is None:
            return self._missing("offerta_eventi_estremi", label, "1")
        rain, most = self.place.norm("offerta_pioggia"), self.place.norm("offerta_massima")
        runoff = self._runoff(float(rain.value))
        retention = 1 - runoff / float(rain.value)
        return Node(
            "offerta_eventi_estremi",
            label,
            _rounded(float(most.value) * retention),
            "1",
            "massimo × indice di ritenzione, R = 1 - Q/P",
            "mappa",
            self.note,
            (Node("deflusso", "Deflusso dell'evento di riferimento", runoff, "mm", source="mappa"),),
            (rain.use(), most.use(), self.place.norm("lambda").use()),
            self.layers,
        )

    def group(self) -> Node:
        label = "Gruppo idrologico del suolo"
        if self.groups is None:
            return self._missing("gruppo_idrologico", label, "text")
        areas = self.groups.area_by_value()
        total = sum(areas.values())
        text = ", ".join(
            f"{GROUPS.get(int(code), '?')} {100 * area / total:.0f} %" for code, area in areas.items()
        )
        return Node(
            "gruppo_idrologico",
            label,
            text,
            "text",
            "quote di area",
            "mappa",
            self.note,
            layers=self.layers[1:],
        )

    def _runoff(self, rain_mm: float) -> float:
        assert self.classes is not None
        assert self.groups is not None
        table = self.place.norm("suolo_dusaf")
        numbers = np.stack([self._column(table, f"cn_{letter.lower()}") for letter in GROUPS.values()])
        groups = np.clip(self.groups.values.astype(int), 1, 4) - 1
        cn = numbers[groups, np.arange(len(groups))]
        runoff = runoff_mm(rain_mm, cn, float(self.place.norm("lambda").value))
        return _rounded(self.classes.mean(np.asarray(runoff, float))) or 0.0

    def _column(self, table: InForce, name: str) -> np.ndarray[Any, Any]:
        assert self.classes is not None
        codes, index = np.unique(self.classes.values, return_inverse=True)
        return np.array([float(table.value[str(code)][name]) for code in codes])[index]

    def _breakdown(self, table: InForce) -> tuple[Node, ...]:
        assert self.classes is not None
        return tuple(
            Node(
                str(code),
                str(table.value[str(code)]["name_it"]),
                round(area, 1),
                "m2",
                source="mappa",
                parameters=(table.use(only=str(code)),),
            )
            for code, area in self.classes.area_by_value().items()
        )

    def _missing(self, key: str, label: str, unit: str) -> Node:
        return Node(key, label, None, unit, source="mancante", note=self.note, layers=self.layers)


def _upa(place: Place) -> Node:
    shares, uses, note = _upa_shares(place)
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


def _upa_class(place: Place) -> Node:
    label = "Vulnerabilità dell'UPA per indice drenante"
    shares, uses, note = _upa_shares(place)
    version = place.layer("storm_upa")
    if not shares or version is None:
        why = note or "manca la vulnerabilità delle UPA: calcolarla con trama storm run"
        return Node("classe_upa", label, None, "class", source="mancante", note=why, layers=uses)
    key = version.manifest.key or "codice"
    rows, _ = version.features([key, "classe"], place.polygon.bounds)
    classes = dict(zip(rows[key], rows["classe"], strict=True))
    pieces = tuple(
        Node(code, f"UPA {code}", classes.get(code), "class", "classe per K-dren", "mappa") for code in shares
    )
    known = [(float(piece.value), shares[piece.key]) for piece in pieces if piece.value is not None]
    if not known:
        return Node("classe_upa", label, None, "class", source="mancante", note="UPA senza dati", layers=uses)
    value = sum(grade * share for grade, share in known) / sum(share for _, share in known)
    used = (place.norm("classe_kdren").use(),)
    formula = "media delle classi delle UPA, pesata sull'area"
    return Node(
        "classe_upa",
        label,
        _rounded(value),
        "class",
        formula,
        "mappa",
        "",
        pieces,
        used,
        (*uses, version.use()),
    )


def _cell_mean(place: Place, layer: str, label: str, unit: str) -> Node:
    version = place.layer(layer)
    if version is None:
        note = f"manca il livello {layer}: calcolarlo con trama storm run"
        return Node(layer, label, None, unit, source="mancante", note=note)
    covered = read_covered(version.raster, place.polygon)
    value = _rounded(covered.mean())
    note = "" if value is not None else "qui il livello non ha dati"
    return Node(
        layer,
        label,
        value,
        unit,
        "media delle celle, pesata sull'area",
        "mappa",
        note,
        layers=(version.use(),),
    )


def _water_table(place: Place) -> Node:
    label = "Soggiacenza della falda (minima nell'area)"
    version = place.layer("soggiacenza")
    if version is None:
        note = "manca il livello soggiacenza: caricarlo con trama layers add"
        return Node("soggiacenza", label, None, "m", source="mancante", note=note)
    covered = read_covered(version.raster, place.polygon)
    least = round(float(covered.values.min()), 2) if covered.total_m2 else None
    note = "" if least is not None else "qui il livello non ha dati"
    return Node(
        "soggiacenza", label, least, "m", "minimo delle celle toccate", "mappa", note, layers=(version.use(),)
    )


def _inside(place: Place, layer: str, label: str) -> Node:
    version = place.layer(layer)
    if version is None:
        note = f"manca il livello {layer}: caricarlo con trama layers add"
        return Node(layer, label, None, "%", source="mancante", note=note)
    _, shapes = version.features([], place.polygon.bounds)
    covered = shapely.intersection(shapely.union_all(shapes), place.polygon).area if len(shapes) else 0.0
    share = _rounded(100 * covered / place.polygon.area)
    return Node(
        layer, label, share, "%", "area in comune / area del poligono", "mappa", layers=(version.use(),)
    )


def _infiltration(place: Place, depth: Node, wells: Node) -> Node:
    clearance = place.book.value(f"{place.folder}/franco_falda_m", place.day)
    label = "Infiltrazione impedita dal luogo"
    if depth.value is None or wells.value is None:
        note = depth.note or wells.note
        return Node("infiltrazione_impedita", label, None, "text", source="mancante", note=note)
    prevented = float(depth.value) < float(clearance.value) or float(wells.value) > 0
    formula = "sì se la soggiacenza è minore del franco, o se l'area tocca una zona di rispetto dei pozzi"
    value = "si" if prevented else "no"
    used = (clearance.use(),)
    return Node("infiltrazione_impedita", label, value, "text", formula, "mappa", "", (depth, wells), used)


def _outside_wells(wells: Node) -> Node:
    label = "Acque di strade o piazzali infiltrate in zona di rispetto dei pozzi"
    outside = wells.value is not None and float(wells.value) == 0
    note = (
        wells.note
        if wells.value is None
        else ""
        if outside
        else "l'area tocca una zona di rispetto: rispondere"
    )
    return Node(
        "fuori_zona_pozzi",
        label,
        "no" if outside else None,
        "text",
        "no se l'area è fuori dalle zone",
        "mappa",
        note,
        (wells,),
    )


def _contaminated(place: Place) -> Node:
    share = _inside(place, "siti_contaminati", "Quota in siti contaminati")
    label = "Sito contaminato"
    if share.value is None:
        return Node("sito_contaminato", label, None, "text", source="mancante", note=share.note)
    value = "si" if float(share.value) > 0 else "no"
    return Node("sito_contaminato", label, value, "text", "sì se l'area tocca un sito", "mappa", "", (share,))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
