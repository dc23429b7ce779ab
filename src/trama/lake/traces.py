"""Where traces are kept: one file each, named by content, so that an id always finds the same tree."""

from __future__ import annotations

import json
import re
from pathlib import Path

from trama.kernel.errors import Unavailable
from trama.kernel.system import refusal
from trama.kernel.trace import Trace, id_of
from trama.lake.errors import DamagedTrace, UnknownTrace
from trama.lake.files import write_whole

_ID = re.compile(r"[0-9a-f]{20}")


class TraceStore:
    """Traces under one folder, spread by the first two digits of their id."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def save(self, trace: Trace) -> str:
        """Keep `trace` and return its id; keeping the same trace twice changes nothing."""
        body = trace.to_json()
        path = self._path(trace.id)
        if not path.exists():
            _make_room(path.parent)
            write_whole(path, json.dumps(body, ensure_ascii=False, sort_keys=True).encode())
        return trace.id

    def load(self, trace_id: str) -> Trace:
        """Return the trace called `trace_id`.

        Raises
        ------
        UnknownTrace
            None has that id.
        DamagedTrace
            The file is cut short, or what it says is no longer what the id was made from.
        """
        if not _ID.fullmatch(trace_id) or not self._path(trace_id).is_file():
            raise UnknownTrace(what=trace_id, hint="Controllare il codice: sono 20 cifre da 0 a f.")
        try:
            body = json.loads(self._path(trace_id).read_text(encoding="utf-8"))
            trace = Trace.from_json(body)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedTrace(what=trace_id) from error
        body.pop("id", None)
        if (
            id_of(body) != trace_id
        ):  # of what was read: writing a long trace again only to count would cost more
            raise DamagedTrace(what=trace_id)
        return trace

    def _path(self, trace_id: str) -> Path:
        return self.root / trace_id[:2] / f"{trace_id}.json"


class Forgetful(TraceStore):
    """A store that keeps nothing: for what is still moving under the hand."""

    def save(self, trace: Trace) -> str:  # noqa: ARG002 - the store's signature
        """Keep nothing: return no id, and spare the counting of one."""
        return ""


def _make_room(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = refusal(error)
        hint = f"Non si può scrivere: {why.why_it}. {why.remedy_it} Un'altra si indica con TRAMA_HOME."
        raise Unavailable(what=f"La cartella {folder.parent}", hint=hint) from error
