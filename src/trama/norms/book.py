"""A city's norms, read whole: parameters, sheets, layer manifests, cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from trama.kernel.layers import Manifest
from trama.norms import strict_yaml
from trama.norms.composites import CompositeIndex, check_index
from trama.norms.errors import UnknownParameter
from trama.norms.in_force import InForce
from trama.norms.memberships import Relation, read_rows
from trama.norms.package import NormsPackage, chosen_name, package_called
from trama.norms.parameters import Parameter, read_table, unlike
from trama.norms.sheet_checks import check_sheet
from trama.norms.sheets import Sheet
from trama.norms.strict_yaml import Document

_M = TypeVar("_M", bound=BaseModel)
UNKNOWN_HINT = "L'elenco è nella pagina delle norme: docs/norms-status.md."
_MANIFEST = TypeAdapter(Manifest)


class CaseSource(BaseModel):
    """Where the expected value of a case comes from."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    kind: Literal["act_example", "hand_computed", "other_software", "regression"]
    where: str


class Case(BaseModel):
    """A worked example beside a norm, on a day, with the origin of what it expects."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    path: str
    name: str
    day: date
    source: CaseSource
    given: dict[str, Any]
    expect: dict[str, Any]
    tolerance: float = 0.0


@dataclass(frozen=True)
class NormBook:
    """Everything a norms package says, validated; nothing here depends on today's date."""

    package: NormsPackage
    parameters: dict[str, Parameter]
    sheets: dict[str, Sheet]
    manifests: dict[str, Manifest]
    cases: list[Case]
    relations: dict[str, Relation] = field(default_factory=dict)
    indices: dict[str, CompositeIndex] = field(default_factory=dict)
    sitings: dict[str, Sheet] = field(default_factory=dict)
    """Sheets that judge where something should stand (``siting.yaml``); `sheets` judge interventions."""

    def value(self, path: str, day: date) -> InForce:
        """Return parameter `path` as in force on `day`.

        Raises
        ------
        UnknownParameter
            There is no such path.
        NotInForce
            It has no value on that day; the sentence says what to do.
        """
        if path not in self.parameters:
            raise UnknownParameter(what=path, hint=UNKNOWN_HINT)
        return self.parameters[path].at(day)

    def change_days(self) -> list[date]:
        """Return every day on which any value changes, and the day before each, in order."""
        days = {day for parameter in self.parameters.values() for day in parameter.changes()}
        return sorted(days.union(*(relation.changes() for relation in self.relations.values())))

    def under(self, folder: str) -> Iterator[Parameter]:
        """Yield the parameters of one folder of the norms."""
        return (parameter for path, parameter in self.parameters.items() if path.rpartition("/")[0] == folder)


def load_book(name: str = "", overlay: Path | None = None) -> NormBook:
    """Load the norms package called `name`, or the only (first, by name) one installed.

    Parameters
    ----------
    overlay
        Folder with the institution's own files, in the same grammar and at the same places: a parameter or
        sheet found there takes the place of the package's.

    Raises
    ------
    NoNormsPackage
        None is installed under that name.
    NormError
        A file breaks the grammar; the sentence names file and line.
    """
    return _load(chosen_name(name), overlay, _stamp(overlay))


def load_parameter(path: str, name: str = "", overlay: Path | None = None) -> Parameter:
    """Read one parameter alone, from the same files and as strictly: for a command that needs one value.

    Only the file the parameter is in is read, and only its table: a mistake elsewhere is not seen.

    Raises
    ------
    NoNormsPackage, NormError
        As `load_book`.
    UnknownParameter
        There is no such path.
    """
    folder, _, key = path.rpartition("/")
    book = NormBook(package_called(chosen_name(name)), {}, {}, {}, [])
    for root in filter(None, (book.package.root, overlay)):
        file = root / folder / "parameters.yaml"
        if file.is_file():
            document = strict_yaml.load(file, root)
            _check_form(document, dict)
            _add_parameters(book, document, folder, file, only=key)
    if path not in book.parameters:
        raise UnknownParameter(what=path, hint=UNKNOWN_HINT)
    return book.parameters[path]


