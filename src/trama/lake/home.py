"""Where an installation keeps what it knows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trama.lake.lake import Lake


def home() -> Path:
    """Return the installation's folder: ``TRAMA_HOME``, or ``var`` under the current one."""
    return Path(os.environ.get("TRAMA_HOME") or "var").resolve()


def open_lake() -> Lake:
    """Return the lake of this installation."""
    from trama.lake.lake import Lake

    return Lake(home() / "lake")
