"""What is asked about land take: where, and what would be built there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import shapely

from trama.analyses.scheda.surfaces import Catalogue, Composition, UnknownSurface, declared
from trama.analyses.suoli.errors import BadShare, TooLarge
from trama.analyses.suoli.rules import FOLDER
from trama.kernel.trace import Node
from trama.norms import InForce, NormBook

SHEET = "sttm1/scheda_drenaggio"
"""The sheet whose surface classes, and their common names, are used."""
M2_PER_HA = 10_000.0


@dataclass(frozen=True)
class Question:
    """A land take to be weighed.

    Attributes
    ----------
    geometry
        Polygon or multipolygon, EPSG:32632.
    progetto
        Square metres by surface class of what is built; None where not declared.
    impermeabile_percento
        Instead of `progetto`: per cent sealed, the rest green on natural soil.
    intensita_edificata
        Floor area over land area, divided by three, at most 1; None for the norms'.
    pioggia_annua_mm
        Mean yearly rain there; None for the norms', if they have one.
    """

    geometry: shapely.Geometry
    nome: str = ""
    progetto: Mapping[str, float] | None = None
    impermeabile_percento: float | None = None
    intensita_edificata: float | None = None
    pioggia_annua_mm: float | None = None


@dataclass(frozen=True)
class Built:
    """What is built: shares by surface class, and everything the norms say of those classes.

    Attributes
    ----------
    shares
        Surface class → share of the area; they sum to 1.
    by_surface
        Whether every surface is declared: then it takes the place of what is there, and may be better. Where
        only a share is given (or the norms' composition), what is sealed today stays so: nothing is gained.
    """

    shares: dict[str, float]
    source: str
    surfaces: InForce
    draining: InForce
    default: InForce
    area_m2: float
    by_surface: bool = False

    def mean(self, column: str) -> float:
        """Return the area-weighted mean of a column of the table of surfaces."""
        return sum(share * float(self.surfaces.value[key][column]) for key, share in self.shares.items())

    @property
    def draining_share(self) -> float:
        """Return the draining share of what is built."""
        rows = self.draining.value
        return sum(share * float(rows[key]["draining_share"]) for key, share in self.shares.items())

    def area_of(self, consumption: str) -> float:
        """Return the square metres whose land take is ``permanente``, ``reversibile`` or ``nessuno``."""
        return self.area_m2 * self._share_of(consumption, self.shares)

    @property
    def as_usual(self) -> float:
        """Return the permanent surfaces against those of the norms' composition, 0 (none) to 1 (as many)."""
        usual = self._share_of("permanente", self.default.value)
        return min(1.0, self._share_of("permanente", self.shares) / usual) if usual else 0.0

    def _share_of(self, consumption: str, shares: Mapping[str, float]) -> float:
        rows = self.surfaces.value
        return sum(float(share) for key, share in shares.items() if rows[key]["consumption"] == consumption)

    def nodes(self) -> tuple[Node, ...]:
        """Return a step per surface, as a trace quotes them."""
        return tuple(
            Node(
                key,
                str(self.surfaces.value[key]["name_it"]),
                round(share * self.area_m2, 2),
                "m2",
                source=self.source,
                parameters=(self.surfaces.use(only=key),),
            )
            for key, share in self.shares.items()
        )


def built(book: NormBook, question: Question, day: date) -> Built:
    """Return what would be built, checked against the norms and the drawing.

    Raises
    ------
    TooLarge, BadShare
        The area or a number given cannot be.
    UnknownSurface, SurfacesDoNotSum
        A declared surface is not a class, or the surfaces do not sum to the area within 1 %.
    """
    area_m2 = float(question.geometry.area)
    most = float(book.value(f"{FOLDER}/area_massima_ha", day).value)
    if area_m2 > most * M2_PER_HA:
        raise TooLarge(area=f"{area_m2 / M2_PER_HA:.0f}", most=f"{most:g}")
    _between("impermeabile", question.impermeabile_percento, 0, 100)
    _between("intensità edificata", question.intensita_edificata, 0, 1)
    _between("pioggia annua", question.pioggia_annua_mm, 1, 20_000)
    catalogue = Catalogue.at(book, SHEET, day)
    default = book.value(f"{FOLDER}/composizione_costruito", day)
    shares, source = _shares(catalogue, question, default, area_m2)
    surfaces = book.value(f"{FOLDER}/superfici", day)
    if unknown := [key for key in shares if key not in surfaces.value]:
        raise UnknownSurface(what=unknown[0], known=", ".join(surfaces.value))
    return Built(shares, source, surfaces, catalogue.surfaces, default, area_m2, bool(question.progetto))


def _shares(
    catalogue: Catalogue, question: Question, default: InForce, area_m2: float
) -> tuple[dict[str, float], str]:
    if question.progetto:
        composition: Composition = declared(catalogue, "progetto", question.progetto, area_m2)
        total = composition.total_m2
        return {key: area / total for key, area in composition.areas_m2.items() if area}, "dichiarato"
    if question.impermeabile_percento is not None:
        sealed = question.impermeabile_percento / 100
        shares = {"impermeabile": sealed, "verde_profondo": 1 - sealed}
        return {key: share for key, share in shares.items() if share > 0}, "dichiarato"
    return {key: float(share) for key, share in default.value.items()}, "stimato"


def _between(what: str, given: float | None, least: float, most: float) -> None:
    if given is not None and not (math.isfinite(given) and least <= given <= most):
        raise BadShare(what=what, given=f"{given:g}", least=f"{least:g}", most=f"{most:g}")
