"""Golden answers of commands: what depends on the release is left out, what may round is rounded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from trama import __version__

GOLDEN = Path(__file__).with_name("golden")


def plain(value: Any) -> Any:
    """Leave out what depends on the release or on bytes; round what libraries may round."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        hidden = {"trace", "versione", "sha256"}
        return {key: "*" if key in hidden else plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def golden(name: str, document: dict[str, Any]) -> None:
    """Compare an answer with its golden file."""
    assert document["versione"] == __version__
    assert plain(document) == json.loads((GOLDEN / name).read_text(encoding="utf-8"))
