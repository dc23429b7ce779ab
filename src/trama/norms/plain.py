"""One number of the norms on a day, without waiting for the whole grammar.

What is plain (a number of the installed package, with its dates, act and status) is read here. All the rest
goes the long way: a table, a value of the institution's own, a path or a day that has none, a mistake.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from trama.kernel.citations import Citation, Status
from trama.norms import strict_yaml
from trama.norms.in_force import InForce
from trama.norms.package import chosen_name, package_called


def value_in_force(path: str, day: date, name: str = "", overlay: Path | None = None) -> InForce:
    """Return parameter `path` as in force on `day`, as ``load_parameter(path).at(day)`` does.

    Raises
    ------
    NoNormsPackage, NormError, UnknownParameter, NotInForce
        Each says what to do.
    """
    folder, _, key = path.rpartition("/")
    root = package_called(chosen_name(name)).root
    own = overlay is not None and (overlay / folder / "parameters.yaml").exists()
    found = None if own else _plain(root, folder, key, day)
    if found is None:
        from trama.norms.book import load_parameter

        return load_parameter(path, name, overlay).at(day)
    return found


def _plain(root: Path, folder: str, key: str, day: date) -> InForce | None:
    """Read a number; None where anything is not as it usually is."""
    file = root / folder / "parameters.yaml"
    if not file.is_file():
        return None
    document: Any = strict_yaml.load(file, root).data
    try:
        body = document[key]
        days = [date.fromisoformat(dated["from"]) for dated in body["values"]]
        since = max(start for start in days if start <= day)
        dated = body["values"][days.index(since)]
        value, act = dated["value"], dated["citation"]
        if body["kind"] != "scalar" or days != sorted(set(days)) or type(value) not in (int, float):
            return None
        return InForce(
            f"{folder}/{key}",
            body["name"]["it"],
            value,
            body["unit"],
            body["kind"],
            since,
            Status(dated["status"]),
            Citation(act["act"], act["place"], act.get("url")),
        )
    except (KeyError, TypeError, ValueError):
        return None