def read_book(package: NormsPackage, overlay: Path | None = None) -> NormBook:
    """Read every file under the package's folder; raises `NormError` at the first that breaks the grammar."""
    book = NormBook(package, {}, {}, {}, [])
    for root in (package.root, overlay):
        if root is not None:
            _read_folder(book, root)
    _check_references(book)
    return book


@lru_cache(maxsize=8)
def _load(name: str, overlay: Path | None, _stamp: tuple[tuple[str, int], ...]) -> NormBook:
    return read_book(package_called(name), overlay)


def _stamp(overlay: Path | None) -> tuple[tuple[str, int], ...]:
    """Return what tells whether the institution's files changed since they were read."""
    if overlay is None:
        return ()
    files = sorted(file for file in overlay.rglob("*") if file.is_file())
    return tuple((file.as_posix(), file.stat().st_mtime_ns) for file in files)


def _read_folder(book: NormBook, root: Path) -> None:
    for file in sorted(root.rglob("*.yaml")):
        folder = file.parent.relative_to(root).as_posix()
        document = strict_yaml.load(file, root)
        _check_form(document, list if file.name == "cases.yaml" else dict)
        if file.parent.name == "strati":
            _add_manifest(book, document, file)
        elif reader := _READERS.get(file.name):
            reader(book, document, folder, file)
        else:
            raise document.error(
                (), f"un file delle norme si chiama {', '.join(_READERS)}: «{file.name}» no."
            )


def _check_form(document: Document, form: type) -> None:
    """Refuse a document that is not the mapping (the list, for cases) that its reader walks."""
    if document.data is not None and not isinstance(document.data, form):
        kind = "un elenco" if form is list else "un insieme di chiavi"
        raise document.error((), f"il file deve essere {kind}.")


def _add_parameters(book: NormBook, document: Document, folder: str, file: Path, only: str = "") -> None:
    for key, body in (document.data or {}).items():
        if only not in ("", key):
            continue
        if not isinstance(body, dict):
            raise document.error((key,), "un parametro è un insieme di chiavi.")
        values = [
            _with_table(document, (key, "values", i), value, file)
            for i, value in enumerate(body.get("values") or [])
        ]
        path = f"{folder}/{key}"
        parameter = _validated(Parameter, {**body, "values": values, "path": path}, document, (key,))
        if why := unlike(book.parameters.get(path), parameter):
            raise document.error((key,), f"«{key}» prende il posto di quello del pacchetto, ma {why}")
        book.parameters[path] = parameter


def _with_table(document: Document, place: strict_yaml.Place, dated: Any, file: Path) -> Any:
    value = dated.get("value") if isinstance(dated, dict) else None
    if not (isinstance(value, dict) and set(value) == {"csv"}):
        return dated
    table = (file.parent / str(value["csv"])).resolve()
    if table.parent != file.parent.resolve() or not table.is_file():
        raise document.error((*place, "value"), f"la tabella «{value['csv']}» non è accanto a questo file.")
    try:
        return {**dated, "value": read_table(table)}
    except ValueError as error:
        raise document.error((*place, "value"), str(error)) from None


def _add_relations(book: NormBook, document: Document, folder: str, file: Path) -> None:
    for key, body in (document.data or {}).items():
        table = (file.parent / str(body.get("rows"))).resolve()
        if table.parent != file.parent.resolve() or not table.is_file():
            raise document.error(
                (key, "rows"), f"la tabella «{body.get('rows')}» non è accanto a questo file."
            )
        path = f"{folder}/{key}"
        try:
            rows = read_rows(table)
        except ValueError as error:
            raise document.error((key, "rows"), str(error)) from None
        book.relations[path] = _validated(Relation, {**body, "rows": rows, "path": path}, document, (key,))


