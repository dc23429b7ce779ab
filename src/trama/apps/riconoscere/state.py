"""What the page sends: read strictly, so that nothing hostile or half-made reaches the register."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from trama.apps.requests import holds, json_of
from trama.apps.riconoscere.errors import BadField, NotJson
from trama.kernel.strict_json import NotStrict

MAX_REQUEST_BYTES = 2_000_000
_CLOSED = ConfigDict(extra="forbid", strict=True, frozen=True)
_M = TypeVar("_M", bound=BaseModel)


def _printable(text: str) -> str:
    """Refuse what a database or a document cannot hold: control characters, halves of a character."""
    if not holds(text):
        raise ValueError("contiene caratteri non ammessi: riscriverlo senza")
    return text


def read_day(text: object) -> object:
    """Return the day written ``2026-01-15``; what is not text is left to the type. Raises ``ValueError``."""
    if not isinstance(text, str):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("scrivere un giorno esistente, come 2026-01-15") from None


Text = Annotated[str, AfterValidator(_printable)]
Key = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_printable)]
Amount = Annotated[float, Field(ge=0, le=1e10, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
_MOST_SHEETS = 20
Surfaces = Annotated[dict[Key, Amount], Field(max_length=60)]


class SolutionState(BaseModel):
    """A solution of the catalogue; the quantity may still be missing."""

    model_config = _CLOSED
    id: Key
    area_m2: Amount | None = None


class AnswerState(BaseModel):
    """An answer, with the reason where it replaces a computed value."""

    model_config = _CLOSED
    valore: Key | Number | Annotated[list[Key], Field(max_length=60)] | Surfaces | None = None
    motivo: Annotated[str, Field(max_length=2000), AfterValidator(_printable)] = ""


class State(BaseModel):
    """Everything a person says of an intervention, as the page holds it.

    ``geometria`` is a GeoJSON geometry in degrees (or None); surfaces are square metres by class, None where
    they are to be estimated. ``risposte`` holds the answers sheet by sheet: area, surfaces and solutions are
    said once for all of them.
    """

    model_config = _CLOSED
    nome: Annotated[str, Field(max_length=200), AfterValidator(_printable)] = ""
    geometria: dict[str, Any] | None = None
    tipologie: Annotated[list[SolutionState], Field(max_length=100)] = []
    stato_attuale: Surfaces | None = None
    progetto: Surfaces | None = None
    risposte: Annotated[
        dict[Key, Annotated[dict[Key, AnswerState], Field(max_length=200)]], Field(max_length=_MOST_SHEETS)
    ] = {}
    giorno: date

    @field_validator("giorno", mode="before")
    @classmethod
    def _day(cls, text: object) -> object:
        return read_day(text)

    @property
    def properties(self) -> dict[str, Any]:
        """What is kept besides area, name, answers and day."""
        return {
            "tipologie": [solution.model_dump() for solution in self.tipologie],
            "stato_attuale": self.stato_attuale,
            "progetto": self.progetto,
        }

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as plain JSON, by sheet; a sheet without answers is left out."""
        return {
            sheet: {key: answer.model_dump() for key, answer in given.items()}
            for sheet, given in self.risposte.items()
            if given
        }


class NewRequest(BaseModel):
    """Begin an evaluation, or try one without keeping it; ``scheda`` is the sheet that is shown first."""

    model_config = _CLOSED
    scheda: Key
    stato: State
    valutazione: Key | None = None


class SaveRequest(BaseModel):
    """Save a state over the revision it starts from."""

    model_config = _CLOSED
    revisione: Annotated[int, Field(ge=1, le=2**31 - 1)]
    stato: State


def read_request(request: HttpRequest, shape: type[_M]) -> _M:
    """Read a request's JSON as `shape`.

    Raises
    ------
    TooBig, NotData, BadText, NotJson
        More than `MAX_REQUEST_BYTES`; a form with files; characters that cannot be kept; not JSON, repeated
        keys, NaN, too deep.
    BadField
        A field of the wrong type or out of its bounds; the sentence names it.
    """
    try:
        data = json_of(request, MAX_REQUEST_BYTES)
    except NotStrict as error:
        raise NotJson(why=f"{error}.") from None
    return validated(data, shape)


def validated(data: Any, shape: type[_M]) -> _M:
    """Return `data` as `shape`; raises `BadField` for the first thing that is wrong."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = [str(part) for part in first["loc"] if part != "stato"]
        raise BadField(field=".".join(place[:4]) or "richiesta", why=_reason(first)) from None
    except RecursionError:
        raise NotJson(why="troppi livelli annidati.") from None


_REASONS = {
    "missing": "manca.",
    "extra_forbidden": "non è previsto.",
    "string_too_long": "è troppo lungo (al massimo {max_length} caratteri).",
    "string_too_short": "è vuoto.",
    "too_long": "ha troppe voci (al massimo {max_length}).",
    "greater_than_equal": "non può essere minore di {ge}.",
    "less_than_equal": "è troppo grande.",
    "finite_number": "deve essere un numero finito.",
}


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "too_long" and isinstance(error["input"], str):
        return _REASONS["string_too_long"].format(**error["ctx"])
    if error["type"] == "value_error":
        return f"{error['ctx']['error']}."
    return _REASONS.get(error["type"], "non è del tipo atteso.").format(**error.get("ctx", {}))
