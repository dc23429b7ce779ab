"""What the map says of water in a place: land cover, runoff, water table, wells, contaminated ground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely

from trama.analyses.scheda.place import Measures, Place, cell_mean, inside, rounded, upa_class
from trama.analyses.scheda.window import Covered, read_at, read_covered
from trama.engines.hydrology import runoff_mm
from trama.kernel.trace import LayerUse, Node, ParameterUse
from trama.kernel.units import format_number
from trama.norms import InForce

STORM = "sttm1/storm"
MADE_BY = "trama storm run"
GROUPS = {1: "A", 2: "B", 3: "C", 4: "D"}


def water_measures(place: Place) -> Measures:
    """Return what sheets may ask about water; what cannot be computed says why."""
    cover = cache(lambda: _LandCover.under(place, place.polygon))
    depth = cache(lambda: _water_table(place))
    wells = cache(lambda: inside(place, "zone_rispetto_pozzi", "In zona di rispetto dei pozzi"))
    return {
        "luogo.classe_upa": lambda: _upa_class(place),
        "luogo.idren": lambda: _LandCover.under(place, place.around).draining(
            "idren", "I-dren del luogo", place.distance.use()
        ),
        "luogo.quota_sigillata": lambda: cover().sealed(),
        "luogo.kdren": lambda: cell_mean(place, "kdren", "K-dren del luogo", "1", MADE_BY),
        "luogo.deflusso_giorno_estivo": lambda: cover().runoff(
            "pioggia_giorno_estivo", "Deflusso di un giorno di pioggia estivo"
        ),
        "luogo.deflusso_evento": lambda: cover().runoff("pioggia_t50_1h", "Deflusso di un evento intenso"),
        "luogo.offerta_eventi_estremi": lambda: cover().supply(),
        "luogo.soggiacenza": depth,
        "luogo.gruppo_idrologico": lambda: cover().group(),
        "luogo.infiltrazione_impedita": lambda: _infiltration(place, depth(), wells()),
        "luogo.fuori_zona_pozzi": lambda: _outside_wells(wells()),
        "luogo.sito_contaminato": lambda: _contaminated(place),
    }


def _upa_class(place: Place) -> Node:
    label, rule = "Vulnerabilità dell'UPA per indice drenante", place.norm(f"{STORM}/classe_kdren")
    return upa_class(place, "storm_upa", "classe_upa", label, rule, "K-dren", MADE_BY)


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
        table = self.place.norm(f"{STORM}/suolo_dusaf")
        sealed = self._column(table, "sealed_share")
        value = self.classes.mean(1 - sealed if draining else sealed)
        return Node(
            key,
            label,
            rounded(value),
            "1",
            formula,
            "mappa",
            self.note,
            self._breakdown(table),
            parameters,
            self.layers,
        )

    def runoff(self, rain: str, label: str) -> Node:
        depth = self.place.norm(f"{STORM}/{rain}")
        key = "deflusso_" + rain.removeprefix("pioggia_")
        if self.classes is None:
            return self._missing(key, label, "mm")
        value = self._runoff(float(depth.value))
        formula = "media di Q = (P - Ia)² / (P - Ia + S), S = 25400/CN - 254, Ia = λS"
        used = (depth.use(), self.place.norm(f"{STORM}/lambda").use())
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
        rain, most = self.place.norm(f"{STORM}/offerta_pioggia"), self.place.norm(f"{STORM}/offerta_massima")
        runoff = self._runoff(float(rain.value))
        retention = 1 - runoff / float(rain.value)
        return Node(
            "offerta_eventi_estremi",
            label,
            rounded(float(most.value) * retention),
            "1",
            "massimo × indice di ritenzione, R = 1 - Q/P",
            "mappa",
            self.note,
            (Node("deflusso", "Deflusso dell'evento di riferimento", runoff, "mm", source="mappa"),),
            (rain.use(), most.use(), self.place.norm(f"{STORM}/lambda").use()),
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
        table = self.place.norm(f"{STORM}/suolo_dusaf")
        numbers = np.stack([self._column(table, f"cn_{letter.lower()}") for letter in GROUPS.values()])
        groups = np.clip(self.groups.values.astype(int), 1, 4) - 1
        cn = numbers[groups, np.arange(len(groups))]
        runoff = runoff_mm(rain_mm, cn, float(self.place.norm(f"{STORM}/lambda").value))
        return rounded(self.classes.mean(np.asarray(runoff, float))) or 0.0

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
    share = inside(place, "siti_contaminati", "Quota in siti contaminati")
    label = "Sito contaminato"
    if share.value is None:
        return Node("sito_contaminato", label, None, "text", source="mancante", note=share.note)
    value = "si" if float(share.value) > 0 else "no"
    return Node("sito_contaminato", label, value, "text", "sì se l'area tocca un sito", "mappa", "", (share,))