def _add_sheet(book: NormBook, document: Document, folder: str, _file: Path) -> None:
    sheet = _validated(Sheet, {**document.data, "path": folder}, document, ())
    book.sheets[sheet.id] = sheet


def _add_siting(book: NormBook, document: Document, folder: str, _file: Path) -> None:
    sheet = _validated(Sheet, {**document.data, "path": folder}, document, ())
    book.sitings[sheet.id] = sheet


def _add_index(book: NormBook, document: Document, folder: str, _file: Path) -> None:
    index = _validated(CompositeIndex, {**document.data, "path": folder}, document, ())
    book.indices[index.id] = index


def _add_cases(book: NormBook, document: Document, folder: str, _file: Path) -> None:
    for index, body in enumerate(document.data or []):
        day = date.fromisoformat(str(body.get("day")))
        case = _validated(Case, {**body, "path": folder, "day": day}, document, (index,))
        if any(case.name == other.name for other in book.cases):
            raise document.error((index, "name"), f"il nome «{case.name}» è già di un altro caso.")
        book.cases.append(case)


def _add_manifest(book: NormBook, document: Document, file: Path) -> None:
    try:
        manifest = _MANIFEST.validate_python(document.data)
    except ValidationError as error:
        raise _located(error, document, ()) from None
    if manifest.id != file.stem:
        raise document.error(("id",), f"l'identificativo «{manifest.id}» deve essere il nome del file.")
    book.manifests[manifest.id] = manifest


def _check_references(book: NormBook) -> None:
    for sheet in (*book.sheets.values(), *book.sitings.values()):
        for table in sheet.tables():
            if f"{sheet.path}/{table}" not in book.parameters:
                raise UnknownParameter(what=f"{sheet.path}/{table}", hint=f"Lo nomina la scheda {sheet.id}.")
        check_sheet(sheet, book.parameters)
    for index in book.indices.values():
        for path in index.tables():
            if path not in book.parameters:
                raise UnknownParameter(what=path, hint=f"Lo nomina l'indice {index.id}.")
        check_index(index, book.parameters)


def _validated(model: type[_M], data: Any, document: Document, place: strict_yaml.Place) -> _M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _located(error, document, place) from None


def _located(error: ValidationError, document: Document, place: strict_yaml.Place) -> Exception:
    first = error.errors(include_url=False)[0]
    within = place + tuple(first["loc"])
    keys = ".".join(str(part) for part in within)
    return document.error(
        within, f"«{keys}»: {_in_italian(first['type'], first['msg'], first.get('ctx', {}))}"
    )


def _in_italian(kind: str, message: str, limits: dict[str, Any]) -> str:
    known = {
        "extra_forbidden": "chiave non prevista: controllare l'ortografia o toglierla.",
        "missing": "manca.",
        "string_type": "deve essere un testo (tra virgolette se sembra un numero).",
        "string_too_short": "è troppo corto: servono almeno {min_length} caratteri.",
        "list_type": "deve essere un elenco.",
        "dict_type": "deve essere un insieme di chiavi.",
        "model_type": "deve essere un insieme di chiavi.",
        "model_attributes_type": "deve essere un insieme di chiavi.",
        "float_type": "deve essere un numero.",
        "int_type": "deve essere un numero intero.",
        "bool_type": "deve essere true o false.",
        "literal_error": "deve essere uno di questi: {expected}.",
    }
    return known[kind].format(**limits) if kind in known else message.removeprefix("Value error, ")


_READERS: dict[str, Callable[[NormBook, Document, str, Path], None]] = {
    "parameters.yaml": _add_parameters,
    "relations.yaml": _add_relations,
    "sheet.yaml": _add_sheet,
    "siting.yaml": _add_siting,
    "index.yaml": _add_index,
    "cases.yaml": _add_cases,
}
