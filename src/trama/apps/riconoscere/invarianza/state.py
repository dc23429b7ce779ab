"""What the page sends: the day of the law and the request, each read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from trama.analyses.invarianza.pratica import Pratica, validated
from trama.analyses.invarianza.pratica.reading import BadRequest
from trama.apps.riconoscere.errors import BadField

_CLOSED = ConfigDict(extra="forbid", strict=True, frozen=True)


class SentState(BaseModel):
    """The state as the page holds it."""

    model_config = _CLOSED
    giorno: date
    pratica: dict[str, Any]

    @field_validator("giorno", mode="before")
    @classmethod
    def _day(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError("scrivere un giorno esistente, come 2026-01-15") from None


class NewRequest(BaseModel):
    """Begin a file, or try one without keeping it; the other keys are the keeper's own."""

    model_config = _CLOSED
    stato: SentState
    scheda: str = ""
    valutazione: str | None = None


class SaveRequest(BaseModel):
    """Save a state over the revision it starts from."""

    model_config = _CLOSED
    revisione: int = Field(ge=1, le=2**31 - 1)
    stato: SentState


@dataclass(frozen=True)
class State:
    """A state read: the day and the request."""

    day: date
    request: Pratica

    @classmethod
    def read(cls, sent: SentState) -> State:
        """Return what was sent as a request; raises `BadField` that names the field as the page does."""
        try:
            return cls(sent.giorno, validated(sent.pratica))
        except BadRequest as error:
            raise BadField(field=str(error.fields["field"]), why=str(error.fields["why"])) from None

    def plain(self) -> dict[str, Any]:
        """Return the request as plain JSON, without what was left as it was."""
        return self.request.model_dump(mode="json", exclude_defaults=True)
