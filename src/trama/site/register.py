"""The register's database: SQLite in the installation's folder, or PostgreSQL where an address says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from trama.kernel.errors import BadInput

_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"


def register_database(home: Path, address: str) -> dict[str, Any]:
    """Return Django's settings for the register.

    Parameters
    ----------
    home
        The installation's folder; the SQLite file is ``registro.sqlite3`` in it.
    address
        ``postgresql://user:password@host:port/name``, or empty for SQLite.

    Raises
    ------
    BadInput
        The address is of another kind, or names no database.
    """
    if not address:
        home.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "registro.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _PRAGMAS},
            # Tests write to a file too: a database in memory does not let two writers wait for each other.
            "TEST": {"NAME": home / "registro-prova.sqlite3"},
        }
    parts = urlsplit(address)
    name = parts.path.lstrip("/")
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise BadInput(why="TRAMA_DATABASE si scrive postgresql://utente:parola@macchina:porta/nome.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(name),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
