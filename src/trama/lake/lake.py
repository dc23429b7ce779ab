"""The lake: every layer, every version, nothing overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from trama.kernel.layers import Manifest, Provenance
from trama.lake.draft import Draft, not_written
from trama.lake.errors import BadLayerId, DamagedVersion, SchemaMismatch, UnknownLayer, UnknownVersion
from trama.lake.files import (
    claimed,
    is_full,
    one_at_a_time,
    publish,
    sha256_of,
    sha256_of_json,
    sweep,
    write_json,
)
from trama.lake.traces import TraceStore
from trama.lake.version import RECORD, Version, read_version, seal_of

if TYPE_CHECKING:
    from trama.lake.diff import Difference

_DRAFT = ".draft-"
_LAYER = re.compile(r"[a-z][a-z0-9_]{0,99}")
_VERSION = re.compile(r"v(\d{4,9})")


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
        return sorted(folder.name for folder in self.root.iterdir() if self._ids(folder.name))

    def has(self, layer: str) -> bool:
        """Tell whether `layer` has a version to read."""
        return bool(self._ids(layer))

    def version(self, layer: str, version: str | None = None) -> Version:
        """Return one version of `layer`, the latest where none is named.

        Raises
        ------
        UnknownLayer, UnknownVersion
            With the ids that exist.
        DamagedVersion
            Its record cannot be read.
        """
        ids = self._known_ids(layer)
        chosen = version or ids[-1]
        if chosen not in ids:
            raise UnknownVersion(layer=layer, what=chosen, hint=f"Versioni presenti: {', '.join(ids)}.")
        return read_version(self.root / layer / chosen)

    def ids(self, layer: str) -> list[str]:
        """Return the ids of the versions of `layer`, oldest first, without opening them; none without any."""
        return self._ids(layer)

    def history(self, layer: str) -> list[Version]:
        """Return every version of `layer`, oldest first; raises `UnknownLayer`."""
        return [read_version(self.root / layer / version) for version in self._known_ids(layer)]

    def as_of(self, layer: str, instant: datetime) -> Version:
        """Return the version of `layer` that was current at `instant` (with its time zone).

        Raises
        ------
        UnknownVersion
            The layer had none yet.
        """
        history = self.history(layer)
        until = [version for version in history if datetime.fromisoformat(version.created) <= instant]
        if not until:
            first = history[0].created[:10]
            raise UnknownVersion(
                layer=layer, what=instant.isoformat(), hint=f"La prima versione è del {first}."
            )
        return until[-1]

    def diff(self, old: Version, new: Version) -> Difference:
        """Return what changed from `old` to `new`: rows by key, or cells by class or by value."""
        from trama.lake.diff import compare

        return compare(old, new)

    @contextmanager
    def draft(self, manifest: Manifest, provenance: Provenance) -> Iterator[Draft]:
        """Open a new version for writing; it is published when the block ends without an error.

        The same data made the same way as the latest version do not become a second one: `Draft.version`
        is then the existing one.

        Raises
        ------
        BadLayerId
            The manifest's id is not a plain word.
        SchemaMismatch
            The block wrote no data.
        NotWritten
            The disk is full or does not answer: nothing has changed.
        """
        if not _LAYER.fullmatch(manifest.id):
            raise BadLayerId(what=manifest.id)
        home = self.root / manifest.id
        try:
            home.mkdir(parents=True, exist_ok=True)
            sweep(home, _DRAFT)
            with claimed(home, _DRAFT) as folder:
                draft = Draft(folder, manifest, provenance)
                yield draft
                with one_at_a_time(home):
                    draft._version = self._publish(draft, home)
        except OSError as error:
            if is_full(error):
                raise not_written(manifest.id, home, error) from error
            raise

    def _publish(self, draft: Draft, home: Path) -> Version:
        if draft.bbox is None or not draft.has_data:
            raise SchemaMismatch(layer=draft.manifest.id, why="non è stato scritto alcun dato.")
        files = {file.name: sha256_of(file) for file in sorted(draft.folder.iterdir())}
        while True:
            ids = self._ids(home.name)
            latest = _readable(home / ids[-1]) if ids else None
            version = self._to_be(draft, int(ids[-1][1:]) + 1 if ids else 1, latest, files)
            if latest and _same(latest, version):
                return latest
            record = version.record()
            write_json(draft.folder / RECORD, {**record, "seal": seal_of(record)})
            if publish(draft.folder, home / version.id):
                return read_version(home / version.id)

    def _to_be(self, draft: Draft, number: int, latest: Version | None, files: dict[str, str]) -> Version:
        assert draft.bbox is not None
        now = datetime.now(UTC)
        if latest:  # a clock set back must not turn the order of versions over
            now = max(now, datetime.fromisoformat(latest.created) + timedelta(milliseconds=1))
        bare = Version(
            folder=draft.folder,
            id=f"v{number:04d}",
            created=now.isoformat(timespec="milliseconds"),
            sha256="",
            bbox=draft.bbox,
            rows=draft.rows,
            manifest=draft.manifest,
            provenance=draft.provenance,
            findings=tuple(finding.to_json() for finding in draft.findings),
            files=files,
        )
        return replace(bare, sha256=files[bare.data.name])

    def _known_ids(self, layer: str) -> list[str]:
        ids = self._ids(layer)
        if not ids:
            known = ", ".join(self.layers()) or "nessuno"
            raise UnknownLayer(what=layer, hint=f"Livelli presenti: {known}.")
        return ids

    def _ids(self, layer: str) -> list[str]:
        home = self.root / layer
        if not _LAYER.fullmatch(layer) or not home.is_dir():
            return []
        numbers = {
            int(found[1]): entry.name
            for entry in home.iterdir()
            if (found := _VERSION.fullmatch(entry.name)) and (entry / RECORD).is_file()
        }
        return [numbers[number] for number in sorted(numbers)]


def _readable(folder: Path) -> Version | None:
    """Return the version in `folder`; None where its record is damaged, which must not stop the next one."""
    try:
        return read_version(folder)
    except DamagedVersion:
        return None


def _same(latest: Version, version: Version) -> bool:
    """Tell whether two versions hold the same data, described and made the same way."""
    known, record = latest.record(), version.record()
    return all(
        sha256_of_json(known[key]) == sha256_of_json(record[key])
        for key in ("sha256", "manifest", "provenance")
    )
