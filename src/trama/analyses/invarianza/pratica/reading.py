"""A request read from a file, or from the page, as strictly as its shape says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from trama.analyses.invarianza.pratica.request import Pratica
from trama.kernel.errors import BadInput, NotFound
from trama.kernel.strict_json import NotStrict, strict_json
from trama.norms.strict_yaml import Document, parse

MAX_BYTES = 400_000
_REASONS = {
    "missing": "manca.",
    "extra_forbidden": "non è previsto.",
    "string_too_long": "è troppo lungo (al massimo {max_length} caratteri).",
    "string_too_short": "è vuoto.",
    "string_type": "deve essere un testo.",
    "too_long": "ha troppe voci (al massimo {max_length}).",
    "greater_than": "deve essere maggiore di {gt:g}.",
    "greater_than_equal": "non può essere minore di {ge:g}.",
    "less_than_equal": "è troppo grande: al massimo {le:g}.",
    "finite_number": "deve essere un numero finito.",
    "float_type": "deve essere un numero, senza punti per le migliaia.",
    "int_type": "deve essere un numero intero.",
    "bool_type": "si scrive true oppure false.",
    "list_type": "deve essere un elenco.",
    "dict_type": "deve essere un gruppo di voci «chiave: valore».",
    "model_type": "deve essere un gruppo di voci «chiave: valore».",
    "literal_error": "si sceglie tra: {expected}.",
}


class NoSuchFile(NotFound):
    """The path does not lead to a file."""

    it = "Il file della pratica «{what}» non si trova. Controllare il percorso."
    en = "There is no file “{what}”. Check the path."


class TooMuch(BadInput):
    """More bytes than a request needs, or not text."""

    it = "«{name}» non è il file di una pratica: {why}"
    en = "“{name}” is not the file of a request: {why}"


class BadRequest(BadInput):
    """A field that cannot be used."""

    it = "{where}: il campo «{field}» {why}"
    en = "{where}: field “{field}” cannot be used: {why}"


def read_pratica(path: Path) -> Pratica:
    """Read a request from the YAML or JSON file at `path`.

    Raises
    ------
    NoSuchFile, TooMuch
    NormError
        Not valid YAML, a repeated key: file and line are named.
    BadRequest
        A field unknown, of the wrong type or out of bounds: file, line and field are named.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        raise NoSuchFile(what=path.name) from None
    return parse_pratica(data, path.name)


def parse_pratica(data: bytes, name: str) -> Pratica:
    """Read a request from the bytes of a YAML or JSON file called `name`; raises as `read_pratica`."""
    if len(data) > MAX_BYTES:
        raise TooMuch(name=name, why=f"supera {MAX_BYTES // 1000} kB.")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise TooMuch(name=name, why="non è un testo in UTF-8.") from None
    document = _document(text, name)
    if not isinstance(document.data, dict):
        raise TooMuch(name=name, why="servono righe «chiave: valore», a partire da «intervento:».")
    body = document.data
    if "pratica" in body and "versione" in body:  # the data file itself, given back
        body = body["pratica"]
    return validated(body, document)


def _document(text: str, name: str) -> Document:
    if text.lstrip().startswith("{"):
        try:
            return Document(name, strict_json(text), {})
        except NotStrict as error:
            raise TooMuch(name=name, why=f"{error}.") from None
    return parse(text, name)


def validated(data: Any, document: Document | None = None) -> Pratica:
    """Return `data` as a request; raises `BadRequest` for the first thing that is wrong."""
    try:
        return Pratica.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = tuple(part for part in first["loc"] if part not in {"function-before", "float", "int"})
        where = "Richiesta"
        if document is not None:
            line = f", riga {document.line(place)}" if document.lines else ""
            where = f"{document.name}{line}"
        field = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place)
        raise BadRequest(where=where, field=field or "richiesta", why=_reason(first)) from None
    except RecursionError:
        raise BadRequest(where="Richiesta", field="richiesta", why="ha troppi livelli.") from None


def _reason(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return f"non è utilizzabile: {context['error']}."
    sentence = _REASONS.get(error["type"], "non è del tipo atteso.")
    return sentence.format(**context).replace("' or '", ", ").replace("', '", ", ").replace("'", "")
