"""What can go wrong when the law is read."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound, TramaError


class NormError(TramaError):
    """A file of the norms (or of answers) breaks the grammar; names file and line."""

    it = "{file}, riga {line}: {why}"
    en = "{file}, line {line}: {why}"


class UnknownParameter(NotFound):
    """No parameter has that path."""

    it = "Il parametro «{what}» non esiste nelle norme caricate. {hint}"
    en = "There is no parameter “{what}” in the loaded norms. {hint}"


class NotInForce(BadInput):
    """The parameter exists, but has no value on the day asked."""

    it = "«{label}» ({path}) non è in vigore il {day}: {why}"
    en = "“{label}” ({path}) is not in force on {day}: {why}"


class NoNormsPackage(TramaError):
    """No norms package is installed, or not the one asked for."""

    it = "Nessun pacchetto di norme «{name}» è installato. Installarne uno e riprovare."
    en = "No norms package “{name}” is installed. Install one and try again."


class UnknownAnswer(BadInput):
    """An answer names something the sheet does not ask."""

    it = "La risposta «{key}» non è prevista dalla scheda. Chiavi ammesse: {known}."
    en = "The sheet has no question “{key}”. Known keys: {known}."


class BadAnswer(BadInput):
    """An answer has a value the criterion cannot take."""

    it = "La risposta a «{key}» non è valida: {why}"
    en = "The answer to “{key}” is not valid: {why}"
