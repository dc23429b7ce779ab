"""Open a file somebody gave us without trusting it: what it is comes from its content, never from its name.

The geodata library behind `pyogrio` and `rasterio` chooses a driver by looking at the file, and some of its
drivers run commands, follow addresses or read other files of the machine (virtual datasets, "streamed
algorithms"). So a file is recognised here, by its first bytes, among a closed list; an archive is measured
before and while it is extracted; and the library is told which driver to use.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from trama.kernel.errors import BadInput, NotFound
from trama.kernel.text_files import wide_encoding
from trama.sources.errors import WhichLayer

GEOPACKAGE, GEOJSON, SHAPEFILE, FLATGEOBUF, DXF = "geopackage", "geojson", "shapefile", "flatgeobuf", "dxf"
GEOTIFF, ASCII_GRID, CSV, ZIP = "geotiff", "ascii_grid", "csv", "zip"
OSM_PBF, OSM_XML = "osm_pbf", "osm_xml"
VECTORS = frozenset({GEOPACKAGE, GEOJSON, SHAPEFILE, FLATGEOBUF})
RASTERS = frozenset({GEOTIFF, ASCII_GRID})

NAMES = {
    GEOPACKAGE: "GeoPackage (.gpkg)",
    GEOJSON: "GeoJSON",
    SHAPEFILE: "Shapefile (.shp con .shx, .dbf e .prj accanto, o .zip che li contiene)",
    FLATGEOBUF: "FlatGeobuf (.fgb)",
    DXF: "DXF",
    GEOTIFF: "GeoTIFF (.tif)",
    ASCII_GRID: "griglia ASCII (.asc)",
    CSV: "CSV",
    OSM_PBF: "estratto OpenStreetMap (.osm.pbf)",
    OSM_XML: "OpenStreetMap XML (.osm)",
}
_SUFFIX = {GEOPACKAGE: ".gpkg", SHAPEFILE: ".shp", FLATGEOBUF: ".fgb", DXF: ".dxf"}
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_HEAD_BYTES = 8192
# Markers by which the library takes a file for a recipe to run or a door to other files.
_RECIPES = (b"<ogrvrt", b"<vrtdataset", b"gdal_streamed_alg", b"<gdal_wms", b"<gdal_wcs", b"<ogrwfs")
_RTREE = re.compile(r"using\s+rtree\s*\(", re.IGNORECASE)
_SHAPEFILE_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}


class MissingFile(NotFound):
    """There is no such file."""

    it = "Il file «{name}» non esiste o non è leggibile. Controllare il percorso."
    en = "The file “{name}” does not exist or cannot be read. Check the path."


class EmptyFile(BadInput):
    """The file has no bytes."""

    it = "Il file «{name}» è vuoto: esportarlo di nuovo dal programma d'origine."
    en = "The file “{name}” is empty: export it again from the program it comes from."


class UnknownFormat(BadInput):
    """The content is none of the accepted formats, whatever the name says."""

    it = "Il contenuto di «{name}» non è in un formato ammesso. Formati ammessi: {formats}."
    en = "The content of “{name}” is not in an accepted format. Accepted formats: {formats}."


class FileTooLarge(BadInput):
    """The file is over the limit; it was not read."""

    it = "Il file «{name}» è di {size_mb:.0f} MB e il limite è {limit_mb:.0f} MB: non è stato letto. {hint}"
    en = "The file “{name}” has {size_mb:.0f} MB and the limit is {limit_mb:.0f} MB: it was not read."


class UnsafeArchive(BadInput):
    """The archive is damaged, explodes when opened, or wants to write elsewhere."""

    it = "L'archivio «{name}» non è stato aperto: {why}"
    en = "The archive “{name}” was not opened: {why}"


class ActiveGeopackage(BadInput):
    """A GeoPackage that computes its contents, or takes them from elsewhere, when it is read."""

    it = (
        "Il GeoPackage «{name}» contiene viste o tabelle virtuali ({what}), che si calcolano leggendole: "
        "esportare i dati in un GeoPackage nuovo."
    )
    en = (
        "The GeoPackage “{name}” holds views or virtual tables ({what}): export the data to a new GeoPackage."
    )


class IncompleteShapefile(BadInput):
    """Parts of a Shapefile are missing beside the .shp."""

    it = "Accanto a «{name}» mancano i file {missing}: lo Shapefile va consegnato intero, meglio in uno .zip."
    en = "Beside “{name}” the files {missing} are missing: deliver a Shapefile whole, best in a .zip."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is too much.

    Attributes
    ----------
    file_bytes
        Size of the file as given.
    extracted_bytes
        Total size of what an archive holds.
    ratio
        Extracted over compressed size, looked at above 10 MB extracted.
    members
        Files in an archive.
    """

    file_bytes: int = 4_000_000_000
    extracted_bytes: int = 8_000_000_000
    ratio: float = 150.0
    members: int = 1000


LAYER_LIMITS = Limits()
UPLOAD_LIMITS = Limits(file_bytes=50_000_000, extracted_bytes=200_000_000, members=100)


