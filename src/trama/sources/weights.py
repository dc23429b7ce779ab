"""A file of weights for an index: the JSON that the page saves, or a CSV ``voce;peso``."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from trama.kernel.errors import BadInput
from trama.kernel.strict_json import NotStrict, strict_json
from trama.kernel.text_files import read_text

_MAX_BYTES = 200_000
_EMPTY = "non dà nessun peso né regola: scriverne almeno uno, o non indicare il file."


class UnreadableWeights(BadInput):
    """The file is neither of the two forms."""

    it = "Il file di pesi «{name}» non è utilizzabile: {why}"
    en = "The file of weights “{name}” cannot be used: {why}"


def read_weights(path: Path) -> dict[str, Any]:
    """Return what the file says, by name, not yet checked against an index.

    The JSON has ``pesi``, ``pesi_pilastri``, ``normalizzazione``, ``aggregazione``, ``nome``. The CSV has a
    row for each indicator, pillar or rule (``voce;peso``); they come back under ``voci``, as text.

    Raises
    ------
    UnreadableWeights
        Not there, not UTF-8, neither form; the sentence says what to do.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UnreadableWeights(name=path.name, why="è troppo grande per essere un elenco di pesi.")
        text = read_text(path)
    except (OSError, UnicodeDecodeError):
        raise UnreadableWeights(name=path.name, why="non esiste o non è un testo.") from None
    if text.lstrip().startswith("{"):
        return _json(path, text)
    head = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if head.count(";") >= head.count(",") else ",")
    if not {"voce", "peso"} <= set(rows.fieldnames or ()):
        why = "servono le colonne «voce» e «peso», oppure il JSON che la pagina dell'indice salva."
        raise UnreadableWeights(name=path.name, why=why)
    entries: dict[str, str] = {}
    for line, row in enumerate(rows, start=2):
        name = (row["voce"] or "").strip()
        if name in entries:
            raise UnreadableWeights(name=path.name, why=f"alla riga {line} «{name}» c'è già.")
        if name:
            entries[name] = (row["peso"] or "").strip()
    if not entries:
        raise UnreadableWeights(name=path.name, why=_EMPTY)
    return {"voci": entries}


def _json(path: Path, text: str) -> dict[str, Any]:
    try:
        body = strict_json(text)
    except NotStrict as error:
        raise UnreadableWeights(name=path.name, why=f"{error}.") from None
    inside = body.get("alternativa", body)
    if not isinstance(inside, dict):
        raise UnreadableWeights(name=path.name, why="il JSON deve essere un insieme di chiavi.")
    named = isinstance(inside.get("nome") or "", str)
    if named and not any(value for key, value in inside.items() if key not in {"indice", "nome"}):
        raise UnreadableWeights(name=path.name, why=_EMPTY)
    return inside
