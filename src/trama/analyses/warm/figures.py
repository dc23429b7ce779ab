"""What WARM says of a place: sums over its cells, people by age and band of anomaly, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.warm.rules import Rules
from trama.engines.hydrology.kinds import Summary, summarise


@dataclass(frozen=True)
class Sums:
    """Sums over the cells of places, one row per place; rows add up to those of a larger place.

    Attributes
    ----------
    classes
        Cells by land-cover position, shape ``(places, classes + 1)``, whole numbers.
    cells
        Cells with a temperature, shape ``(places,)``.
    temperature, anomaly
        Sums over those cells [°C], shape ``(places,)``.
    people
        Residents by age band and band of anomaly, shape ``(places, ages, bands + 1)``; band 0 is where the
        temperature is missing.
    above
        Residents by age band where the anomaly is above the threshold, shape ``(places, ages)``.
    felt
        Sum over residents of their anomaly [°C·inhabitant], shape ``(places,)``.
    placed
        Cells in comuni whose residents could be placed, shape ``(places,)``.
    """

    classes: NDArray[np.int64]
    cells: NDArray[np.int64]
    temperature: NDArray[np.float64]
    anomaly: NDArray[np.float64]
    people: NDArray[np.float64]
    above: NDArray[np.float64]
    felt: NDArray[np.float64]
    placed: NDArray[np.int64]

    def gathered(self, owner: NDArray[np.intp], owners: int) -> Sums:
        """Add up the rows of each owner, numbered from 1; those of owner 0 are left out."""

        def add(values: NDArray[Any]) -> NDArray[Any]:
            result = np.zeros((owners + 1, *values.shape[1:]), dtype=values.dtype)
            np.add.at(result, owner, values)
            return result[1:]

        return Sums(**{name: add(values) for name, values in vars(self).items()})

    def row(self, number: int) -> Sums:
        """Return one place alone."""
        return Sums(**{name: values[number] for name, values in vars(self).items()})


@dataclass(frozen=True)
class Figures:
    """The figures of one place, at full precision; None is missing, never zero.

    Attributes
    ----------
    esposti
        Age band → band of anomaly → residents.
    esposti_senza_dato
        Residents where the temperature is missing: in no band.
    """

    key: str
    nome: str
    superficie_m2: float
    t_notte: float | None
    anomalia: float | None
    anomalia_abitata: float | None
    raffrescamento: float | None
    offerta_microclima: float | None
    classe: int | None
    classe_nome: str | None
    residenti: float | None
    sensibili: float | None
    sensibili_oltre_2: float | None
    quota_sensibili_oltre_2: float | None
    esposti: dict[str, dict[str, float]] | None
    esposti_senza_dato: float | None
    copertura_temperatura: float | None
    copertura_raffrescamento: float | None
    copertura_residenti: float | None
    temperatura_riferimento: float
    fonte_temperatura: str

    def to_json(self) -> dict[str, Any]:
        """Return the figures by name, the key left out."""
        return {name: value for name, value in vars(self).items() if name != "key"}

    def to_row(self, rules: Rules) -> dict[str, Any]:
        """Return the figures as columns of a table: ``bambini_fascia_1``..."""
        row = self.to_json()
        del row["esposti"]
        for age in rules.ages:
            for band, _text in rules.bands:
                column = f"{age.key}_fascia_{band}"
                row[column] = self.esposti[age.key][str(band)] if self.esposti else None
        return row


@dataclass(frozen=True)
class Place:
    """A place and the sums over its cells: everything said of it follows from them."""

    key: str
    nome: str
    sums: Sums
    rules: Rules
    cell_area_m2: float
    t_ref: float
    source: str

    @property
    def total_cells(self) -> int:
        """Cells whose centre lies in the place, with data or without."""
        return int(self.sums.classes.sum())

    def over_classes(self, values: NDArray[np.float64]) -> Summary:
        """Average a value per class over the cells of the place."""
        return summarise(np.asarray(self.sums.classes), values)

    @property
    def codes(self) -> list[str]:
        """Land-cover codes found in the place, in table order."""
        counts = self.sums.classes[1:]
        return [code for code, count in zip(self.rules.codes, counts, strict=True) if count]

    @cached_property
    def figures(self) -> Figures:
        """Everything WARM says of the place."""
        cooling, supply = self.over_classes(self.rules.cooling), self.over_classes(self.rules.supply)
        cells, total = int(self.sums.cells), self.total_cells
        anomaly = float(self.sums.anomaly) / cells if cells else None
        grade = self.rules.class_of(anomaly, self.source)
        return Figures(
            key=self.key,
            nome=self.nome,
            superficie_m2=total * self.cell_area_m2,
            t_notte=float(self.sums.temperature) / cells if cells else None,
            anomalia=anomaly,
            raffrescamento=cooling.mean,
            offerta_microclima=supply.mean,
            classe=grade,
            classe_nome=self.rules.class_name(grade),
            copertura_temperatura=cells / total if total else None,
            copertura_raffrescamento=cooling.coverage,
            copertura_residenti=int(self.sums.placed) / total if total else None,
            temperatura_riferimento=self.t_ref,
            fonte_temperatura=self.source,
            **self._people(),
        )

    def _people(self) -> dict[str, Any]:
        """Return the figures about people; all None where nobody could be placed."""
        names = ("residenti", "sensibili", "sensibili_oltre_2", "quota_sensibili_oltre_2", "esposti")
        if not self.sums.placed:
            return dict.fromkeys((*names, "esposti_senza_dato", "anomalia_abitata"))
        people = self.sums.people
        sensitive = np.array([age.sensitive for age in self.rules.ages])
        residents, unknown = float(people.sum()), float(people[:, 0].sum())
        above = float(self.sums.above[sensitive].sum())
        known = residents - unknown
        return {
            "residenti": residents,
            "sensibili": float(people[sensitive].sum()),
            "sensibili_oltre_2": above if known or not residents else None,
            "quota_sensibili_oltre_2": above / residents if residents and known else None,
            "esposti": {
                age.key: {str(band): float(people[row, band]) for band, _ in self.rules.bands}
                for row, age in enumerate(self.rules.ages)
            },
            "esposti_senza_dato": unknown,
            "anomalia_abitata": float(self.sums.felt) / known if known > 0 else None,
        }
