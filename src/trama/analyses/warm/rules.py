"""The norms WARM applies, as in force on a day, in the form the computation wants."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.territory.errors import UnknownScheme
from trama.analyses.warm.errors import BadHeatIsland, BadTemperature, UnknownReferenceRule
from trama.engines.heat import CoolingWeights, HeatModel, cooling_capacity, night_capacity
from trama.kernel.trace import ParameterUse
from trama.kernel.units import format_number
from trama.norms.book import NormBook
from trama.norms.in_force import InForce
from trama.norms.steps import Steps

FOLDER = "sttm1/warm"
MODEL = ("distanza_raffrescamento", "area_verde_minima", "raggio_mescolamento")
"""Norms of the model of air temperature that nobody gives by hand."""
NAMES = (
    *("pesi_cc", "et0", *MODEL, "temperatura_riferimento_notte", "isola_calore_massima_notte"),
    *("riferimento_osservato", "fasce_anomalia", "soglia_sensibili", "fasce_eta"),
    *(
        "classe_luogo_osservata",
        "classe_luogo_modello",
        "classi_vulnerabilita",
        "zone_numero",
        "zone_passo_istogramma",
        "zone_quota_minima",
    ),
    *("zone_lato_lisciatura", "nomi_zone_temperatura", "offerta_cc_pieno", "offerta_massima"),
    "temperatura_massima_ammessa",
)
M2_PER_HA = 10_000.0
LEAST_T, MOST_UHI = -40.0, 20.0
ZERO_C = 273.15
"""Zero degrees Celsius, in kelvin."""
FACTORS = ("shade", "albedo", "kc_summer")


@dataclass(frozen=True)
class Age:
    """A band of ages, both ends included."""

    key: str
    name: str
    first: int
    last: int
    sensitive: bool


@dataclass(frozen=True)
class Rules:
    """Every norm one run of WARM uses.

    Attributes
    ----------
    t_ref, uhi_max
        What a person gave; None where the norms (or the observed map) decide.
    cover
        Heat attributes: code → shade, albedo, Kc, building intensity, green, park, weight of residents.
    norms
        The other norms, by name.
    """

    day: date
    scheme: str
    t_ref: float | None
    uhi_max: float | None
    cover: InForce
    norms: dict[str, InForce]

    @cached_property
    def codes(self) -> list[str]:
        """Land-cover codes in table order."""
        return list(self.cover.value)

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one column of the table by position, 0 (no land cover) included and NaN: (classes + 1,)."""
        values = [float(row[name]) for row in self.cover.value.values()]
        return np.array([math.nan, *values])

    def marked(self, name: str) -> NDArray[np.bool_]:
        """Tell by position which classes have 1 in a column; 0 (no land cover) never has."""
        return np.asarray(np.nan_to_num(self.column(name)) == 1)

    def number(self, name: str) -> float:
        """Return a scalar norm."""
        return float(self.norms[name].value)

    def steps(self, name: str) -> Steps:
        """Return a ladder."""
        ladder = self.norms[name].value
        assert isinstance(ladder, Steps)
        return ladder

    def uses(self, *names: str) -> tuple[ParameterUse, ...]:
        """Return the records, for a trace, of some of the norms."""
        return tuple(self.norms[name].use() for name in names)

    def cover_use(self, codes: list[str], columns: tuple[str, ...] = ()) -> ParameterUse:
        """Quote only the rows and columns of the land-cover table used; without columns, only the codes."""
        if not columns:
            return replace(self.cover.use(), value=codes)
        rows = {code: {name: self.cover.value[code][name] for name in columns} for code in codes}
        return replace(self.cover.use(), value=rows)

    @cached_property
    def cooling(self) -> NDArray[np.float64]:
        """Cooling capacity by day of each class, by position; NaN without land cover."""
        weights = self.norms["pesi_cc"].value
        et0 = self.number("et0")
        shade, albedo, kc = (self.column(name) for name in FACTORS)
        return np.asarray(
            cooling_capacity(
                shade,
                albedo,
                kc,
                et0,
                et0,
                CoolingWeights(weights["ombra"], weights["albedo"], weights["evapotraspirazione"]),
            ),
            dtype=np.float64,
        )

    @cached_property
    def supply(self) -> NDArray[np.float64]:
        """Supply of microclimate regulation of each class, by position."""
        full = self.number("offerta_cc_pieno")
        return np.asarray(self.number("offerta_massima") * np.minimum(1.0, self.cooling / full))

    @cached_property
    def night(self) -> NDArray[np.float64]:
        """Cooling capacity by night of each class, by position."""
        return np.asarray(night_capacity(self.column("building_intensity")), dtype=np.float64)

    def model(self, cell_m: float) -> HeatModel:
        """Return the model of the night's air temperature."""
        given, island = self.t_ref, self.uhi_max
        distance, green_ha, mixing = (self.number(name) for name in MODEL)
        return HeatModel(
            cell_m=cell_m,
            cooling_distance_m=distance,
            large_green_m2=green_ha * M2_PER_HA,
            mixing_distance_m=mixing,
            t_ref=self.number("temperatura_riferimento_notte") if given is None else given,
            uhi_max=self.number("isola_calore_massima_notte") if island is None else island,
        )

    @cached_property
    def ages(self) -> list[Age]:
        """Age bands, in the order of the norms."""
        table: dict[str, dict[str, Any]] = self.norms["fasce_eta"].value
        return [
            Age(key, str(row["name_it"]), int(row["from"]), int(row["to"]), row["sensitive"] == 1)
            for key, row in table.items()
        ]

    @cached_property
    def bands(self) -> list[tuple[int, str]]:
        """Bands of anomaly, from none to the strongest: (number, text)."""
        ladder = self.steps("fasce_anomalia")
        bounds = sorted(step.bound for step in ladder.steps)
        edges = [format_number(bound, "1", 0 if bound.is_integer() else 1) for bound in bounds]
        first = "senza anomalia" if bounds[0] == 0 else f"anomalia fino a {edges[0]} °C"
        between = [f"anomalia da {low} a {high} °C" for low, high in pairwise(edges)]
        numbers = sorted({int(points) for _text, points in ladder.bands("degC")})
        return list(zip(numbers, [first, *between, f"anomalia oltre {edges[-1]} °C"], strict=True))

    def class_of(self, anomaly: float | None, source: str) -> int | None:
        """Return the class of a place, 1 (very low) to 5 (very high); None where the anomaly is missing.

        An observed anomaly and the model's have each their own ladder.
        """
        return None if anomaly is None else int(self.steps(f"classe_luogo_{source}").points(anomaly))

    def class_name(self, number: int | None) -> str | None:
        """Return the Italian name of a class."""
        return (
            None if number is None else str(self.norms["classi_vulnerabilita"].value[str(number)]["name_it"])
        )


