"""Small acts on files that must survive a crash: hash, write whole, publish by rename."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

from trama.kernel.errors import Unavailable

_TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal, reading it in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, data: Any) -> None:
    """Write `data` as JSON so that a reader sees either the old file or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def publish(folder: Path, target: Path) -> bool:
    """Move a finished folder to its final name in one step; False if somebody took that name first."""
    for file in folder.iterdir():
        descriptor = os.open(file, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    if target.exists():
        return False
    try:
        folder.rename(target)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    descriptor = os.open(target.parent, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    return True


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` so that a reader sees either the old file or the new one, never a part.

    Raises
    ------
    Unavailable
        The folder is not there or cannot be written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        hint = f"Controllare che la cartella esista e si possa scrivere ({error.strerror})."
        raise Unavailable(what=f"Il file {path.name}", hint=hint) from error
