"""Taking the bytes in, never more than allowed, and telling the format from the content alone."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import BinaryIO, Literal

from trama.sources.interventions.errors import (
    EmptyFile,
    FileNotThere,
    FileTooLarge,
    UnknownFormat,
    WrongExtension,
)

Format = Literal["geojson", "gpkg", "shapefile", "dxf"]
Source = Path | str | bytes | BinaryIO

_CHUNK = 1 << 20
_EXTENSIONS: dict[str, Format] = {
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".zip": "shapefile",
    ".dxf": "dxf",
}
_FOUND = {
    "geojson": ("un testo JSON", ".geojson"),
    "gpkg": ("un GeoPackage", ".gpkg"),
    "shapefile": ("uno zip", ".zip"),
    "dxf": ("un DXF", ".dxf"),
}
_LOOKS: tuple[tuple[bytes, str], ...] = (
    (b"AutoCAD Binary DXF", "è un DXF binario"),
    (b"AC10", "è un disegno DWG"),
    (b"\x00\x00\x27\x0a", "è il solo .shp di uno Shapefile, che va chiuso in uno zip con .shx, .dbf e .prj"),
    (b"%PDF", "è un PDF"),
    (b"\x1f\x8b", "è un archivio gzip"),
    (b"Rar!", "è un archivio RAR"),
    (b"7z\xbc\xaf", "è un archivio 7z"),
    (b"\x89PNG", "è un'immagine"),
    (b"\xff\xd8\xff", "è un'immagine"),
    (b"II*\x00", "è un'immagine"),
    (b"MM\x00*", "è un'immagine"),
    (b"<", "è un testo XML o HTML (KML, GML, VRT...)"),
    (b"[", "è un testo JSON, ma non un GeoJSON"),
)


def take(source: Source, filename: str, max_bytes: int) -> bytes:
    """Return the bytes of `source`, or refuse it.

    Parameters
    ----------
    source
        A path, the bytes themselves, or an open binary stream (read in pieces, never beyond the limit).
    filename
        What errors call it.
    max_bytes
        The most that is accepted. A file on disk is refused on its size, before being opened.

    Raises
    ------
    FileNotThere, FileTooLarge, EmptyFile
    """
    if isinstance(source, bytes | bytearray):
        data = bytes(source) if len(source) <= max_bytes else None
    elif isinstance(source, str | Path):
        data = _from_disk(Path(source), filename, max_bytes)
    else:
        data = _from_stream(source, max_bytes)
    if data is None:
        raise FileTooLarge(name=filename, limit_mb=f"{max_bytes / 1e6:g}")
    if not data:
        raise EmptyFile(name=filename)
    return data


def _from_disk(path: Path, filename: str, max_bytes: int) -> bytes | None:
    try:
        facts = path.stat()
    except (OSError, ValueError):
        raise FileNotThere(what=filename, hint="Controllare il percorso.") from None
    if not stat.S_ISREG(facts.st_mode):
        raise FileNotThere(what=filename, hint="Il percorso non porta a un file: indicare il file.")
    if facts.st_size > max_bytes:
        return None
    try:
        with path.open("rb") as stream:
            return _from_stream(stream, max_bytes)
    except OSError:
        raise FileNotThere(what=filename, hint="Controllare i permessi di lettura.") from None


def _from_stream(stream: BinaryIO, max_bytes: int) -> bytes | None:
    pieces: list[bytes] = []
    left = max_bytes
    while piece := stream.read(min(_CHUNK, left + 1)):
        left -= len(piece)
        if left < 0:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def recognise(data: bytes, filename: str) -> Format:
    """Tell the format from the first bytes; the name may be silent, but may not contradict them.

    Raises
    ------
    UnknownFormat, WrongExtension
    """
    found = _by_content(data)
    if found is None:
        raise UnknownFormat(name=filename, looks=_looks(data))
    extension = Path(filename).suffix.lower()
    said = _EXTENSIONS.get(extension)
    if said not in (None, found):
        what, proper = _FOUND[found]
        raise WrongExtension(name=filename, found=what, proposal=f"«{Path(filename).stem}{proper}»")
    return found


def _by_content(data: bytes) -> Format | None:
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return "shapefile"
    if data.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if start.startswith(b"{"):
        return "geojson"
    lines = [line.strip() for line in start.replace(b"\r", b"\n").split(b"\n") if line.strip()]
    while len(lines) >= 2 and lines[0] == b"999":
        lines = lines[2:]
    if len(lines) >= 2 and lines[0] == b"0" and lines[1].upper() == b"SECTION":
        return "dxf"
    return None


def _looks(data: bytes) -> str:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    for magic, sentence in _LOOKS:
        if start.startswith(magic) or data.startswith(magic):
            return sentence
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "è un testo in UTF-16: salvarlo in UTF-8"
    return "non è in un formato riconosciuto"
