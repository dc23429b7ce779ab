"""What the professional says: one closed shape for the YAML file, the JSON file and the page of the site.

Nearly everything may still be missing: what lacks is said by the checks, nothing is assumed in silence.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_CLOSED = ConfigDict(extra="forbid", strict=True, frozen=True)


def _printable(text: str) -> str:
    """Refuse what a document cannot hold: control characters, halves of a character."""
    if any((ord(letter) < 32 and letter not in "\n\t") or 0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise ValueError("contiene caratteri non ammessi: riscriverlo senza")
    return text.strip()


def _plain(value: object) -> object:
    """Take a number where a text is due: a protocol, a parcel or a phone are often written as numbers."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("scrivere un giorno esistente, come 2026-01-15") from None


Line = Annotated[str, BeforeValidator(_plain), Field(max_length=300), AfterValidator(_printable)]
Text = Annotated[str, BeforeValidator(_plain), Field(max_length=4000), AfterValidator(_printable)]
Key = Annotated[str, BeforeValidator(_plain), Field(min_length=1, max_length=40), AfterValidator(_printable)]
Amount = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Measure = Annotated[float, Field(gt=0, le=1e5, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=10_000)]
Day = Annotated[date | None, BeforeValidator(_day)]
OutletKind = Literal["costante", "luce"]
Choice = Literal["scelto", "parziale", "escluso"]


class Part(BaseModel):
    """A section of the request, closed to what it does not foresee."""

    model_config = _CLOSED


def _in_order(surfaces: dict[str, float]) -> dict[str, float]:
    """Return the surfaces by name: a register may hand their keys back in another order, to the same file."""
    return dict(sorted(surfaces.items()))


class Intervention(Part):
    """What is built and where.

    `superfici_m2` has the kinds of `trama.analyses.invarianza.KINDS`; `est_m`, `nord_m` are in EPSG:32632.
    """

    nome: Line = ""
    descrizione: Text = ""
    titolo_edilizio: Line = ""
    comune: Key | None = None
    indirizzo: Line = ""
    catasto: Line = ""
    est_m: Annotated[float, Field(ge=100_000, le=900_000)] | None = None
    nord_m: Annotated[float, Field(ge=4_000_000, le=5_500_000)] | None = None
    superficie_m2: Amount | None = None
    superfici_m2: Annotated[dict[Key, Amount], Field(max_length=20), AfterValidator(_in_order)] = {}
    piano_attuativo: bool = False


class Rainfall(Part):
    """Criticality and rainfall, where they are not those of the comune's tables.

    `a_mm`, `n` are the curve of the design return period; `a_verifica_mm`, `n_verifica` that of the check.
    """

    area: Literal["A", "B", "C"] | None = None
    a_mm: Measure | None = None
    n: Measure | None = None
    coefficiente_p: Measure | None = None
    tempo_ritorno: Measure | None = None
    a_verifica_mm: Measure | None = None
    n_verifica: Measure | None = None
    fonte: Line = ""


class Step(Part):
    """A step of the order of disposal: taken, taken in part, or ruled out and why."""

    esito: Choice | None = None
    motivo: Text = ""


class Disposal(Part):
    """The four steps of the order, in the order of the law."""

    riuso: Step = Step()
    suolo: Step = Step()
    corpo_idrico: Step = Step()
    fognatura: Step = Step()


class Outfall(Part):
    """The receiver, its manager, and the outlet towards it."""

    ricettore: Line = ""
    gestore: Line = ""
    portata_limite_l_s: Measure | None = None
    atto: Line = ""
    tipo: OutletKind | None = None
    portata_l_s: Measure | None = None
    diametro_mm: Measure | None = None
    coefficiente: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None
    quota_m: Amount = 0.0


class Test(Part):
    """A permeability test on the site."""

    sigla: Line = ""
    metodo: Line = ""
    giorno: Day = None
    profondita_m: Amount | None = None
    k_m_s: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None


class Soil(Part):
    """What is known of the ground: tests and groundwater."""

    prove: Annotated[list[Test], Field(max_length=40)] = []
    fattore_sicurezza: Annotated[float, Field(ge=1, le=20)] | None = None
    soggiacenza_falda_m: Amount | None = None
    fonte_falda: Line = ""
    sola_infiltrazione: bool = False


class Built(Part):
    """A work; which measures it wants depends on its kind (``tipi_opera`` in the norms)."""

    nome: Line = ""
    tipo: Key | None = None
    numero: Count = 1
    lunghezza_m: Measure | None = None
    larghezza_m: Measure | None = None
    area_m2: Measure | None = None
    diametro_m: Measure | None = None
    altezza_m: Measure | None = None
    franco_m: Amount = 0.0
    scarpa: Amount | None = None
    vuoti: Annotated[float, Field(gt=0, le=1)] | None = None
    profondita_fondo_m: Amount | None = None


class Calculation(Part):
    """How net rain is found, and what happens beyond the works."""

    pioggia_netta: Literal["phi", "horton"] = "phi"
    gruppo_suolo: Literal["A", "B", "C", "D"] | None = None
    eccedenza: Text = ""


class Care(Part):
    """A line of the maintenance plan, added to those of the norms."""

    opera: Line = ""
    operazione: Line = ""
    frequenza: Line = ""
    chi: Line = ""


class Person(Part):
    """Who commissions, or who signs."""

    nome: Line = ""
    codice_fiscale: Line = ""
    recapito: Line = ""


class Professional(Person):
    """Who signs: name, order and number; the signature itself is put on paper or on the file."""

    titolo: Line = ""
    ordine: Line = ""
    numero: Line = ""
    studio: Line = ""
    luogo: Line = ""
    giorno: Day = None


class Pratica(Part):
    """The whole request."""

    intervento: Intervention = Intervention()
    piogge: Rainfall = Rainfall()
    smaltimento: Disposal = Disposal()
    scarico: Outfall = Outfall()
    terreno: Soil = Soil()
    opere: Annotated[list[Built], Field(max_length=60)] = []
    calcolo: Calculation = Calculation()
    manutenzione: Annotated[list[Care], Field(max_length=100)] = []
    responsabile_manutenzione: Line = ""
    committente: Person = Person()
    professionista: Professional = Professional()
    allegati: Annotated[dict[Key, Line], Field(max_length=40)] = {}
