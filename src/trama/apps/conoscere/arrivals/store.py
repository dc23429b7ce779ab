"""Files people bring, kept aside in the installation until they have become a version or were given up."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
import unicodedata
import uuid
from pathlib import Path, PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from trama.kernel.errors import NotFound
from trama.lake import home
from trama.sources.opening import Limits

FOLDER = "arrivi"
LIMITS = Limits(file_bytes=500_000_000, extracted_bytes=2_000_000_000, members=100)
"""What a page takes; the command line takes more (`trama.sources.opening.LAYER_LIMITS`)."""
KEPT_DAYS = 14
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


class Gone(NotFound):
    """The file that was brought is no longer kept."""

    it = "Il file «{what}» non è più conservato: tornare al modulo e caricarlo di nuovo."
    en = "The file “{what}” is no longer kept: go back to the form and upload it again."


def keep(uploaded: UploadedFile[Any]) -> str:
    """Write an uploaded file aside, in a folder of its own; return its place, ``<folder>/<name>``."""
    place = PurePath(str(uuid.uuid4()), plain_name(uploaded.name or ""))
    target = _root() / place
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        for chunk in uploaded.chunks(1 << 20):
            file.write(chunk)
    return str(place)


def path_of(place: str) -> Path:
    """Return where a kept file is; raises `Gone`."""
    path = (_root() / place).resolve()
    if not path.is_relative_to(_root().resolve()) or not path.is_file():
        raise Gone(what=PurePath(place).name, hint="")
    return path


def is_kept(place: str) -> bool:
    """Tell whether a file is still there."""
    try:
        path_of(place)
    except Gone:
        return False
    return True


def discard(place: str) -> None:
    """Remove a file, and its folder where nothing else is in it."""
    if place and is_kept(place):
        path = path_of(place)
        path.unlink(missing_ok=True)
        if not any(path.parent.iterdir()):
            path.parent.rmdir()


def sweep() -> None:
    """Remove the files nobody came back for."""
    limit = time.time() - KEPT_DAYS * 86_400
    for folder in _root().iterdir():
        if folder.is_dir() and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)


def fingerprint(place: str) -> str:
    """Return the SHA-256 of a kept file."""
    with path_of(place).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plain_name(name: str) -> str:
    """Return a file name any system takes, as near as possible to the one given.

    >>> plain_name("../Uso del suolo (città).GPKG")
    'Uso_del_suolo_citta_.GPKG'
    """
    letters = unicodedata.normalize("NFKD", PurePath(name.replace("\\", "/")).name)
    plain = _PLAIN.sub("_", letters.encode("ascii", "ignore").decode()).lstrip("._")
    return plain[-120:] or "originale"


def _root() -> Path:
    root = home() / FOLDER
    root.mkdir(parents=True, exist_ok=True)
    return root
