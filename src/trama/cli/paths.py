"""The files a person names for a command to write: never one it reads, never twice the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from trama.kernel.errors import BadInput


class WouldOverwrite(BadInput):
    """An output is also an input."""

    it = "«{what}» è un file che il comando legge: indicare un altro nome per ciò che si scrive."
    en = "“{what}” is a file that the command reads: give another name to what is written."


class SameOutput(BadInput):
    """Two outputs have one name."""

    it = "«{what}» è indicato per due risultati diversi: dare a ognuno un nome suo."
    en = "“{what}” is given for two different results: give each its own name."


class OtherForm(BadInput):
    """The name of an output says another form than the one that is written."""

    it = "In «{what}» si scrive un file {ends}: dare un nome che finisce in {ends}."
    en = "“{what}” would hold a {ends} file: give a name that ends in {ends}."


class Named(click.Path):
    """A path to write to; an empty one is refused, for it would mean the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or say that it is empty."""
        if not str(value).strip():
            self.fail("il nome è vuoto: indicare dove scrivere.", param, ctx)
        return super().convert(value, param, ctx)


def keep_apart(read: Sequence[Path | None], written: Sequence[Path | None]) -> None:
    """Check, before anything is computed, that what is written is neither read nor written twice.

    Links, symbolic or hard, count as the file they lead to. None stands for an option not given.

    Raises
    ------
    WouldOverwrite, SameOutput
    """
    outputs = [path for path in written if path is not None]
    for place, path in enumerate(outputs):
        if any(_same(path, source) for source in read if source is not None):
            raise WouldOverwrite(what=path)
        if any(_same(path, other) for other in outputs[:place]):
            raise SameOutput(what=path)


def keep_form(path: Path | None, ends: str) -> None:
    """Check that the name of what is written ends as its form does (".pdf"); raises `OtherForm`."""
    if path is not None and path.suffix.lower() != ends:
        raise OtherForm(what=path, ends=ends)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except (OSError, RuntimeError):  # one of them is not there, or a link turns in a circle
        return False
