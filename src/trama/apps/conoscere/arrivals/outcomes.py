"""What the page of a finished work shows: the report of an arrival, the layers of a run."""

from __future__ import annotations

from typing import Any

from trama.analyses.installation import open_installation
from trama.apps.conoscere.arrivals import (
    adding,
    recomputing,
    recomputing_heat,
    recomputing_rooms,
    store,
)
from trama.apps.conoscere.arrivals.actions import ARRIVAL, ROOM, STORM, WARM
from trama.apps.conoscere.arrivals.queries import box, described
from trama.apps.conoscere.arrivals.wording import worded
from trama.apps.conoscere.themes import available
from trama.apps.lavori.kinds import Kind, register
from trama.apps.lavori.models import Lavoro
from trama.lake import Lake, open_lake
from trama.sources.services import SERVICES
from trama.sources.timetables import TIMETABLES
from trama.sources.works import LISTS

ROWS = (LISTS, SERVICES, TIMETABLES)
"""Kinds of source whose checks count rows."""


def register_kinds() -> None:
    """Make the kinds of work of Conoscere known."""
    register(Kind(ARRIVAL, adding.run, "conoscere/arrivi/esito.html", arrival, arrival_verdict))
    register(Kind(STORM, recomputing.run, "conoscere/arrivi/esito_storm.html", several))
    register(Kind(WARM, recomputing_heat.run, "conoscere/arrivi/esito_warm.html", several))
    register(Kind(ROOM, recomputing_rooms.run, "conoscere/arrivi/esito_stanza.html", several))


def arrival(row: Lavoro) -> dict[str, Any]:
    """Return what the outcome of an arrival shows."""
    layer = row.request["layer"]
    context: dict[str, Any] = {
        "layer": layer,
        "asked": row.request,
        "kept": store.is_kept(row.request["file"]),
        "result": row.result,
    }
    if row.result is None:
        return context
    installation = open_installation()
    manifest = described(installation, layer)
    unit = (
        "celle" if manifest.geometry == "raster" else "righe" if manifest.source.kind in ROWS else "elementi"
    )
    context["report"] = worded(row.result["report"], unit)
    context["exists"] = installation.lake.has(layer)
    if row.result["version"]:
        context["compare"] = _compare(installation.lake, layer, row.result["before"], row.result["version"])
        context["arrivals"] = box(installation, layer)
    return context


def arrival_verdict(row: Lavoro) -> str:
    """Say that an arrival ended with something to mend: done, and nothing published."""
    return "da riparare" if row.result and not row.result["version"] else ""


def several(row: Lavoro) -> dict[str, Any]:
    """Return what the outcome of a run of STORM, of WARM or of a room shows."""
    if row.result is None:
        return {"result": None}
    lake = open_lake()
    rows = [
        {**one, "compare": _compare(lake, one["layer"], one["before"], one["now"])}
        for one in row.result["layers"]
    ]
    first = next((one["compare"] for one in rows if one["compare"]), "")
    return {"result": row.result, "layers": rows, "compare": first}


def _compare(lake: Lake, layer: str, before: str | None, now: str) -> str:
    """Return the query of the map that shows the two versions side by side; empty where it cannot."""
    theme = next((one for one in available(lake) if one.layer == layer), None)
    if theme is None or before is None or before == now:
        return ""
    return f"tema={theme.id}&versione={now}&confronto={before}"
