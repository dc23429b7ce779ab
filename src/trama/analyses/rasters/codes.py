"""What a run on plain files says of codes that no table knows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.errors import MissingCodes

NAMED_CODES = 20


class UnknownCodes:
    """Codes found in a raster and in no table, with their cells."""

    def __init__(self) -> None:
        self._cells: Counter[int] = Counter()

    def __bool__(self) -> bool:
        return bool(self._cells)

    def note(self, codes: npt.NDArray[np.generic]) -> None:
        """Add the codes of some cells."""
        values, counts = np.unique(codes, return_counts=True)
        self.add(dict(zip(values.tolist(), counts.tolist(), strict=True)))

    def add(self, cells: dict[int, int]) -> None:
        """Add codes already counted."""
        self._cells.update(cells)

    def counted(self) -> dict[int, int]:
        """Return code → cells."""
        return dict(self._cells)

    def named(self) -> str:
        """Write codes with their cells: `31 (120 celle), 40 (1 cella)`."""
        shown = sorted(self._cells.items())[:NAMED_CODES]
        text = ", ".join(f"{code} ({cells} {'cella' if cells == 1 else 'celle'})" for code, cells in shown)
        return text + (" ..." if len(self._cells) > NAMED_CODES else "")

    def refuse(self, table: Path) -> None:
        """Raise `MissingCodes` if there are any."""
        if self._cells:
            count = len(self._cells)
            lacking = (
                "manca 1 codice di uso del suolo presente"
                if count == 1
                else f"mancano {count} codici di uso del suolo presenti"
            )
            raise MissingCodes(table=table, lacking=lacking, count=count, codes=self.named())
