"""The atlas as a kind of long work."""

from __future__ import annotations

from typing import Any

from trama.apps.conoscere.lum import actions
from trama.apps.lavori.kinds import Kind, register
from trama.apps.lavori.models import Lavoro


def register_kinds() -> None:
    """Make the atlas known."""
    register(Kind(actions.ATLAS, actions.run, "conoscere/lum/esito.html", outcome))


def outcome(row: Lavoro) -> dict[str, Any]:
    """Return what the page of a finished atlas shows."""
    return {"result": row.result}