def read_rules(
    book: NormBook,
    *,
    day: date,
    t_ref: float | None = None,
    uhi_max: float | None = None,
    scheme: str = "dusaf",
) -> Rules:
    """Read the norms in force on `day` and check what was asked against them.

    Raises
    ------
    BadTemperature, BadHeatIsland, UnknownScheme, UnknownReferenceRule
        Something asked, or set by the norms, cannot be used.
    NotInForce
        A norm has no value on that day.
    """
    schemes = {p.path.rpartition("/calore_")[2] for p in book.under(FOLDER) if "/calore_" in p.path} - {"lcz"}
    if scheme not in schemes:
        raise UnknownScheme(given=scheme, known=", ".join(sorted(schemes)))
    norms = {name: book.value(f"{FOLDER}/{name}", day) for name in NAMES}
    if t_ref is not None:
        most = float(norms["temperatura_massima_ammessa"].value)
        refuse_temperature(most, t_ref, "La temperatura di riferimento")
    if uhi_max is not None and not (math.isfinite(uhi_max) and 0 < uhi_max <= MOST_UHI):
        raise BadHeatIsland(given=f"{uhi_max:g}")
    if (rule := str(norms["riferimento_osservato"].value)) != "media_verde":
        raise UnknownReferenceRule(given=rule)
    cover = book.value(f"{FOLDER}/calore_{scheme}", day)
    return Rules(day, scheme, t_ref, uhi_max, cover, norms)


def refuse_temperature(most: float, celsius: float, what: str) -> None:
    """Raise `BadTemperature` where `celsius` cannot be degrees Celsius of a night, kelvin named as such."""
    if math.isfinite(celsius) and LEAST_T <= celsius <= most:
        return
    kelvin = math.isfinite(celsius) and most < celsius <= most + ZERO_C
    why = f"indicare gradi Celsius tra {LEAST_T:g} e {most:g}."
    if kelvin:
        degrees = format_number(celsius - ZERO_C, "degC", 1)
        why = f"sembrano kelvin. Sono {degrees}: togliere 273,15 e riprovare."
    raise BadTemperature(what=what, given=format_number(celsius, "1", 1), why=why)
