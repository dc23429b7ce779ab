"""Write the hash-pinned lock files from pyproject.toml. Needs `uv` on the path; writes no addresses."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = ["--universal", "--generate-hashes", "--python-version", "3.11", "--no-header", "--quiet"]


def compile_lock(name: str, *options: str) -> None:
    """Resolve one lock file: `name` without its extension, and what uv should be told besides."""
    target = ROOT / "requirements" / f"{name}.lock"
    command = ["uv", "pip", "compile", "pyproject.toml", *COMMON, *options, "-o", str(target)]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    compile_lock("base")
    compile_lock("dev", "--extra", "dev", "-c", "requirements/base.lock")
