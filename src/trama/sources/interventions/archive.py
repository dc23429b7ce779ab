"""Zip archives of unknown origin: weighed before being opened, read in memory, never extracted."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
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
        raise UnsafeArchive(name=name, why="lo zip è rovinato o incompleto.") from None


def _weigh(entries: list[zipfile.ZipInfo], name: str) -> None:
    if len(entries) > MAX_ENTRIES:
        raise UnsafeArchive(name=name, why=f"contiene {len(entries)} file, più di {MAX_ENTRIES}.")
    for entry in entries:
        why = _danger(entry)
        if why:
            raise UnsafeArchive(name=name, why=f"«{shown(entry.filename)}» {why}.")
    total = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if total > MAX_TOTAL_BYTES:
        raise UnsafeArchive(
            name=name, why=f"una volta aperto occuperebbe più di {MAX_TOTAL_BYTES // 1_000_000} MB."
        )
    if total > RATIO_MATTERS_FROM_BYTES and total / packed > MAX_RATIO:
        raise UnsafeArchive(
            name=name, why=f"si espanderebbe di {total // packed} volte, come uno zip malevolo."
        )


def _danger(entry: zipfile.ZipInfo) -> str:
    path = entry.filename.replace("\\", "/")
    if path.startswith("/") or ":" in path or ".." in PurePosixPath(path).parts or "\x00" in path:
        return "punta fuori dall'archivio"
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        return "è un collegamento a un altro file"
    if entry.flag_bits & 0x1:
        return "è protetto da una parola d'ordine"
    if entry.compress_type not in _STORED_OR_DEFLATED:
        return "è compresso in un modo non ammesso"
    if _extension(entry) in (".zip", ".7z", ".rar", ".gz", ".tar"):
        return "è un archivio dentro l'archivio"
    return ""


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    with archive.open(entry) as stream:
        found = stream.read(entry.file_size + 1)
    if len(found) != entry.file_size:
        raise UnsafeArchive(name=name, why=f"«{shown(entry.filename)}» non ha la dimensione che dichiara.")
    return found


def _extension(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).suffix.lower()


def _is_trace_of_macos(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    return "__MACOSX" in path.parts or path.name.startswith("._")
