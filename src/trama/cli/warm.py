"""`trama warm`: how the territory takes the heat."""

from __future__ import annotations

import click

from trama.cli.warm_run import run


@click.group()
def warm() -> None:
    """Temperatura, anomalia termica e raffrescamento."""


warm.add_command(run)