@dataclass(frozen=True, slots=True)
class Opened:
    """A recognised file, ready for the library.

    Attributes
    ----------
    kind
        One of the formats above.
    path
        The file itself (inside a temporary folder where it came from an archive or had a misleading name).
    target
        What to hand to the library so that no driver but the right one opens it.
    """

    kind: str
    path: Path
    target: str


def kind_of(path: Path) -> str | None:
    """Recognise a file by its first bytes; None where it is none of the known formats."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    lowered = head.lower()
    if any(marker in lowered for marker in _RECIPES):
        return None
    binary = {b"fgb": FLATGEOBUF, b"\x00\x00\x27\x0a": SHAPEFILE, b"PK\x03\x04": ZIP, b"PK\x05\x06": ZIP}
    for magic, kind in {**binary, **dict.fromkeys(_TIFF, GEOTIFF)}.items():
        if head.startswith(magic):
            return kind
    if head[4:].startswith(b"\n\tOSMHeader"):
        return OSM_PBF
    if head.startswith(b"SQLite format 3\0"):
        return GEOPACKAGE if head[68:72] in (b"GPKG", b"GP10", b"GP11") else None
    if wide := wide_encoding(head):  # a spreadsheet's "Unicode text"
        text = head.decode(wide, errors="ignore").removeprefix("\ufeff").encode()
        return CSV if _is_table(text.lstrip()) else None
    return _kind_of_text(lowered.removeprefix(b"\xef\xbb\xbf").lstrip())


def _kind_of_text(head: bytes) -> str | None:
    if head.startswith(b"{"):
        return GEOJSON
    if head.startswith(b"ncols"):
        return ASCII_GRID
    if head.startswith(b"<osm") or (head.startswith(b"<?xml") and b"<osm " in head):
        return OSM_XML
    first = head.replace(b"\r", b"\n").split()
    if first[:2] == [b"0", b"section"] or first[:1] == [b"999"]:
        return DXF
    return CSV if _is_table(head) else None


def _is_table(head: bytes) -> bool:
    """Tell whether a text begins with the names of several columns, set apart by ``;``, ``,`` or tabs."""
    plain = not any(byte < 32 and byte not in b"\t\r\n" for byte in head)
    line = head.partition(b"\n")[0]
    return plain and not line.startswith(b"<") and any(mark in line for mark in b";,\t")


@contextmanager
def opened(
    path: Path,
    kinds: Collection[str],
    limits: Limits = LAYER_LIMITS,
    inners: Collection[str] | None = None,
) -> Iterator[Opened]:
    """Recognise `path`, take it out of its archive if it is in one, and yield what the library may open.

    Parameters
    ----------
    kinds
        Accepted formats. A zip archive is looked into when it holds exactly one file of these kinds.
    inners
        Names (without suffix) of the file wanted in an archive that holds several; None where whoever brings
        the archive has no way to say it.

    Raises
    ------
    MissingFile, EmptyFile, FileTooLarge, UnknownFormat, UnsafeArchive, IncompleteShapefile, WhichLayer
        Nothing outside a temporary folder is ever written, and the folder is gone at the end.
    """
    _measure(path, limits)
    kind = kind_of(path)
    with tempfile.TemporaryDirectory(prefix="trama-") as folder:
        if kind == ZIP:
            inside = _extract(path, Path(folder), limits)
            path, kind = _only_one(path.name, inside, kinds, inners)
        if kind is None or kind not in kinds:
            raise UnknownFormat(name=path.name, formats=", ".join(sorted(NAMES[each] for each in kinds)))
        yield _safe(path, kind, Path(folder))


@contextmanager
def extracted(path: Path, limits: Limits = LAYER_LIMITS) -> Iterator[list[Path]]:
    """Yield the plain files of a zip archive, out of it in a temporary folder that is gone at the end.

    Raises
    ------
    MissingFile, EmptyFile, FileTooLarge, UnsafeArchive, UnknownFormat
        The last where the file is no zip archive.
    """
    _measure(path, limits)
    if kind_of(path) != ZIP:
        raise UnknownFormat(name=path.name, formats="archivio .zip")
    with tempfile.TemporaryDirectory(prefix="trama-") as folder:
        yield _extract(path, Path(folder), limits)


def _measure(path: Path, limits: Limits) -> None:
    if not path.is_file():
        raise MissingFile(name=path.name, what=path.name, hint="")
    size = path.stat().st_size
    if size == 0:
        raise EmptyFile(name=path.name)
    if size > limits.file_bytes:
        raise FileTooLarge(
            name=path.name,
            size_mb=size / 1e6,
            limit_mb=limits.file_bytes / 1e6,
            hint="Ritagliarlo sul territorio prima di consegnarlo.",
        )


def _safe(path: Path, kind: str, folder: Path) -> Opened:
    """Give the file the name its content deserves; where a driver can be named, name it."""
    if kind == SHAPEFILE:
        return _safe_shapefile(path, folder)
    if kind == GEOPACKAGE:
        _refuse_active(path)
    suffix = _SUFFIX.get(kind)
    if suffix and path.suffix.lower() != suffix:
        renamed = folder / f"originale{suffix}"
        _link_or_copy(path, renamed)
        path = renamed
    prefix = {GEOJSON: "GeoJSON:", GEOPACKAGE: "GPKG:"}.get(kind, "")
    return Opened(kind, path, f"{prefix}{path.resolve()}")


def _refuse_active(path: Path) -> None:
    """Refuse views (a query may never end) and virtual tables that are no spatial index (doors elsewhere)."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            found = database.execute(
                "SELECT name, type, sql FROM sqlite_master WHERE type = 'view' OR sql LIKE 'create virtual%'"
            ).fetchmany(1000)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError):
        return  # damaged: the reader will say so
    active = [str(name) for name, kind, sql in found if kind == "view" or not _RTREE.search(str(sql))]
    if active:
        raise ActiveGeopackage(name=path.name, what=", ".join(active[:5]))


