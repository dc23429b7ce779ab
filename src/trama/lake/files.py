"""Small acts on files that must survive a crash: hash, write whole, publish by rename, tell live from dead.

POSIX only: a folder is locked with ``flock``, which the system releases when its holder dies, however it
dies. Where the file system cannot lock folders nothing is swept, and publishing still is one rename.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from trama.kernel.errors import Unavailable
from trama.kernel.system import refusal

_TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


def is_full(error: OSError) -> bool:
    """Tell whether `error` says that the disk (or the share of it one may use) is full."""
    return error.errno in _FULL


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal, reading it in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_json(data: Any) -> str:
    """Return the SHA-256 of `data` written as canonical JSON."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def write_json(path: Path, data: Any) -> None:
    """Write `data` as JSON so that a reader sees either the old file or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def publish(folder: Path, target: Path) -> bool:
    """Move a finished folder to its final name in one step; False if somebody took that name first.

    Every file is on the disk before the name is, so that a power cut cannot leave a name without its data.
    """
    for file in folder.iterdir():
        _sync(file)
    _sync(folder)
    if target.exists():
        return False
    try:
        folder.rename(target)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    _sync(target.parent)
    return True


@contextmanager
def claimed(home: Path, prefix: str) -> Iterator[Path]:
    """Make a folder under `home` that is ours while we live; what is left of it at the end is removed.

    It is locked before it takes its name, so nobody ever sees it without a holder.
    """
    unnamed = home / f".new-{uuid.uuid4().hex}"
    unnamed.mkdir()
    descriptor = os.open(unnamed, os.O_RDONLY)
    folder = home / f"{prefix}{uuid.uuid4().hex}"
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        unnamed.rename(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(unnamed, ignore_errors=True)
        os.close(descriptor)


def sweep(home: Path, prefix: str) -> None:
    """Remove the folders whose holder died; a live holder's is never touched."""
    for folder in home.glob(f"{prefix}*"):
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait for our turn on `folder`, and keep it until the end of the block."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` so that a reader sees either the old file or the new one, never a part.

    Raises
    ------
    Unavailable
        The folder is not there or cannot be written; nothing is left behind.
    """
    write_together([(path, content)])


def write_together(files: Sequence[tuple[Path, bytes]]) -> None:
    """Write every content under a temporary name, and move them into place once all are on the disk.

    Raises
    ------
    Unavailable
        A folder is not there or cannot be written, or a name is a folder's; none is left behind.
    """
    places = [path.absolute() for path, _ in files]
    drafts = [(path.with_name(f".{path.name}.{uuid.uuid4().hex}"), path) for path in places]
    path = Path()
    try:
        for path in places:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        for (draft, path), (_, content) in zip(drafts, files, strict=True):  # noqa: B007 - named in the error
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for draft, path in drafts:
            draft.replace(path)
    except OSError as error:
        why = refusal(error)
        hint = f"Non si può scrivere: {why.why_it}. {why.remedy_it}"
        raise Unavailable(what=f"Il file {path.name}", hint=hint) from error
    finally:
        for draft, _ in drafts:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
