"""Refuse what must never be committed: heavy files, registry addresses in lock files, overlong modules."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAVY_BYTES = 1_000_000
LONG_LINES = 400
_ADDRESS = re.compile(r"https?://|file:|--index-url|--extra-index-url")


def tracked() -> list[Path]:
    """Return the files git tracks or would add, relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    return [ROOT / name for name in listing.decode().split("\0") if name and (ROOT / name).is_file()]


def problems(files: list[Path]) -> list[str]:
    """Return one sentence per file that breaks a rule."""
    found = []
    for file in files:
        name = file.relative_to(ROOT).as_posix()
        if file.stat().st_size > HEAVY_BYTES:
            found.append(f"{name}: over 1 MB")
        if file.suffix == ".lock" and _ADDRESS.search(file.read_text(encoding="utf-8")):
            found.append(f"{name}: carries an address")
        if file.name == "package-lock.json" and '"resolved"' in file.read_text(encoding="utf-8"):
            found.append(f"{name}: carries `resolved` addresses")
        if file.suffix == ".py" and len(file.read_text(encoding="utf-8").splitlines()) > LONG_LINES:
            found.append(f"{name}: over {LONG_LINES} lines, divide it")
    return found


if __name__ == "__main__":
    lines = problems(tracked())
    print("\n".join(lines), end="\n" if lines else "")
    sys.exit(1 if lines else 0)
