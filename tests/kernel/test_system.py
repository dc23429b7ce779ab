"""What the system refuses is said in Italian, with the remedy that fits."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from trama.kernel.errors import Unavailable
from trama.kernel.system import UNKNOWN, refusal
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
