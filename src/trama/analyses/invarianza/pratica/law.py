"""The values a file is checked against, as in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trama.analyses.invarianza.regulation import Regulation
from trama.norms import InForce


@dataclass(frozen=True, slots=True)
class Practice:
    """The folder ``regionali/invarianza/pratica`` of the norms."""

    law: Regulation

    def __call__(self, key: str) -> InForce:
        """Return a value in force; raises `NotInForce`."""
        return self.law(f"pratica/{key}")

    def number(self, key: str) -> float:
        """Return a number in force."""
        return float(self(key).value)

    def kinds(self) -> dict[str, dict[str, Any]]:
        """Return the kinds of work."""
        return dict(self("tipi_opera").value)
