"""The regulation on a day: every value of ``regionali/invarianza``, read once and quoted where it is used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from trama.engines.invariance import Classes, ClassRow
from trama.kernel.citations import Status, weakest
from trama.kernel.trace import ParameterUse
from trama.norms import InForce, NormBook

FOLDER = "regionali/invarianza"


@dataclass(frozen=True, slots=True)
class Regulation:
    """The norms of hydraulic invariance as they stand on a day."""

    book: NormBook
    day: date

    def __call__(self, key: str) -> InForce:
        """Return a value in force; raises `NotInForce`."""
        return self.book.value(f"{FOLDER}/{key}", self.day)

    def notice(self, key: str) -> str:
        """Return the sentence of a notice."""
        return str(self("avvertenze").value[key])

    def classes(self) -> Classes:
        """Return the table of classes."""
        return Classes(
            tuple(
                ClassRow(
                    key,
                    row["classe"],
                    row["oltre_m2"],
                    row["fino_a_m2"],
                    row["deflusso_oltre"],
                    row["deflusso_fino_a"],
                )
                for key, row in self("classi_intervento").value.items()
            )
        )


@dataclass(frozen=True, slots=True)
class ComuneRow:
    """What the tables say of a comune: its criticality, and its rainfall, each with its own status."""

    istat: str
    row: dict[str, Any]
    table: InForce

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.row["comune"])

    @property
    def corrected(self) -> bool:
        """Whether the rainfall read at the source was wrong or missing, and was rebuilt."""
        return str(self.row["qualita"]) != "ok"

    def use(self, *columns: str, rain: bool = False) -> ParameterUse:
        """Return the record of having read some columns; rainfall weighs as much as its check allows."""
        use = self.table.use(only=self.istat)
        status = weakest([use.status, Status(self.row["stato_piogge"])]) if rain else use.status
        part = "piogge" if rain else "criticita"
        return replace(
            use,
            path=f"{use.path}/{part}",
            label=f"{self.name}: {'piogge' if rain else 'criticità idraulica'}",
            value={column: self.row[column] for column in columns},
            status=status or use.status,
        )
