"""`trama serve`: the site, on this machine."""

from __future__ import annotations

import os

import click

from trama.cli.output import guarded, say


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
    uvicorn.run("trama.site.asgi:application", host=host, port=port, log_level="warning")
