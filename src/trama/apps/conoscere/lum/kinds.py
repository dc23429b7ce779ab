"""The atlas as a kind of long work."""

from __future__ import annotations

from typing import Any

from trama.analyses.lum.outputs import ATLAS as LAYER
from trama.apps.conoscere.lum import actions
from trama.apps.conoscere.queries import unofficial_of
from trama.apps.lavori.kinds import Kind, register
from trama.apps.lavori.models import Lavoro
from trama.lake import open_lake


def register_kinds() -> None:
    """Make the atlas known."""
    register(Kind(actions.ATLAS, actions.run, "conoscere/lum/esito.html", outcome))


def outcome(row: Lavoro) -> dict[str, Any]:
    """Return what the page of a finished atlas shows."""
    lake = open_lake()
    if not lake.has(LAYER):
        return {"result": row.result}
    version = lake.version(LAYER)
    return {"result": row.result, "synthetic": version.synthetic, "unofficial": unofficial_of(lake, version)}
