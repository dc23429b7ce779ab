"""Help pages in Italian: the words that click writes by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

_HEADINGS = {"Options": "Opzioni", "Commands": "Comandi", "Arguments": "Argomenti"}
_TEXTS = {
    "Show this message and exit.": "Mostra questo aiuto ed esce.",
    "Show the version and exit.": "Mostra la versione ed esce.",
}


class ItalianFormatter(click.HelpFormatter):
    """Writes headings and click's own options in Italian."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of use."""
        words = args.replace("[OPTIONS]", "[OPZIONI]").replace("COMMAND [ARGS]...", "COMANDO ...")
        super().write_usage(prog, words, "Uso: " if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Open a section under its Italian heading."""
        with super().section(_HEADINGS.get(name, name)):
            yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms."""
        said = [(term, _TEXTS.get(text, text)) for term, text in rows]
        super().write_dl(said, col_max, col_spacing)
