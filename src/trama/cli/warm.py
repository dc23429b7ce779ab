"""`trama warm`: how the territory takes the heat."""

from __future__ import annotations

import click


@click.group()
def warm() -> None:
    """Temperatura, anomalia termica e raffrescamento."""
