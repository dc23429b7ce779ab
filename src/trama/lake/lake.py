"""The lake: every layer, every version, nothing overwritten."""

from __future__ import annotations

import json
import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from trama.kernel.layers import Manifest, Provenance
from trama.lake.draft import Draft
from trama.lake.errors import SchemaMismatch, UnknownLayer, UnknownVersion
from trama.lake.files import publish, sha256_of, write_json
from trama.lake.traces import TraceStore
from trama.lake.version import RECORD, Version, read_version

_DRAFT = ".draft-"


class Lake:
    """Layers under one folder: ``<layer>/v0001/{data.parquet | data.tif, tiles.pmtiles, version.json}``.

    A version appears by one rename, so a reader never sees half of one, and two writers at once both end
    with a version of their own.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.traces = TraceStore(root.parent / "traces")

    def layers(self) -> list[str]:
        """Return the ids of the layers that have at least one version, in order."""
        if not self.root.is_dir():
            return []
        return sorted(
            folder.name for folder in self.root.iterdir() if folder.is_dir() and self._ids(folder.name)
        )

    def has(self, layer: str) -> bool:
        """Tell whether `layer` has a version to read."""
        return bool(self._ids(layer))

    def version(self, layer: str, version: str | None = None) -> Version:
        """Return one version of `layer`, the latest where none is named.

        Raises
        ------
        UnknownLayer, UnknownVersion
            With the ids that exist.
        """
        ids = self._ids(layer)
        if not ids:
            known = ", ".join(self.layers()) or "nessuno"
            raise UnknownLayer(what=layer, hint=f"Livelli presenti: {known}.")
        chosen = version or ids[-1]
        if chosen not in ids:
            raise UnknownVersion(layer=layer, what=chosen, hint=f"Versioni presenti: {', '.join(ids)}.")
        folder = self.root / layer / chosen
        return read_version(folder, json.loads((folder / RECORD).read_text(encoding="utf-8")))

    def history(self, layer: str) -> list[Version]:
        """Return every version of `layer`, oldest first; raises `UnknownLayer`."""
        if not self._ids(layer):
            self.version(layer)
        return [self.version(layer, version) for version in self._ids(layer)]

    @contextmanager
    def draft(self, manifest: Manifest, provenance: Provenance) -> Iterator[Draft]:
        """Open a new version for writing; it is published when the block ends without an error.

        The same data made the same way as the latest version do not become a second one: `Draft.version`
        is then the existing one.
        """
        home = self.root / manifest.id
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        folder = home / f"{_DRAFT}{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
        folder.mkdir()
        draft = Draft(folder, manifest, provenance)
        try:
            yield draft
            draft._version = self._publish(draft, home)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _publish(self, draft: Draft, home: Path) -> Version:
        if draft.bbox is None:
            raise SchemaMismatch(layer=draft.manifest.id, why="non è stato scritto alcun dato.")
        version = Version(
            folder=draft.folder,
            id="",
            created=datetime.now(UTC).isoformat(timespec="milliseconds"),
            sha256="",
            bbox=draft.bbox,
            rows=draft.rows,
            manifest=draft.manifest,
            provenance=draft.provenance,
            findings=tuple(finding.to_json() for finding in draft.findings),
        )
        record = {**version.record(), "sha256": sha256_of(version.data)}
        ids = self._ids(home.name)
        if ids and _same(latest := self.version(home.name), record):
            return latest
        number = int(ids[-1][1:]) if ids else 0
        while True:
            number += 1
            write_json(draft.folder / RECORD, {**record, "id": f"v{number:04d}"})
            if publish(draft.folder, home / f"v{number:04d}"):
                return self.version(home.name, f"v{number:04d}")

    def _ids(self, layer: str) -> list[str]:
        home = self.root / layer
        if not layer or "/" in layer or layer.startswith(".") or not home.is_dir():
            return []
        return sorted(
            entry.name for entry in home.iterdir() if entry.name[:1] == "v" and (entry / RECORD).is_file()
        )


def _same(latest: Version, record: dict[str, object]) -> bool:
    known = latest.record()
    return all(
        json.dumps(known[key]) == json.dumps(record[key]) for key in ("sha256", "manifest", "provenance")
    )


def _sweep(home: Path) -> None:
    """Remove what dead writers of this machine left behind; never touches a live one's folder."""
    mine = f"{_DRAFT}{socket.gethostname()}-"
    for folder in home.glob(f"{mine}*"):
        pid = folder.name.removeprefix(mine).split("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
