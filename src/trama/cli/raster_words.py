"""How `storm raster` and `warm raster` answer: the files or one document, and what a person should know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from trama.cli.output import print_json, say, today

if TYPE_CHECKING:
    from trama.analyses.rasters.run import FilesRun
    from trama.kernel.trace import ParameterUse


def answer(
    done: FilesRun,
    body: dict[str, Any],
    resampled: str,
    *,
    as_json: bool,
    unofficial: Iterable[ParameterUse] = (),
) -> None:
    """Print the result of a run.

    Parameters
    ----------
    body
        What the command alone says, beside files, zones and cells.
    resampled
        The sentence for a second raster that lay on another grid.
    """
    if done.resampled:
        say(resampled)
    for path in done.undeclared:
        say(f"«{path}» non dichiara un valore di dato mancante: ogni cella è stata contata.")
    if not as_json:
        for file in done.files.values():
            click.echo(str(file))
        return
    from trama.analyses.envelope import envelope

    document = {
        **body,
        "file": {name: str(path) for name, path in done.files.items()},
        "zone": done.zones,
        "celle": done.cells,
        "celle_con_dati": done.valid_cells,
    }
    print_json(envelope(document, day=today(), unofficial=unofficial))
