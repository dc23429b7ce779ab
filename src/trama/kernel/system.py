"""What the operating system refuses, in plain words: why, and the remedy that fits."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NamedTuple


class Refusal(NamedTuple):
    """Why the system refused, to go within a sentence, and what to do, a sentence of its own."""

    why_it: str
    remedy_it: str
    why_en: str
    remedy_en: str

    @property
    def fields(self) -> dict[str, str]:
        """Return the fields of an error's template: `why_it`, `remedy_it`, `why_en`, `remedy_en`."""
        return self._asdict()


_OTHER_IT, _OTHER_EN = "Scegliere un'altra cartella.", "Choose another folder."
_TAKEN = Refusal(
    "un altro comando vi ha scritto nel frattempo",
    "Guardare che cosa contiene; poi ripetere il comando, o scegliere un'altra cartella.",
    "another command wrote there meanwhile",
    "Look at what it holds; then repeat the command, or choose another folder.",
)
_FULL = Refusal(
    "lo spazio è finito",
    "Liberare spazio, o scegliere un'altra cartella su un disco che ne ha.",
    "there is no room left",
    "Free some space, or choose a folder on a disk that has some.",
)
_FORBIDDEN = Refusal(
    "manca il permesso",
    "Controllare i permessi, o scegliere un'altra cartella.",
    "permission is lacking",
    "Check the permissions, or choose another folder.",
)
_REFUSALS = {
    errno.EEXIST: _TAKEN,
    errno.ENOTEMPTY: _TAKEN,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: Refusal(
        "il file sarebbe troppo grande per quel disco",
        _OTHER_IT,
        "the file would be too large for that disk",
        _OTHER_EN,
    ),
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: Refusal("il disco è in sola lettura", _OTHER_IT, "the disk is read only", _OTHER_EN),
    errno.ENAMETOOLONG: Refusal(
        "il nome è troppo lungo",
        "Accorciarlo, o scegliere un'altra cartella.",
        "the name is too long",
        "Shorten it, or choose another folder.",
    ),
    errno.EISDIR: Refusal(
        "è una cartella, e serve il nome di un file",
        "Spostarla, o indicare un altro nome.",
        "it is a folder, and a file is needed",
        "Move it, or give another name.",
    ),
    errno.ENOTDIR: Refusal(
        "è un file, o lo è una parte del percorso, e serve una cartella",
        _OTHER_IT,
        "it, or a part of the path, is a file, and a folder is needed",
        _OTHER_EN,
    ),
    errno.ENOENT: Refusal(
        "non c'è, o manca una cartella del percorso",
        "Controllare il percorso.",
        "it is not there, or a folder of the path is not",
        "Check the path.",
    ),
    errno.ELOOP: Refusal(
        "è un collegamento che torna su se stesso",
        "Correggere il collegamento, o scegliere un'altra cartella.",
        "it is a link that leads back to itself",
        "Mend the link, or choose another folder.",
    ),
}
_TRIED = 2**22
"""Bytes added to a file to hear again why it could not grow: a block of a raster, or more."""
UNKNOWN = Refusal(
    "il sistema non lo permette",
    "Controllare il percorso, i permessi e lo spazio.",
    "the system does not allow it",
    "Check the path, the permissions and the room.",
)


def refusal(error: BaseException) -> Refusal:
    """Return what the system says, which a library may have wrapped.

    >>> refusal(OSError(errno.ENOSPC, "No space left on device")).why_it
    'lo spazio è finito'
    """
    said = spoken(error)
    return _REFUSALS.get((isinstance(said, OSError) and said.errno) or 0, UNKNOWN)


def spoken(error: BaseException) -> BaseException:
    """Return the error of the system that one wraps, or the first that there was.

    Only what is an `OSError` bears a number of the system's: a library's own errors have numbers of theirs.
    """
    deepest = error
    while not (isinstance(deepest, OSError) and deepest.errno is not None) and deepest.__cause__ is not None:
        deepest = deepest.__cause__
    return deepest


def asked_again(error: Exception, folder: Path) -> Exception:
    """Return an error that bears the system's reason, where a library lost it, by writing once more.

    Parameters
    ----------
    folder
        Where the files were being made. They are about to be thrown away: some bytes are added to them.
    """
    said = spoken(error)
    if isinstance(said, OSError) and said.errno is not None:
        return error
    try:
        made = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
        for path in [*made, folder / "prova"]:
            with path.open("ab") as file:
                file.write(bytes(_TRIED))
    except OSError as again:
        return again
    return error
