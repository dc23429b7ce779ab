"""The files that an input is made of, to the bottom: no result may take the place of one.

A recipe (a virtual raster, an OGR virtual layer) names others, which may be recipes too, inside archives or
behind a driver's prefix. What a recipe mentions is followed by its text, without asking which of its elements
the library reads: a file too many protects a name too many, a file too few loses data.
"""

from __future__ import annotations

import errno
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape
from os.path import realpath
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from trama.analyses.rasters.errors import CannotWrite, OverInput
from trama.kernel.system import refusal

RECIPES = (
    b"<vrtdataset",
    b"<ogrvrt",
    b"<gdaltileindexdataset",
    b"<mrf_meta",
    b"gdal_streamed_alg",
    b"<gdal_w",
)
HEAD_BYTES = 8192
PARTS = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".shp.xml"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
    ".csv": (".csvt", ".prj"),
    ".gml": (".gfs", ".xsd"),
}
"""Suffix → those of the files that stand beside, and are one dataset with it."""
IN_ARCHIVES = (".vrt", ".gti", ".json")
MOST_HELD, MOST_BYTES = 1000, 2**24
"""How many recipes in an archive are read, and how long."""
_TEXTS = re.compile(r"<!\[CDATA\[(.*?)\]\]>|>([^<>]+)<|\"([^\"]*)\"|'([^']*)'", re.DOTALL)
_NUMBERS = re.compile(r"[-+\d.,eE\s]*")
_CUTS = [re.compile(cut) for cut in (r"[:?\"{}|&=]+", r",", r"[\s,:;|?&={}\"'<>]+")]
_VIRTUAL = re.compile(r"/vsi[a-z0-9_]+/")


def spare_inputs(out: Path, results: Sequence[str], inputs: Sequence[Path | str]) -> None:
    """Refuse an output folder where a result would take the place of an input, or of what one is made of.

    What else lies in the folder, inputs included, stays as it is.

    Raises
    ------
    OverInput
        Nothing has been written.
    CannotWrite
        A folder has the name of a result.
    """
    refuse_folders(out, results)
    made_of = files_behind(inputs)
    for name in results:
        if real(out / name) in made_of:
            raise OverInput(name=name)


def refuse_folders(out: Path, names: Sequence[str]) -> None:
    """Refuse results that would take the place of a folder; raises `CannotWrite`."""
    for name in names:
        if _is_folder(out / name):
            reason = refusal(IsADirectoryError(errno.EISDIR, ""))
            raise CannotWrite(path=out / name, **reason.fields)


def real(path: Path | str) -> Path:
    """Return where a path leads; links that turn in a circle lead nowhere, and stay as they are."""
    return Path(realpath(path))


def files_behind(inputs: Sequence[Path | str]) -> set[Path]:
    """Return the files that inputs are made of, themselves included; names of the library are understood."""
    here = Path.cwd()
    waiting = [file for name in inputs for file in (Path(name), *_mentioned(str(name), here))]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        file = real(path)
        if file in found:
            continue
        found.add(file)
        waiting += [*_beside(path), *_beside(file), *_inside(file)]
        if text := _recipe(file):
            # What is relative is so to the recipe, to where a link to it is, or to the current folder.
            for folder in {file.parent, path.absolute().parent, here}:
                waiting += _named_in(text, folder)
    return found


def _inside(folder: Path) -> list[Path]:
    """Return the files of a folder that is a dataset: those right in it, or all of a partitioned table."""
    if not _is_folder(folder):
        return []
    try:
        return list(folder.rglob("*") if folder.suffix.lower().endswith("parquet") else folder.iterdir())
    except OSError:
        return []


def _recipe(file: Path) -> str:
    """Return the text of a file, or of those in an archive, that name others; empty for any other."""
    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                held = [one for one in archive.infolist() if one.filename.lower().endswith(IN_ARCHIVES)]
                texts = [archive.read(one) for one in held[:MOST_HELD] if one.file_size <= MOST_BYTES]
                return b"\n".join(texts).decode("utf-8", errors="surrogateescape")
        with file.open("rb") as opened:
            head = opened.read(HEAD_BYTES)
            if not any(mark in head.lower() for mark in RECIPES):
                return ""
            return (head + opened.read()).decode("utf-8", errors="surrogateescape")
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return ""


def _named_in(text: str, folder: Path) -> Iterator[Path]:
    """Yield the files that are there among those that the elements and attributes of a recipe name."""
    for words in {next(filter(None, match.groups()), "") for match in _TEXTS.finditer(text)}:
        said = unescape(words).strip()
        if _NUMBERS.fullmatch(said):
            continue
        yield from _mentioned(said, folder)
        if said != words and "<" in said:  # a recipe within a recipe
            yield from _named_in(said, folder)


def _mentioned(said: str, folder: Path) -> Iterator[Path]:
    """Yield the files that are there among those that a name of the library may mean.

    `/vsizip/a.zip/b.tif` is the archive, `NETCDF:"a.nc":rain` and `vrt://a.tif?bands=1` what is between.
    """
    plain = _VIRTUAL.sub("", said)
    pieces = {one for whole in (said, plain) for cut in _CUTS for one in cut.split(whole)}
    pieces |= {f"/{piece}" for piece in pieces if plain != said}
    for piece in {said, plain, *pieces}:
        if not piece:
            continue
        path = folder / piece.removeprefix("//")
        if piece == said and _is_folder(path):
            yield path
        elif there := _first_file(path):
            yield there


def _first_file(path: Path) -> Path | None:
    """Return the path, or the file among the folders it goes through: an archive; None if there is none."""
    for one in (path, *path.parents):
        if S_ISREG(_mode(one)):
            return one
        if S_ISDIR(_mode(one)):
            return None
    return None


def _is_folder(path: Path) -> bool:
    return S_ISDIR(_mode(path))


def _mode(path: Path) -> int:
    """Return the kind of a file; 0 where there is none, or the text cannot be a name."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def _beside(path: Path) -> list[Path]:
    """Return the parts that stand beside a file, of a dataset of many files."""
    wanted = PARTS.get(path.suffix.lower(), ())
    if not wanted:
        return []
    try:
        return [
            one
            for one in path.parent.iterdir()
            if one.name.startswith(path.stem) and one.name[len(path.stem) :].lower() in wanted
        ]
    except OSError:
        return []
