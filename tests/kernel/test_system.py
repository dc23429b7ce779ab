"""What the system refuses is said in Italian, with the remedy that fits."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from trama.kernel.errors import Unavailable
from trama.kernel.system import UNKNOWN, asked_again, refusal
from trama.lake.files import write_together

NUMBERS = "EEXIST ENOTEMPTY ENOSPC EDQUOT EFBIG EACCES EPERM EROFS ENAMETOOLONG EISDIR ENOTDIR ENOENT ELOOP"


@pytest.mark.parametrize("name", NUMBERS.split())
def test_each_has_its_words_and_none_of_the_systems(name: str) -> None:
    number = getattr(errno, name)
    found = refusal(OSError(number, os.strerror(number)))
    assert found != UNKNOWN
    assert not any(os.strerror(number).lower() in words.lower() for words in found[:2])
    assert ("iberare spazio" in found.remedy_it) == (name in ("ENOSPC", "EDQUOT"))


def test_what_is_not_known_is_said_so() -> None:
    assert refusal(OSError(errno.EIO, "Input/output error")) == refusal(RuntimeError("x")) == UNKNOWN


def test_a_destination_that_is_a_folder_stops_before_the_first_file(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with pytest.raises(Unavailable, match=r"b non è disponibile. Non si può scrivere: è una cartella"):
        write_together([(tmp_path / "a", b"1"), (tmp_path / "b", b"2")])
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_folder_that_is_not_there_is_named_in_italian(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="manca una cartella del percorso"):
        write_together([(tmp_path / "no" / "a", b"1")])


class _OfALibrary(Exception):
    errno = 1  # EPERM among the system's numbers, something else among its own


def _lost() -> OSError:
    error = OSError("Write failed. See previous exception for details.")
    error.__cause__ = _OfALibrary("TIFFAppendToStrip:Write error at scanline 0")
    return error


def test_the_numbers_of_a_library_are_not_those_of_the_system() -> None:
    assert refusal(_lost()) == UNKNOWN


def test_a_reason_that_a_library_lost_is_asked_of_the_system_again(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    (tmp_path / "a.tif").write_bytes(b"1" * 1000)
    assert asked_again(_lost(), tmp_path).errno is None  # nothing stands in the way
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        again = asked_again(_lost(), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert again.errno == errno.EFBIG
    assert "troppo grande" in refusal(again).why_it
