"""`trama access`: how far on foot services are, who is far, where the next ones should stand."""

from __future__ import annotations

import click

from trama.cli.access_dove import dove
from trama.cli.access_files import cumulative, nearest
from trama.cli.access_run import disuguaglianza, run


@click.group()
def access() -> None:
    """Quanto si cammina per arrivare ai servizi."""


access.add_command(run)
access.add_command(disuguaglianza)
access.add_command(dove)
access.add_command(nearest)
access.add_command(cumulative)
