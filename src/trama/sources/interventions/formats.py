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
    "geojson": ("un testo JSON", "JSON text", ".geojson"),
    "gpkg": ("un GeoPackage", "a GeoPackage", ".gpkg"),
    "shapefile": ("uno zip", "a zip", ".zip"),
    "dxf": ("un DXF", "a DXF", ".dxf"),
}
_LOOKS: tuple[tuple[bytes, str, str], ...] = (
    (b"AutoCAD Binary DXF", "è un DXF binario", "is a binary DXF"),
    (b"AC10", "è un disegno DWG", "is a DWG drawing"),
    (
        b"\x00\x00\x27\x0a",
        "è il solo .shp di uno Shapefile, che va chiuso in uno zip con .shx, .dbf e .prj",
        "is the .shp alone of a Shapefile, to be zipped with .shx, .dbf and .prj",
    ),
    (b"%PDF", "è un PDF", "is a PDF"),
    (b"\x1f\x8b", "è un archivio gzip", "is a gzip archive"),
    (b"Rar!", "è un archivio RAR", "is a RAR archive"),
    (b"7z\xbc\xaf", "è un archivio 7z", "is a 7z archive"),
    (b"\x89PNG", "è un'immagine", "is an image"),
    (b"\xff\xd8\xff", "è un'immagine", "is an image"),
    (b"II*\x00", "è un'immagine", "is an image"),
    (b"MM\x00*", "è un'immagine", "is an image"),
    (b"<", "è un testo XML o HTML (KML, GML, VRT...)", "is XML or HTML text (KML, GML, VRT...)"),
    (b"[", "è un testo JSON, ma non un GeoJSON", "is JSON, but not GeoJSON"),
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
        looks, looks_en = _looks(data)
        raise UnknownFormat(name=filename, looks=looks, looks_en=looks_en)
    extension = Path(filename).suffix.lower()
    said = _EXTENSIONS.get(extension)
    if said not in (None, found):
        what, what_en, proper = _FOUND[found]
        raise WrongExtension(
            name=filename, found=what, found_en=what_en, proposal=f"«{Path(filename).stem}{proper}»"
        )
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


def _looks(data: bytes) -> tuple[str, str]:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    for magic, it, en in _LOOKS:
        if start.startswith(magic) or data.startswith(magic):
            return it, en
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "è un testo in UTF-16: salvarlo in UTF-8", "is UTF-16 text: save it as UTF-8"
    return "non è in un formato riconosciuto", "is in no known format"
