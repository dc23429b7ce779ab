"""What an installation works with: its lake, and its norms with the institution's own values on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from trama.kernel.errors import BadInput
from trama.lake import home, open_lake

if TYPE_CHECKING:
    from trama.lake import Lake
    from trama.norms import InForce, NormBook

OWN_NORMS = "norme"
"""Folder of the installation where the institution lays its own parameters, in the same grammar."""


@dataclass(frozen=True)
class Installation:
    """The lake and the book of an installation."""

    lake: Lake
    book: NormBook


def open_installation() -> Installation:
    """Open the installation at ``TRAMA_HOME``; raises `NormError` if its own norms break the grammar."""
    from trama.norms import load_book

    return Installation(open_lake(), load_book(overlay=_own_norms()))


def norm_in_force(path: str, day: date) -> InForce:
    """Return one value in force on `day`, reading nothing else: for a command that needs no lake.

    Raises
    ------
    NormError, UnknownParameter, NotInForce
        As the whole book would.
    """
    from trama.norms import value_in_force

    return value_in_force(path, day, overlay=_own_norms())


def _own_norms() -> Path | None:
    own = home() / OWN_NORMS
    if own.exists() and not own.is_dir():
        raise BadInput(why=f"{own} è un file: le norme proprie stanno in una cartella con quel nome.")
    return own if own.is_dir() else None
