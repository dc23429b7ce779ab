"""What the norms say of services: the taxonomy, the standards, the rule of poles, as in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.norms.book import NormBook
from trama.norms.in_force import InForce

SERVICES, POLES = "sttm2/servizi", "sttm2/poli"
LEVELS = ("locale", "intercomunale", "metropolitano")


@dataclass(frozen=True)
class Voice:
    """A voice of the taxonomy.

    Attributes
    ----------
    age_from, age_to
        Whom it is for; None where it is for no group.
    minutes, modes
        Travel time of its catchment; None where the taxonomy gives none.
    ground
        Whether its capacity is ground surface.
    """

    id: str
    row: dict[str, Any]

    @property
    def category(self) -> str:
        """First part of its code."""
        return str(self.row["categoria"])

    @property
    def level(self) -> str:
        """One of `LEVELS`."""
        return str(self.row["livello"])

    @property
    def local(self) -> bool:
        """Whether it is a service of every comune."""
        return self.level == "locale"

    @property
    def land_class(self) -> str:
        """The class of D.M. 1444/1968 it counts in; empty for none."""
        return str(self.row["dm1444"] or "").split(" ")[0]

    @property
    def ages(self) -> tuple[int, int]:
        """Ages it is for, everybody where the taxonomy names no group."""
        low, high = self.row["eta_da"], self.row["eta_a"]
        return (0, 100) if low is None else (int(low), int(high))

    @property
    def ground(self) -> bool:
        """Whether its capacity is ground surface, in m2 or hectares."""
        return self.row.get("superficie") == 1


@dataclass(frozen=True)
class Standard:
    """A standard that the atlas can measure."""

    id: str
    row: dict[str, Any]
    voices: tuple[str, ...]

    @property
    def kind(self) -> str:
        """How it is measured: ``area_ab``, ``posti_eta``, ``capienza_ab``, ``ab_sede``, ``ab_capienza``."""
        return str(self.row["calcolo"])

    @property
    def less_is_better(self) -> bool:
        """Whether the figure is residents for one service: the fewer the better."""
        return self.kind in ("ab_sede", "ab_capienza")

    @property
    def ages(self) -> tuple[int, int]:
        """Residents it is counted on."""
        low, high = self.row["eta_da"], self.row["eta_a"]
        return (0, 100) if low is None else (int(low), int(high))

    @property
    def goal(self) -> float:
        """Figure to reach: the least of at least, the most of at most (the upper end of an interval)."""
        top = self.row["valore_max"]
        return float(top if self.less_is_better and top is not None else self.row["valore"])

    @property
    def unit(self) -> str:
        """Unit of its figure, a key of the kernel's units."""
        return "m2/inhabitant" if self.kind == "area_ab" else "inhabitant" if self.less_is_better else "1"


@dataclass(frozen=True)
class Rules:
    """The norms of the atlas on a day."""

    day: date
    taxonomy: InForce
    standards_table: InForce
    categories: InForce
    levels: InForce
    thresholds: InForce
    vocations: InForce
    weights: InForce
    draws: InForce
    clusters: InForce
    speeds: InForce
    essential: InForce
    decisions: InForce
    classes: InForce
    unmeasured: InForce
    voices: dict[str, Voice]
    standards: dict[str, Standard]

    @property
    def wide(self) -> list[str]:
        """Voices above the local level, in the order of the taxonomy."""
        return [name for name, voice in self.voices.items() if not voice.local]

    def vocation_of(self, voice: str) -> str | None:
        """Return the vocation a voice counts in: the one that names it most closely; None for none."""
        best = max(
            (
                (len(start), name)
                for name, row in self.vocations.value.items()
                for start in str(row["voci"] or "").split()
                if voice.startswith(start)
            ),
            default=None,
        )
        return best[1] if best else None


def read_rules(book: NormBook, day: date) -> Rules:
    """Read every table; raises `UnknownParameter` or `NotInForce` as the norms do."""

    def at(folder: str, name: str) -> InForce:
        return book.value(f"{folder}/{name}", day)

    taxonomy, table = at(SERVICES, "tassonomia"), at(SERVICES, "standard")
    voices = {name: Voice(name, row) for name, row in taxonomy.value.items()}
    standards = {
        name: Standard(name, row, _counted(row, voices))
        for name, row in table.value.items()
        if row["calcolo"]
    }
    return Rules(
        day=day,
        taxonomy=taxonomy,
        standards_table=table,
        categories=at(SERVICES, "categorie"),
        levels=at(POLES, "livelli"),
        thresholds=at(POLES, "soglie"),
        vocations=at(POLES, "vocazioni"),
        weights=at(POLES, "pesi"),
        draws=at(POLES, "incertezza"),
        clusters=at(POLES, "nuclei"),
        speeds=at(POLES, "bacino"),
        essential=at(POLES, "essenziali"),
        decisions=at(POLES, "decisioni"),
        classes=at(POLES, "classi_dotazione"),
        unmeasured=at(POLES, "misure_senza_dato"),
        voices=voices,
        standards=standards,
    )


def _counted(row: dict[str, Any], voices: dict[str, Voice]) -> tuple[str, ...]:
    """Return the voices a standard counts: those it names, or those of its classes of land."""
    if row["voci"]:
        return tuple(str(row["voci"]).split())
    classes = str(row["classi"]).split()
    return tuple(name for name, voice in voices.items() if voice.land_class in classes)
