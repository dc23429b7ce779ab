"""Download an official original, only when asked: resumable, measured, its checksum kept.

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
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from trama.kernel.errors import BadInput, Unavailable
from trama.kernel.layers import Manifest
from trama.lake.files import is_full, sha256_of, write_json

Progress = Callable[[int, int | None], None]
"""Called with the bytes there are and those expected (None where the server does not say)."""

TIMEOUT_S = 30.0
LIMIT_BYTES = 20_000_000_000
_BLOCK = 1 << 18
_AGENT = "Trama (strumento di pianificazione territoriale)"
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


class NoAddress(BadInput):
    """The manifest does not say where the original is."""

    it = "La scheda di «{layer}» non ha l'indirizzo dell'originale: scaricarlo a mano, poi trama layers add."
    en = "The manifest of “{layer}” has no address for the original: download it and use trama layers add."


class BadAddress(BadInput):
    """The address is not one of the web."""

    it = "L'indirizzo dell'originale di «{layer}» non è http o https: {url}"
    en = "The address of the original of “{layer}” is not http or https: {url}"


class ServerRefuses(Unavailable):
    """The server answered that there is no such file, or that it may not be had."""

    it = "Il server {host} ha risposto {status} per «{layer}»: {hint}"
    en = "Server {host} answered {status} for “{layer}”."


class NoNetwork(Unavailable):
    """The server cannot be reached, or stopped answering."""

    it = (
        "Non si riesce a scaricare «{layer}» da {host}: {why}. Controllare la rete e ripetere il comando: "
        "riprende da dove era arrivato ({done_mb:.1f} MB)."
    )
    en = "“{layer}” cannot be downloaded from {host}: {why}. Check the network and run the command again."


class DownloadTooLarge(BadInput):
    """The file is larger than the limit."""

    it = "L'originale di «{layer}» supera il limite di {limit_mb:.0f} MB: non è stato tenuto."
    en = "The original of “{layer}” is over the limit of {limit_mb:.0f} MB: it was not kept."


class ChecksumChanged(Unavailable):
    """What came is not what was expected."""

    it = (
        "L'impronta dell'originale di «{layer}» è cambiata: attesa {expected}, scaricata {found}. "
        "Il file nuovo è in {path}: se è una nuova edizione, ripetere con --accept-changed."
    )
    en = (
        "The checksum of the original of “{layer}” has changed: expected {expected}, got {found}. See {path}."
    )


class DownloadDiskFull(Unavailable):
    """No room for the file."""

    it = "Non c'è più spazio in {folder}: fare spazio e ripetere, si riprende da {done_mb:.1f} MB."
    en = "No room left in {folder}: make room and run again, it resumes from {done_mb:.1f} MB."


@dataclass(frozen=True)
class Fetched:
    """A downloaded original.

    Attributes
    ----------
    resumed_from
        Bytes that were already there.
    changed
        Whether its checksum differs from the one of the previous download.
    """

    path: Path
    url: str
    sha256: str
    size_bytes: int
    resumed_from: int = 0
    changed: bool = False


def fetch(
    manifest: Manifest,
    folder: Path,
    progress: Progress | None = None,
    *,
    accept_changed: bool = False,
    limit_bytes: int = LIMIT_BYTES,
    timeout_s: float = TIMEOUT_S,
) -> Fetched:
    """Download the original of `manifest` into `folder`, going on from an interrupted attempt.

    The checksum is kept beside the file (``.json``). One that differs from the previous download's leaves
    the previous file where it is, unless `accept_changed`.

    Raises
    ------
    NoAddress, BadAddress, ServerRefuses, NoNetwork, DownloadTooLarge, ChecksumChanged, DownloadDiskFull
    """
    url = _address(manifest)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{manifest.id}-{_file_name(url)}"
    part = target.with_name(f"{target.name}.part")
    try:
        resumed = _download(url, part, progress, limit_bytes, timeout_s)
    except urllib.error.HTTPError as error:
        raise _refusal(manifest, url, error.code) from error
    except _TooLarge as error:
        _forget(part)
        raise DownloadTooLarge(layer=manifest.id, limit_mb=limit_bytes / 1e6) from error
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, OSError) as error:
        if isinstance(error, OSError) and is_full(error):
            raise DownloadDiskFull(what="", hint="", folder=folder, done_mb=_size(part) / 1e6) from error
        raise NoNetwork(
            what="",
            hint="",
            layer=manifest.id,
            host=urlsplit(url).netloc,
            why=_why(error),
            done_mb=_size(part) / 1e6,
        ) from error
    return _keep(manifest, url, part, target, resumed, accept_changed)


class _TooLarge(Exception):
    pass


class _Cut(http.client.HTTPException):
    """The answer ended before the length it had promised."""


def _download(url: str, part: Path, progress: Progress | None, limit: int, timeout: float) -> int:
    """Bring `part` to its full length; return how many bytes it started from."""
    note = _read_note(part)
    start = _size(part) if note.get("url") == url and note.get("validator") else 0
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
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


def _keep(
    manifest: Manifest, url: str, part: Path, target: Path, resumed: int, accept_changed: bool
) -> Fetched:
    record = target.with_name(f"{target.name}.json")
    found, size = sha256_of(part), _size(part)
    before = json.loads(record.read_text(encoding="utf-8")).get("sha256") if record.is_file() else None
    changed = before is not None and before != found
    if changed and not accept_changed:
        aside = target.with_name(f"{target.name}.nuovo")
        part.replace(aside)
        _forget(part)
        raise ChecksumChanged(
            what="", hint="", layer=manifest.id, expected=str(before)[:12], found=found[:12], path=aside
        )
    part.replace(target)
    write_json(
        record, {"url": url, "sha256": found, "bytes": size, "validator": _read_note(part).get("validator")}
    )
    _forget(part)
    return Fetched(target, url, found, size, resumed, changed)


def _address(manifest: Manifest) -> str:
    url = manifest.source.url
    if not url:
        raise NoAddress(layer=manifest.id)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise BadAddress(layer=manifest.id, url=url)
    return url


def _file_name(url: str) -> str:
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return _PLAIN.sub("_", last).strip("._")[-80:] or "originale"


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


def _refusal(manifest: Manifest, url: str, status: int) -> ServerRefuses:
    hints = {
        404: "l'indirizzo non esiste più. Cercare quello nuovo, scaricare a mano e usare trama layers add.",
        410: "il file è stato tolto. Cercare la nuova edizione e usare trama layers add.",
        401: "serve un accesso. Scaricare a mano e usare trama layers add.",
        403: "non permette di scaricarlo così. Scaricare a mano e usare trama layers add.",
    }
    hint = hints.get(status, "riprovare più tardi.")
    return ServerRefuses(what="", layer=manifest.id, host=urlsplit(url).netloc, status=status, hint=hint)


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "il server non risponde"
    if isinstance(error, http.client.HTTPException) or isinstance(reason, ConnectionResetError):
        return "il collegamento si è interrotto"
    if "CERTIFICATE" in str(reason).upper():
        return "il certificato del server non è valido"
    return "il server non è raggiungibile"


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
