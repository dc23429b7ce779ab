"""The norms of the Rete Verde, as in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.kernel.trace import ParameterUse
from trama.norms import InForce, NormBook

FOLDER = "sttm1/rete_verde"
STORM = "sttm1/storm"
SOILS = "sttm1/suoli"
THEMES = ("acqua", "calore")


@dataclass(frozen=True)
class Indicator:
    """An indicator of priority.

    Attributes
    ----------
    table
        ``storm`` or ``warm``: read from ``storm_upa``, ``storm_comuni``...
    low, high
        Values that count 0 and 1.
    per_km2
        Whether the value is divided by the area of the place.
    """

    id: str
    name_it: str
    name_en: str
    theme: str
    role: str
    table: str
    column: str
    low: float
    high: float
    weight: float
    per_km2: bool


@dataclass(frozen=True)
class Action:
    """A specific action: a solution of the catalogue in a kind of place.

    Attributes
    ----------
    answers
        Themes it answers; none where its benefits are others, that the two themes do not measure.
    ground
        Beginnings of land-cover codes it suits.
    before
        Surface class it replaces.
    unit_area_m2, units_per_ha
        Ground one unit covers, and units to think of per suitable hectare.
    solution
        The row of the catalogue.
    """

    id: str
    name_it: str
    name_en: str
    nbs: str
    answers: tuple[str, ...]
    ground: tuple[str, ...]
    before: str
    unit_area_m2: float
    units_per_ha: float
    where: str
    solution: dict[str, Any]

    @property
    def unit(self) -> str:
        """Unit in which the catalogue counts it."""
        return str(self.solution["unit"])

    @property
    def soils(self) -> tuple[str, ...]:
        """Soil groups it suits, A to D; all where the catalogue does not say."""
        return tuple(str(self.solution["soil_groups"] or "A B C D").split())

    @property
    def water_table_min_m(self) -> float | None:
        """Least depth of the water table; None where it does not matter."""
        depth = self.solution["water_table_min_m"]
        return None if depth is None else float(depth)

    @property
    def night_cooling_degc(self) -> float:
        """Middle of the cooling range by night, on its own ground; never below zero."""
        least, most = (float(self.solution[f"night_cooling_{end}_degc"] or 0.0) for end in ("min", "max"))
        return max(0.0, (least + most) / 2)


@dataclass(frozen=True)
class Rules:
    """Every norm a plan of the network uses."""

    day: date
    indicator_table: InForce
    theme_weights: InForce
    steps: InForce
    names: InForce
    sensitivity: InForce
    action_table: InForce
    catalogue: InForce
    surfaces: InForce
    rain: InForce
    lambda_: InForce
    cover: InForce
    collecting: InForce

    @property
    def indicators(self) -> list[Indicator]:
        """The indicators, in the order of the norms."""
        return [Indicator(id=key, **row) for key, row in self.indicator_table.value.items()]

    @property
    def actions(self) -> list[Action]:
        """The actions, in the order of the norms."""
        found = []
        for key, row in self.action_table.value.items():
            named = {name: row[name] for name in ("name_it", "name_en", "nbs", "before")}
            found.append(
                Action(
                    id=key,
                    **named,
                    answers=tuple(str(row["answers"] or "").split()),
                    ground=tuple(str(row["ground"]).split()),
                    unit_area_m2=float(row["unit_area_m2"]),
                    units_per_ha=float(row["units_per_ha"]),
                    where=row["where_it"],
                    solution=self.catalogue.value[row["nbs"]],
                )
            )
        return found

    @property
    def sealed_share(self) -> dict[str, float]:
        """Sealed share by land-cover code."""
        return {code: float(row["sealed_share"]) for code, row in self.cover.value.items()}

    def weight(self, indicator: Indicator) -> float:
        """Return the weight of an indicator in the whole: its own times its theme's."""
        return indicator.weight * float(self.theme_weights.value[indicator.theme])

    def class_of(self, index: float | None) -> int | None:
        """Return the class of priority, 1 to 5; None where the index is missing."""
        return None if index is None else int(self.steps.value.points(index))

    def class_name(self, grade: int | None) -> str | None:
        """Return the Italian name of a class of priority."""
        return None if grade is None else str(self.names.value[str(grade)]["name_it"])

    def action_uses(self, action: Action) -> tuple[ParameterUse, ...]:
        """Quote the rows of an action and of its solution."""
        return (self.action_table.use(only=action.id), self.catalogue.use(only=action.nbs))


def read_rules(book: NormBook, day: date) -> Rules:
    """Read the norms in force on `day`; raises `NotInForce`."""

    def norm(name: str) -> InForce:
        return book.value(f"{FOLDER}/{name}", day)

    return Rules(
        day=day,
        indicator_table=norm("indicatori"),
        theme_weights=norm("pesi_temi"),
        steps=norm("classe_priorita"),
        names=norm("classi_priorita"),
        sensitivity=norm("sensibilita"),
        action_table=norm("azioni"),
        catalogue=book.value("sttm1/nbs/catalogo", day),
        surfaces=book.value(f"{SOILS}/superfici", day),
        rain=book.value(f"{STORM}/{norm('evento').value}", day),
        lambda_=book.value(f"{STORM}/lambda", day),
        cover=book.value(f"{STORM}/suolo_dusaf", day),
        collecting=book.value("sttm1/whatif/raccolta_m", day),
    )