def _safe_shapefile(path: Path, folder: Path) -> Opened:
    parts = {
        part.suffix.lower(): part
        for part in path.parent.iterdir()
        if part.stem == path.stem and part.suffix.lower() in _SHAPEFILE_PARTS
    }
    if missing := sorted({".shx", ".dbf"} - set(parts)):
        raise IncompleteShapefile(name=path.name, missing=", ".join(missing))
    if parts.get(".shp") == path and all(part.suffix == part.suffix.lower() for part in parts.values()):
        return Opened(SHAPEFILE, path, str(path.resolve()))
    for suffix, part in {**parts, ".shp": path}.items():
        _link_or_copy(part, folder / f"originale{suffix}")
    renamed = folder / "originale.shp"
    return Opened(SHAPEFILE, renamed, str(renamed))


def _link_or_copy(path: Path, target: Path) -> None:
    try:
        target.symlink_to(path.resolve())
    except OSError:
        shutil.copyfile(path, target)


def _extract(archive: Path, folder: Path, limits: Limits) -> list[Path]:
    """Extract the plain files of a zip archive under `folder`, refusing what is not plain."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = [member for member in zipped.infolist() if not member.is_dir()]
            _refuse_suspicious(archive, members, limits)
            left = limits.extracted_bytes
            extracted = []
            for number, member in enumerate(members):
                target = folder / f"{number // 1000}" / PurePosixPath(member.filename)
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _copy_counting(zipped, member, target, left, archive.name)
                extracted.append(target)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise UnsafeArchive(name=archive.name, why="è danneggiato o incompleto; ricrearlo.") from error
    except RuntimeError as error:  # zipfile's word for a password
        raise UnsafeArchive(name=archive.name, why="è protetto da parola chiave; toglierla.") from error
    return extracted


def _refuse_suspicious(archive: Path, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        raise UnsafeArchive(
            name=archive.name, why=f"contiene {len(members)} file e il limite è {limits.members}."
        )
    total = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if total > limits.extracted_bytes or (total > 10_000_000 and total / packed > limits.ratio):
        raise UnsafeArchive(
            name=archive.name,
            why=f"una volta aperto occuperebbe {total / 1e6:.0f} MB da {packed / 1e6:.2f} MB compressi. "
            "Consegnare il file non compresso.",
        )
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        mode = member.external_attr >> 16
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise UnsafeArchive(name=archive.name, why=f"«{member.filename}» punta fuori dall'archivio.")
        if stat.S_ISLNK(mode):
            raise UnsafeArchive(name=archive.name, why=f"«{member.filename}» è un collegamento.")


def _copy_counting(
    zipped: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, name: str
) -> int:
    """Extract one member, counting the bytes that really come out; what it declares may be a lie."""
    copied = 0
    with zipped.open(member) as source, target.open("wb") as out:
        while block := source.read(1 << 20):
            copied += len(block)
            if copied > min(left, member.file_size):
                raise UnsafeArchive(name=name, why="contiene più dati di quanti ne dichiari.")
            out.write(block)
    return copied


def _only_one(
    name: str, files: list[Path], kinds: Collection[str], inners: Collection[str] | None
) -> tuple[Path, str]:
    found = [(file, kind) for file in files if (kind := _kind_inside(file)) in kinds and kind]
    if len(found) > 1 and inners is not None:
        wanted = [(file, kind) for file, kind in found if file.stem in inners]
        if len(wanted) != 1:
            raise WhichLayer(name=name, layers=", ".join(file.stem for file, _ in found[:20]))
        return wanted[0]
    if len(found) == 1:
        return found[0]
    if not found:
        formats = ", ".join(sorted(NAMES[each] for each in kinds))
        raise UnknownFormat(name=name, formats=f"{formats}, anche dentro uno .zip")
    names = ", ".join(file.name for file, _ in found[:5])
    raise UnsafeArchive(name=name, why=f"contiene più di un dato ({names}): consegnarne uno per volta.")


def _kind_inside(file: Path) -> str | None:
    """Recognise a file found in an archive; an index shares the magic number of the .shp it belongs to."""
    if file.suffix.lower() in _SHAPEFILE_PARTS - {".shp"} or file.stat().st_size == 0:
        return None
    kind = kind_of(file)
    return (
        None if kind == CSV and file.suffix.lower() != ".csv" else kind
    )  # a note beside the data is text too
