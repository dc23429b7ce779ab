"""The key that signs sessions and forms: made once, kept in the installation's folder, its owner's only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

NAME = "secret_key"


def secret_key(home: Path) -> str:
    """Return the installation's key, writing it (mode 0600) the first time.

    Two processes starting together both end with the key of the first.
    """
    path = home / NAME
    home.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        draft = home / f".{NAME}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(50))
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
