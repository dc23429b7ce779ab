"""Where an installation keeps what it knows."""

from __future__ import annotations

import os
from pathlib import Path

from trama.lake.lake import Lake


def home() -> Path:
    """Return the installation's folder: ``TRAMA_HOME``, or ``var`` under the current one."""
    return Path(os.environ.get("TRAMA_HOME") or "var").resolve()


def open_lake() -> Lake:
    """Return the lake of this installation."""
    return Lake(home() / "lake")
