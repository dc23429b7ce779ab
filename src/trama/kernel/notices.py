"""What a person should know, that does not stop the work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence in both languages, with a code that tests and pages can rely on."""

    code: str
    it: str
    en: str

    def __str__(self) -> str:
        return self.it

    def to_json(self) -> dict[str, str]:
        """Return the notice as plain JSON values."""
        return {"code": self.code, "it": self.it, "en": self.en}
