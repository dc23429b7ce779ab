"""The last run, as the lake keeps it."""

from __future__ import annotations

from typing import Any

from trama.analyses.access.errors import UnknownGroup
from trama.analyses.access.layers import INEQUALITY
from trama.analyses.access.runs import latest
from trama.kernel.errors import TramaError
from trama.kernel.trace import Trace
from trama.lake import Lake, Version


def inequality_kept(lake: Lake, group: str | None = None) -> tuple[dict[str, Any], Version, Trace | None]:
    """Return the measures of inequality of the last run, of one group if named, its version and its trace.

    Raises
    ------
    NotComputed
        There has been no run.
    UnknownGroup
        The run has no such group.
    """
    version = latest(lake).versions[INEQUALITY]
    trace = _trace(lake, version)
    table = version.table()
    known = [str(one) for one in table["gruppo"].unique()]
    if group is not None and group not in known:
        raise UnknownGroup(given=group, known=", ".join(known))
    rows = table if group is None else table[table["gruppo"] == group]
    return (
        {
            **version.provenance.asked,
            "gruppi": {key: _group_name(trace, key) for key in known},
            "disuguaglianza": [
                {key: plain(value) for key, value in row.items() if key != "chiave"}
                for row in rows.to_dict("records")
            ],
        },
        version,
        trace,
    )


def plain(value: Any) -> Any:
    """Return a cell as plain Python; missing is None."""
    import pandas as pd

    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _trace(lake: Lake, version: Version) -> Trace | None:
    try:
        return lake.traces.load(version.provenance.trace) if version.provenance.trace else None
    except TramaError:
        return None


def _group_name(trace: Trace | None, key: str) -> str:
    node = trace.root.find(f"disuguaglianza/{key}") if trace else None
    return node.label if node else key
