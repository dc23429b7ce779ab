"""`trama norms`: what the loaded norms say, and with what standing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from trama.analyses.envelope import envelope
from trama.cli.output import day_option, guarded, json_option, print_json, say, today
from trama.cli.paths import Named


@click.group()
def norms() -> None:
    """Elenca le norme caricate e il loro stato."""


@norms.command("list")
@day_option
@json_option
@guarded
def list_(day: date | None, as_json: bool) -> None:
    """Elenca i parametri con valore, stato e atto nel giorno indicato."""
    from trama.analyses.installation import open_installation
    from trama.norms.status import standing

    on = day or today()
    rows = [row.to_json() for row in standing(open_installation().book, on)]
    if as_json:
        print_json(envelope({"parametri": rows}, day=on))
        return
    for row in rows:
        click.echo(f"{row['stato'] or 'non in vigore':<14} {row['parametro']}: {row['nome']}")


@norms.command("status")
@click.option("--write", type=Named(), help="File Markdown da scrivere; stdout se manca.")
@day_option
@guarded
def status(write: Path | None, day: date | None) -> None:
    """Scrive la pagina che dice quali valori sono ufficiali e quali no."""
    from trama.analyses.installation import open_installation
    from trama.lake.files import write_whole
    from trama.norms.status import status_page

    text = status_page(open_installation().book, day or today())
    if write is None:
        click.echo(text)
        return
    write_whole(write, text.encode())
    say(f"Scritta {write}")
