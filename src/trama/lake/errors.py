"""What can go wrong when layers are read or written."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound, Unavailable


class UnknownLayer(NotFound):
    """No layer has that id, or it has no version yet."""

    it = "Il livello «{what}» non c'è nella base di conoscenza. {hint}"
    en = "The knowledge base has no layer “{what}”. {hint}"


class UnknownVersion(NotFound):
    """The layer exists; that version of it does not."""

    it = "Il livello «{layer}» non ha la versione «{what}». {hint}"
    en = "Layer “{layer}” has no version “{what}”. {hint}"


class DamagedVersion(Unavailable):
    """The files of a version no longer match what was recorded."""

    it = "La versione {version} di «{layer}» risulta alterata: {why} Ripristinarla da una copia."
    en = "Version {version} of “{layer}” looks altered: {why} Restore it from a copy."


class NotWritten(Unavailable):
    """The disk did not take what was to be written; what was there before is untouched."""

    it = (
        "Non è stato possibile scrivere «{layer}» in {folder}: {why_it} ({free_mb:.0f} MB liberi). Nulla è "
        "cambiato. {remedy_it}"
    )
    en = (
        "“{layer}” could not be written in {folder}: {why_en} ({free_mb:.0f} MB free). Nothing has changed. "
        "{remedy_en}"
    )


class BadLayerId(BadInput):
    """The id of a layer is not a plain word."""

    it = (
        "«{what}» non può essere il nome di un livello: servono lettere minuscole, cifre e _ (es. uso_suolo)."
    )
    en = "“{what}” cannot name a layer: use lower-case letters, digits and _ (e.g. uso_suolo)."


class SchemaMismatch(BadInput):
    """The data do not have the form the manifest declares."""

    it = "I dati per «{layer}» non corrispondono alla sua scheda: {why}"
    en = "The data for “{layer}” do not match its manifest: {why}"


class UnknownTrace(NotFound):
    """No stored trace has that id."""

    it = "La spiegazione «{what}» non c'è tra quelle conservate. {hint}"
    en = "There is no stored trace “{what}”. {hint}"


class DamagedTrace(Unavailable):
    """The file of a trace no longer says what its id was made from."""

    it = (
        "La spiegazione «{what}» è rovinata o è stata modificata dopo il calcolo: non vale più. "
        "Ripristinarla da una copia, oppure cancellarne il file e ripetere il calcolo."
    )
    en = (
        "The trace “{what}” is damaged or was changed after the run: it no longer counts. "
        "Restore it from a copy, or delete its file and run again."
    )
