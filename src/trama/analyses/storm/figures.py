"""What STORM says of a place: the counts of its cells by kind, and the figures that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.storm.rules import Rules
from trama.engines.hydrology import draining_share, retention_index, runoff_mm, supply_of_regulation
from trama.engines.hydrology.kinds import Kinds, Summary, summarise

MILLIMETRES = 1000.0


@dataclass(frozen=True)
class Tables:
    """One value per kind of cell for each quantity; NaN where the kind lacks what the quantity needs.

    Formulas: ``idren`` d = 1 - sealed share; ``kdren`` d·g·h; ``deflusso`` Q of the SCS-CN method [mm];
    ``ritenzione`` R = 1 - Q/P; ``offerta_eventi_estremi`` full supply × R at the reference rain.
    """

    rules: Rules
    kinds: Kinds

    @cached_property
    def idren(self) -> NDArray[np.float64]:
        """Draining share of the cell."""
        return self.kinds.spread({("cover",): draining_share(self.rules.column("sealed_share"))})

    @cached_property
    def kdren(self) -> NDArray[np.float64]:
        """Draining share weighted by soil and by water-table depth."""
        soil = "soil" if "soil" in self.kinds.axes else "group"
        return self.kinds.spread(
            {
                ("cover",): draining_share(self.rules.column("sealed_share")),
                (soil,): self.rules.soil_weights(),
                ("depth",): self.rules.depth_weights(),
            }
        )

    @cached_property
    def deflusso(self) -> NDArray[np.float64]:
        """Runoff of the event, mm."""
        return self._runoff(self.rules.rain_mm)

    @cached_property
    def ritenzione(self) -> NDArray[np.float64]:
        """Retention index of the event."""
        return retention_index(self.rules.rain_mm, self.deflusso)

    @cached_property
    def offerta_eventi_estremi(self) -> NDArray[np.float64]:
        """Supply of the ecosystem service, at its own reference rain."""
        rain = float(self.rules.supply_rain.value)
        full = float(self.rules.supply_full.value)
        return supply_of_regulation(retention_index(rain, self._runoff(rain)), full)

    def _runoff(self, rain_mm: float) -> NDArray[np.float64]:
        runoff = runoff_mm(rain_mm, self.rules.curve_numbers(), self.rules.lambda_)
        return self.kinds.spread({("cover", "group"): np.asarray(runoff, dtype=np.float64)})


@dataclass(frozen=True)
class Figures:
    """The figures of one place, at full precision; None is missing, never zero.

    Attributes
    ----------
    superficie_m2
        Area of the cells whose centre lies in the place, with or without data.
    copertura_*
        Share of those cells that have what the index needs.
    """

    key: str
    nome: str
    superficie_m2: float
    idren: float | None
    kdren: float | None
    deflusso_mm: float | None
    deflusso_m3: float | None
    ritenzione: float | None
    volume_trattenuto_m3: float | None
    offerta_eventi_estremi: float | None
    classe: int | None
    classe_nome: str | None
    copertura_idren: float | None
    copertura_kdren: float | None
    copertura_deflusso: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the figures by name, the key left out."""
        return {spec.name: getattr(self, spec.name) for spec in fields(self) if spec.name != "key"}


@dataclass(frozen=True)
class Place:
    """A place and its cells: everything said of it follows from `counts`.

    Attributes
    ----------
    counts
        Cells by kind, whole numbers, shape ``(kinds,)``.
    """

    key: str
    nome: str
    counts: NDArray[np.int64]
    tables: Tables
    cell_area_m2: float

    def summary(self, quantity: str) -> Summary:
        """Sum one of the tables over the cells of the place."""
        per_kind: NDArray[np.float64] = getattr(self.tables, quantity)
        return summarise(self.counts, per_kind)

    @cached_property
    def figures(self) -> Figures:
        """Everything STORM says of the place."""
        idren, kdren, runoff = (self.summary(name) for name in ("idren", "kdren", "deflusso"))
        per_mm = self.cell_area_m2 / MILLIMETRES
        spared = None if runoff.total is None else runoff.known * self.tables.rules.rain_mm - runoff.total
        grade = self.tables.rules.class_of(kdren.mean)
        return Figures(
            key=self.key,
            nome=self.nome,
            superficie_m2=idren.cells * self.cell_area_m2,
            idren=idren.mean,
            kdren=kdren.mean,
            deflusso_mm=runoff.mean,
            deflusso_m3=None if runoff.total is None else runoff.total * per_mm,
            ritenzione=self.summary("ritenzione").mean,
            volume_trattenuto_m3=None if spared is None else spared * per_mm,
            offerta_eventi_estremi=self.summary("offerta_eventi_estremi").mean,
            classe=grade,
            classe_nome=self.tables.rules.class_name(grade),
            copertura_idren=idren.coverage,
            copertura_kdren=kdren.coverage,
            copertura_deflusso=runoff.coverage,
        )
