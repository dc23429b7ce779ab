"""What is asked: surfaces, place or rainfall, and what the person knows better than the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trama.kernel.errors import BadInput, NotFound
from trama.kernel.places import is_istat_code

LEFT_OUT = "esclusa"
"""Surfaces the regulation leaves out of the computation."""
KINDS = {
    "impermeabile": "Superficie impermeabile",
    "semipermeabile": "Superficie semipermeabile",
    "tetto_verde": "Tetti verdi",
    "infiltrazione": "Aree d'infiltrazione",
    "permeabile": "Superficie permeabile",
    LEFT_OUT: "Superficie agricola o incolta, esclusa",
}
"""Kinds of surface and what a person calls them; all but the last have ``deflusso_<kind>`` in the norms."""
CRITICALITIES = ("A", "B", "C")


class MissingTotal(BadInput):
    """The total area was not given."""

    it = "Manca la superficie totale dell'intervento: indicarla con --superficie-m2."
    en = "The total area of the intervention is missing: give it with --superficie-m2."


class UnknownKind(BadInput):
    """A surface of a kind the regulation does not have."""

    it = "La superficie «{kind}» non è prevista. Superfici ammesse: {known}."
    en = "There is no surface of kind “{kind}”. Known kinds: {known}."


class MissingPlace(BadInput):
    """Neither a criticality nor a comune."""

    it = (
        "Manca l'area di criticità idraulica: indicare --area A, B o C, oppure il comune con --comune "
        "e il suo codice ISTAT."
    )
    en = "The hydraulic criticality is missing: give --area A, B or C, or --comune and its ISTAT code."


class UnknownArea(BadInput):
    """A criticality that is not A, B or C."""

    it = "L'area di criticità «{area}» non esiste: indicare A (alta), B (media) o C (bassa)."
    en = "There is no criticality area “{area}”: give A (high), B (medium) or C (low)."


class MissingRain(BadInput):
    """The method needs a rainfall curve that was not given."""

    it = (
        "Il metodo dovuto per questo intervento ({method}) usa la curva di pioggia: indicare --a e --n della "
        "curva del tempo di ritorno di progetto, oppure il comune con --comune."
    )
    en = (
        "The method due for this intervention ({method}) uses the rainfall curve: give --a and --n of the "
        "design return period, or the comune with --comune."
    )


class HalfCurve(BadInput):
    """Only one of a and n."""

    it = "La curva di pioggia h = a·Dⁿ vuole sia --a sia --n: manca {missing}."
    en = "The rainfall curve h = a·Dⁿ needs both --a and --n: {missing} is missing."


class BadCoefficientP(BadInput):
    """P outside (0, 1]."""

    it = "Il coefficiente P {value} non è utilizzabile: indicare un numero maggiore di 0 e non oltre 1."
    en = "The coefficient P {value} cannot be used: give a number above 0 and not above 1."


class BadCode(BadInput):
    """Not an ISTAT code."""

    it = "«{code}» non è un codice ISTAT: sono sei cifre, per esempio 015146 per Milano."
    en = "“{code}” is not an ISTAT code: six digits, for instance 015146 for Milan."


class UnknownComune(NotFound):
    """A comune the table of criticality does not hold."""

    it = (
        "Il comune «{what}» non è nell'elenco delle criticità idrauliche: indicare --area, --a e --n "
        "presi dall'Allegato C e dalle linee segnalatrici di ARPA Lombardia."
    )
    en = (
        "The comune “{what}” is not in the list of hydraulic criticality: give --area, --a and --n "
        "from Annex C and from ARPA Lombardia's curves."
    )


@dataclass(frozen=True, slots=True)
class Question:
    """An intervention and where it is.

    Attributes
    ----------
    total_m2
        Area of the whole intervention, left-out surfaces included; the surfaces must make it up.
    surfaces_m2
        Kind (see `KINDS`) → area [m2].
    comune
        ISTAT code, for criticality, P and rainfall from the tables.
    area
        Criticality, wins over the comune's.
    a_mm, n
        Rainfall curve ``h = a·D^n`` of the design return period, wins over the comune's.
    coefficient_p
        P, wins over the comune's.
    return_period_year
        For the comune's rainfall; the law's own where None.
    limit_l_s
        Discharge the receiver's manager allows; holds where stricter.
    infiltration_only
        Whether infiltration structures alone are used, with their permeability tests.
    soil_l_s
        What the ground takes, where it is the only way out: holds where stricter than the other limits.
    surfaces_source
        Where the surfaces come from: ``dichiarato``, or ``stimato`` where nobody declared them.
    """

    total_m2: float | None
    surfaces_m2: Mapping[str, float] = field(default_factory=dict)
    comune: str | None = None
    area: str | None = None
    a_mm: float | None = None
    n: float | None = None
    coefficient_p: float | None = None
    return_period_year: float | None = None
    limit_l_s: float | None = None
    infiltration_only: bool = False
    soil_l_s: float | None = None
    surfaces_source: str = "dichiarato"

    def check(self) -> None:
        """Refuse what can be refused before any norm is read; raises a `BadInput` that says what to do."""
        if self.total_m2 is None:
            raise MissingTotal
        for kind in self.surfaces_m2:
            if kind not in KINDS:
                raise UnknownKind(kind=kind, known=", ".join(KINDS))
        if self.area is None and self.comune is None:
            raise MissingPlace
        if self.area is not None and self.area not in CRITICALITIES:
            raise UnknownArea(area=self.area)
        if self.comune is not None and not is_istat_code(self.comune):
            raise BadCode(code=self.comune)
        if (self.a_mm is None) != (self.n is None):
            raise HalfCurve(missing="--a" if self.a_mm is None else "--n")
        if self.coefficient_p is not None and not 0 < self.coefficient_p <= 1:
            raise BadCoefficientP(value=self.coefficient_p)

    def asked(self) -> dict[str, object]:
        """Return the question as plain JSON, for the trace."""
        asked: dict[str, object] = {
            "superficie_m2": self.total_m2,
            "superfici_m2": dict(self.surfaces_m2),
            "comune": self.comune,
            "area": self.area,
            "a": self.a_mm,
            "n": self.n,
            "coefficiente_p": self.coefficient_p,
            "tempo_ritorno": self.return_period_year,
            "portata_limite_l_s": self.limit_l_s,
            "sola_infiltrazione": self.infiltration_only,
        }
        return asked if self.soil_l_s is None else {**asked, "portata_infiltrata_l_s": self.soil_l_s}
