"""Zip archives of unknown origin: weighed before being opened, read in memory, never extracted."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from trama.sources.interventions.errors import UnsafeArchive
from trama.sources.interventions.raw import shown

MAX_ENTRIES = 100
MAX_TOTAL_BYTES = 100_000_000
MAX_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 10_000_000
_STORED_OR_DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    OverflowError,
    struct.error,
    zlib.error,
)


def read_members(data: bytes, name: str, wanted: frozenset[str]) -> dict[str, bytes]:
    """Return the members of the zip whose extension is in `wanted`, by name.

    Nothing is written anywhere. Sizes are checked as declared and again while reading.

    Raises
    ------
    UnsafeArchive
        Too many or too large members, links, paths leading outside, encryption, a zip in a zip, damage.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _weigh(entries, name)
            return {
                entry.filename: _read(archive, entry, name)
                for entry in entries
                if _extension(entry) in wanted and not _is_trace_of_macos(entry)
            }
    except _BROKEN:
        raise UnsafeArchive(
            name=name, why="lo zip è rovinato o incompleto.", why_en="the zip is damaged or cut short."
        ) from None


def _weigh(entries: list[zipfile.ZipInfo], name: str) -> None:
    if len(entries) > MAX_ENTRIES:
        raise UnsafeArchive(
            name=name,
            why=f"contiene {len(entries)} file, più di {MAX_ENTRIES}.",
            why_en=f"it holds {len(entries)} files, more than {MAX_ENTRIES}.",
        )
    for entry in entries:
        for why, why_en in _dangers(entry):
            raise UnsafeArchive(
                name=name,
                why=f"«{shown(entry.filename)}» {why}.",
                why_en=f"“{shown(entry.filename)}” {why_en}.",
            )
    total = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if total > MAX_TOTAL_BYTES:
        raise UnsafeArchive(
            name=name,
            why=f"una volta aperto occuperebbe più di {MAX_TOTAL_BYTES // 1_000_000} MB.",
            why_en=f"opened it would take more than {MAX_TOTAL_BYTES // 1_000_000} MB.",
        )
    if total > RATIO_MATTERS_FROM_BYTES and total / packed > MAX_RATIO:
        raise UnsafeArchive(
            name=name,
            why=f"si espanderebbe di {total // packed} volte, come uno zip malevolo.",
            why_en=f"it would grow {total // packed} times, like a zip bomb.",
        )


def _dangers(entry: zipfile.ZipInfo) -> Iterator[tuple[str, str]]:
    """Yield what makes a member unsafe, in Italian and English."""
    path = entry.filename.replace("\\", "/")
    if path.startswith("/") or ":" in path or ".." in PurePosixPath(path).parts or "\x00" in path:
        yield "punta fuori dall'archivio", "points outside the archive"
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        yield "è un collegamento a un altro file", "is a link to another file"
    if entry.flag_bits & 0x1:
        yield "è protetto da una parola d'ordine", "is protected by a password"
    if entry.compress_type not in _STORED_OR_DEFLATED:
        yield "è compresso in un modo non ammesso", "is compressed in a way that is not allowed"
    if _extension(entry) in (".zip", ".7z", ".rar", ".gz", ".tar"):
        yield "è un archivio dentro l'archivio", "is an archive inside the archive"


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    with archive.open(entry) as stream:
        found = stream.read(entry.file_size + 1)
    if len(found) != entry.file_size:
        raise UnsafeArchive(
            name=name,
            why=f"«{shown(entry.filename)}» non ha la dimensione che dichiara.",
            why_en=f"“{shown(entry.filename)}” has not the size it declares.",
        )
    return found


def _extension(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).suffix.lower()


def _is_trace_of_macos(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    return "__MACOSX" in path.parts or path.name.startswith("._")
