"""The estimate of the works as a kind of long work."""

from __future__ import annotations

from typing import Any

from trama.apps.conoscere.opere import actions
from trama.apps.lavori.kinds import Kind, register
from trama.apps.lavori.models import Lavoro


def register_kinds() -> None:
    """Make the estimate known."""
    register(Kind(actions.ESTIMATE, actions.run, "conoscere/opere/esito.html", outcome))


def outcome(row: Lavoro) -> dict[str, Any]:
    """Return what the page of a finished estimate shows."""
    return {"result": row.result}
