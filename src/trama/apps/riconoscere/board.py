"""All the sheets of one evaluation side by side: one project, and an outcome each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trama.analyses.scheda.run import companions
from trama.apps.riconoscere.actions import Evaluated
from trama.apps.riconoscere.models import Valutazione
from trama.apps.riconoscere.panel import Panel
from trama.apps.riconoscere.state import State
from trama.norms import NormBook
from trama.norms.sheets import Sheet


@dataclass(frozen=True)
class Board:
    """The panels of the sheets, in the order of the norms, and which is shown first."""

    panels: tuple[Panel, ...]
    shown: str

    @property
    def first(self) -> Panel:
        """The panel of the sheet that is shown."""
        return next(panel for panel in self.panels if panel.sheet.id == self.shown)

    @property
    def synthetic(self) -> bool:
        """Whether any sheet leans on invented data."""
        return any(panel.synthetic for panel in self.panels)

    def modes(self) -> dict[str, dict[str, str]]:
        """Return how every item of every sheet stands."""
        return {panel.sheet.id: panel.modes() for panel in self.panels}

    def pieces(self) -> dict[str, str]:
        """Return every piece of the page that depends on the answers, by its id."""
        found = self._for_project().project_pieces()
        for panel in self.panels:
            found |= panel.pieces()
        return found

    def results(self) -> dict[str, Any]:
        """Return the answer of every sheet, None where there is none."""
        return {panel.sheet.id: panel.answer for panel in self.panels}

    def _for_project(self) -> Panel:
        """Return the panel that speaks for solutions and surfaces: one that knows the water table, if any."""
        with_depth = (p for p in self.panels if p.answer and _has(p.answer["luogo"], "soggiacenza"))
        return next(with_depth, self.first)


def _has(rows: Iterable[Mapping[str, Any]], key: str) -> bool:
    return any(row["chiave"] == key and row["valore"] is not None for row in rows)


def saved_board(book: NormBook, sheet: Sheet, state: State, row: Valutazione) -> Board:
    """Return the board of a saved evaluation, `sheet` shown."""
    return _board(book, sheet, state, row.results, row.problems, frozenset(row.results))


def tried_board(
    book: NormBook, sheet: Sheet, state: State, tried: Evaluated, row: Valutazione | None = None
) -> Board:
    """Return the board of what was only tried; the answers that `row` has saved stay the saved ones."""
    kept = row.results if row else {}
    problems = row.problems if row else [problem.to_json() for problem in tried.problems]
    return _board(book, sheet, state, {**tried.answers, **kept}, problems, frozenset(kept))


def empty_board(book: NormBook, sheet: Sheet, state: State) -> Board:
    """Return the board of an evaluation not yet begun."""
    return _board(book, sheet, state, {}, [], frozenset())


def _board(
    book: NormBook,
    sheet: Sheet,
    state: State,
    answers: Mapping[str, Any],
    problems: list[dict[str, str]],
    kept: frozenset[str],
) -> Board:
    panels = tuple(
        Panel(book, one, state, answers.get(one.id), problems, saved=one.id in kept)
        for one in companions(book, sheet)
    )
    return Board(panels, sheet.id)
