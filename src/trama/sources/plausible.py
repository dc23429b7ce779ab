"""Whether the values of a measured quantity are those of this territory: its range, and that they vary.

Beyond what is physically possible a value is never taken. Within that, what the norms do not expect (a night
at zero degrees, a map all of one value) stops the version too, unless whoever brings it confirms it with a
reason, which stays with the version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trama.kernel.errors import BadInput
from trama.kernel.units import format_number
from trama.lake.checks import SHOWN, Finding
from trama.sources.cells import centre
from trama.sources.errors import NoValues
from trama.sources.original import Original, RasterReading
from trama.sources.territory import Grid

PHYSICAL, USUAL, VARIED = "plausible_values", "usual_values", "varied_values"
CONFIRM = "Se è davvero così, ripetere con --confirm e il motivo, che resta con la versione."
LONGEST_REASON = 300
"""Characters of the reason of a confirmation."""


class BadReason(BadInput):
    """A confirmation without its reason, or with an endless one."""

    it = "Scrivere il motivo per cui i valori insoliti sono veri, in non più di {most} caratteri."
    en = "Write the reason why the unusual values are true, in {most} characters at most."


def read_reason(text: str) -> str:
    r"""Return the reason of a confirmation on one line; raises `BadReason`.

    >>> read_reason(" notte di gelo,\n rilievo ARPA ")
    'notte di gelo, rilievo ARPA'
    """
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise BadReason(most=LONGEST_REASON)
    return reason


@dataclass(frozen=True)
class Plausible:
    """What the norms expect of a quantity over this territory.

    Attributes
    ----------
    low, high
        Range of its values, in `unit`.
    spread
        Least difference between the largest and the smallest value of a whole map.
    """

    low: float
    high: float
    spread: float
    unit: str

    @classmethod
    def of(cls, table: Mapping[str, Any], unit: str) -> Plausible:
        """Read a table of the norms: rows `minima`, `massima`, `differenza_minima`."""
        low, high, spread = (float(table[row]) for row in ("minima", "massima", "differenza_minima"))
        return cls(low, high, spread, unit)

    @property
    def range(self) -> str:
        """Write the range: `5-40 °C`."""
        return f"{self.low:g}-{format_number(self.high, self.unit, 0)}"


@dataclass
class Measured:
    """A quantity as read onto a grid, and what is found in it. The checks change `values` in place.

    Attributes
    ----------
    values
        Array of the grid's shape, NaN where missing.
    unit
        Key of `trama.kernel.units.UNITS`.
    """

    values: np.ndarray
    unit: str
    grid: Grid
    original: Original
    reading: RasterReading

    def stop_impossible(self, wrong: np.ndarray, hint: str) -> None:
        """Stop cells that cannot be, infinite ones too; with ``original.repair`` they become missing."""
        endless = np.isinf(self.values)
        if count := int(np.count_nonzero(endless)):
            hint = f"{hint} {count} {'è infinita' if count == 1 else 'sono infinite'}."
        wrong = wrong | endless
        self._stop(PHYSICAL, wrong, hint)
        if PHYSICAL in self.reading.mended:
            self._drop(wrong, "un valore impossibile")

    def stop_unusual(self, plausible: Plausible | None) -> None:
        """Stop values that the norms do not expect here, and maps of one value only.

        With ``original.confirm`` they are taken as they are, and the reason stays with the version; with
        ``original.repair`` the unusual values become missing. With impossible values it is not looked at.
        """
        if plausible is None or any(one.check == PHYSICAL for one in self.reading.stopping):
            return
        wrong = (self.values < plausible.low) | (self.values > plausible.high)
        hint = (
            f"Valori insoliti per questo territorio (fuori da {plausible.range}): controllare unità e valore "
            "di «senza dato»."
        )
        self._stop(USUAL, wrong, hint, CONFIRM, f"Qui i valori consueti sono {plausible.range}. ")
        if USUAL in self.reading.mended:
            self._drop(wrong, "un valore insolito")
        self._stop_uniform(plausible.spread)
        if self.original.confirm:
            self._confirm()

    def _stop(self, check: str, wrong: np.ndarray, hint: str, otherwise: str = "", usual: str = "") -> None:
        count = int(np.count_nonzero(wrong))
        if not count:
            self.reading.findings.append(Finding(check, ok=True))
            return
        known = int(np.count_nonzero(~np.isnan(self.values)))
        mend = (
            "Sono tutte le celle con un valore: --repair non lascerebbe alcun dato."
            if count == known
            else "Con --repair diventano «dato mancante»."
        )
        found = self.values[wrong]
        least, most = (_written(float(one), self.unit) for one in (found.min(), found.max()))
        about = f"{usual}Nel file queste celle hanno {least if least == most else f'da {least} a {most}'}."
        hint = " ".join(filter(None, (hint, mend, otherwise)))
        self.reading.findings.append(
            Finding(check, ok=False, count=count, where=self._where(wrong), hint=hint, of=known, about=about)
        )
        if count and self.original.repair and not (check == USUAL and self.original.confirm):
            self.reading.mended.append(check)

    def _where(self, wrong: np.ndarray) -> tuple[dict[str, Any], ...]:
        """Return some of the cells, spread over all of them: the first would be one corner of the map."""
        cells = np.flatnonzero(wrong)
        some = cells[np.linspace(0, cells.size - 1, min(SHOWN, cells.size)).astype(int)]
        return tuple(
            {
                "id": "",
                "at": centre(self.grid, int(row), int(column)),
                "why": _written(float(self.values[row, column]), self.unit),
            }
            for row, column in zip(*np.unravel_index(some, wrong.shape), strict=True)
        )

    def _drop(self, wrong: np.ndarray, what: str) -> None:
        count = int(np.count_nonzero(wrong))
        self.reading.notes.append(f"{count} celle con {what} sono diventate «dato mancante».")
        self.values[wrong] = np.nan
        if not np.isfinite(self.values).any():
            raise NoValues(
                name=self.original.name, why="tolti i valori impossibili o insoliti non resta alcun dato."
            )

    def _stop_uniform(self, spread: float) -> None:
        known = self.values[np.isfinite(self.values)]
        if known.size < 2 or float(known.max()) - float(known.min()) >= spread:
            self.reading.findings.append(Finding(VARIED, ok=True))
            return
        value = format_number(float(known[0]), self.unit, 1)
        hint = f"La carta ha ovunque lo stesso valore ({value}): non è una misura del territorio. {CONFIRM}"
        self.reading.findings.append(Finding(VARIED, ok=False, count=known.size, hint=hint))

    def _confirm(self) -> None:
        """Take as it is what was found unusual; say so where there was nothing to confirm."""
        found = [one.check for one in self.reading.stopping if one.check in (USUAL, VARIED)]
        self.reading.confirmed += found
        said = "Valori insoliti confermati da chi li ha caricati" if found else "Conferma non necessaria"
        self.reading.notes.append(f"{said}: «{self.original.confirm}».")


def _written(value: float, unit: str) -> str:
    return format_number(value, unit, 1) if np.isfinite(value) else f"{'-' if value < 0 else ''}infinito"
