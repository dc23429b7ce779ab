"""Who is alive: each piece of work holds a lock for as long as its process lives, however it dies.

The lock is the system's (``flock``): a process that is killed, or a machine that is switched off, leaves it
free. So a row of the register that says "in corso" and whose lock is free tells of work that was interrupted.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from trama.lake import home

FOLDER = "lavori"
_TURN = "turno"


def folder() -> Path:
    """Return the installation's folder of long work, made if need be."""
    path = home() / FOLDER
    path.mkdir(parents=True, exist_ok=True)
    return path


def workshop(key: UUID) -> Path:
    """Return the folder where one piece of work keeps what is not yet handed over."""
    return folder() / str(key)


@contextmanager
def held(key: UUID) -> Iterator[int]:
    """Hold the lock of a piece of work; yield its descriptor, which a child process may inherit."""
    descriptor = os.open(_lock(key), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


def is_held(key: UUID) -> bool:
    """Tell whether a process that does this work is alive."""
    try:
        descriptor = os.open(_lock(key), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for our turn: one piece of work at a time, so that two do not fill the memory together."""
    descriptor = os.open(folder() / _TURN, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def clear(key: UUID) -> None:
    """Remove what a piece of work that is no longer alive left behind."""
    shutil.rmtree(workshop(key), ignore_errors=True)
    _lock(key).unlink(missing_ok=True)


def _lock(key: UUID) -> Path:
    return folder() / f"{key}.vivo"
