"""`trama serve`: the site, on this machine."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from trama.cli.output import guarded, say
from trama.kernel.errors import TramaError

if TYPE_CHECKING:
    import uvicorn

HEAVY = (
    "geopandas",
    "rasterio",
    "scipy.ndimage",
    "scipy.signal",
    "trama.analyses.scheda",
    "trama.analyses.suoli",
    "trama.analyses.whatif",
    "trama.apps.conoscere.views",
)
"""What the first pages would otherwise wait for."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Indirizzo su cui ascoltare.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Porta.")
@guarded
def serve(host: str, port: int) -> None:
    """Avvia il sito; si ferma con Ctrl+C."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trama.site.settings")
    import django
    import uvicorn
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    say(f"Trama è su http://{host}:{port} (Ctrl+C per fermare).")
    server = uvicorn.Server(
        uvicorn.Config("trama.site.asgi:application", host=host, port=port, log_level="warning")
    )
    threading.Thread(target=warm_up, args=(server,), name="warm-up", daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(3)  # as `uvicorn.run`: the address is taken, and it has said so


def warm_up(server: uvicorn.Server, wait_s: float = 30.0) -> None:
    """Load, once the site listens, what its first pages need: heavy modules, norms, tables, traces."""
    until = time.monotonic() + wait_s
    while not server.started:
        if server.should_exit or time.monotonic() > until:
            return
        time.sleep(0.05)
    for name in HEAVY:
        importlib.import_module(name)
    from trama.analyses.installation import open_installation
    from trama.apps.conoscere import comuni_views

    with suppress(TramaError):  # the page that needs it will say it
        open_installation()
        comuni_views.read_ahead()
