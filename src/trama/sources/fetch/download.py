"""Download one file: resumable, measured, its checksum kept.

The file grows under a ``.part`` name with a note beside it (address, validator of the server, total size);
an interrupted download goes on from where it was only if the server still has the same file.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trama.kernel.layers import Manifest
from trama.lake.files import write_json
from trama.sources.fetch.errors import ChecksumChanged, DownloadTooLarge, network_trouble
from trama.sources.fetch.keeping import Fetched, keep, plain_name

Progress = Callable[[int, int | None], None]
"""Called with the bytes there are and those expected (None where the server does not say)."""

TIMEOUT_S = 30.0
LIMIT_BYTES = 20_000_000_000
_BLOCK = 1 << 18
AGENT = "Trama (strumento di pianificazione territoriale)"


def fetch_file(
    manifest: Manifest,
    url: str,
    folder: Path,
    progress: Progress | None,
    *,
    accept_changed: bool,
    limit_bytes: int,
    timeout_s: float,
) -> Fetched:
    """Download the file at `url` into `folder`, going on from an interrupted attempt.

    Raises
    ------
    ServerRefuses, NoNetwork, DownloadTooLarge, ChecksumChanged, DownloadDiskFull
    """
    target = folder / f"{manifest.id}-{plain_name(urlsplit(url).path.rstrip('/').rpartition('/')[2])}"
    part = target.with_name(f"{target.name}.part")
    try:
        resumed = _download(url, part, progress, limit_bytes, timeout_s)
    except _TooLarge as error:
        _forget(part)
        raise DownloadTooLarge(layer=manifest.id, limit=f"{limit_bytes / 1e6:.0f} MB") from error
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, OSError) as error:
        raise network_trouble(manifest, error, folder, f"{_size(part) / 1e6:.1f} MB") from error
    said = {"validator": _read_note(part).get("validator")}
    try:
        found, size, changed = keep(manifest, url, part, target, said, accept_changed=accept_changed)
    except ChecksumChanged:
        _forget(part)
        raise
    _forget(part)
    return Fetched(target, url, found, size, resumed, changed)


class _TooLarge(Exception):
    pass


class _Cut(http.client.HTTPException):
    """The answer ended before the length it had promised."""


def _download(url: str, part: Path, progress: Progress | None, limit: int, timeout: float) -> int:
    """Bring `part` to its full length; return how many bytes it started from."""
    note = _read_note(part)
    start = _size(part) if note.get("url") == url and note.get("validator") else 0
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": str(note["validator"])}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme was looked at
    try:
        answer = urllib.request.urlopen(request, timeout=timeout)  # noqa: S310
    except urllib.error.HTTPError as error:
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and start:
            if start == note.get("total"):
                return start
            _forget(part)
            return _download(url, part, progress, limit, timeout)
        raise
    with answer:
        if answer.status != http.client.PARTIAL_CONTENT or not _continues(answer, start):
            start = 0
        total = _total(answer, start)
        if (total or 0) > limit:
            raise _TooLarge
        write_json(_note(part), {"url": url, "validator": _validator(answer), "total": total})
        _pour(answer, part, start, total, limit, progress)
    return start


def _pour(
    answer: Any, part: Path, start: int, total: int | None, limit: int, progress: Progress | None
) -> None:
    done = start
    with part.open("r+b" if start else "wb") as out:
        out.seek(start)
        out.truncate()
        try:
            while block := answer.read(_BLOCK):
                done += len(block)
                if done > limit:
                    raise _TooLarge
                out.write(block)
                if progress:
                    progress(done, total)
        except http.client.IncompleteRead as error:
            out.write(error.partial)
            done += len(error.partial)
            raise
        finally:
            out.flush()
            os.fsync(out.fileno())
    if total is not None and done != total:
        raise _Cut(f"arrivati {done} byte su {total}")


def _continues(answer: Any, start: int) -> bool:
    return bool(re.match(rf"bytes {start}-", answer.headers.get("Content-Range") or ""))


def _total(answer: Any, start: int) -> int | None:
    ranged = re.search(r"/(\d+)$", answer.headers.get("Content-Range") or "")
    if start and ranged:
        return int(ranged[1])
    length = answer.headers.get("Content-Length") or ""
    return start + int(length) if length.isdigit() else None


def _validator(answer: Any) -> str | None:
    """Return what tells the same file again: a strong ETag, or the day of its last change."""
    etag: str | None = answer.headers.get("ETag")
    changed: str | None = answer.headers.get("Last-Modified")
    return etag if etag and not etag.startswith("W/") else changed


def _note(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _read_note(part: Path) -> dict[str, Any]:
    try:
        note = json.loads(_note(part).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)
