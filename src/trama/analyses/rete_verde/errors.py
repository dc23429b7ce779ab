"""What can go wrong when the priorities of the Rete Verde are computed."""

from __future__ import annotations

from trama.kernel.errors import BadInput, Unavailable


class NoIndicators(Unavailable):
    """No table of vulnerability is in the lake."""

    it = (
        "Per le priorità della Rete Verde serve almeno una tabella di vulnerabilità, e non ce n'è: mancano "
        "{layers}. Eseguire «trama storm run --event-mm 61,4» e «trama warm run»."
    )
    en = "The priorities need at least one table of vulnerability: {layers} are missing. Run STORM or WARM."


class MissingLayers(Unavailable):
    """The ground on which actions are placed is not there."""

    it = (
        "Per dire dove stanno le azioni mancano questi livelli: {layers}. Costruire il territorio "
        "dimostrativo con «trama demo build», oppure caricare i dati con «trama layers add»."
    )
    en = "To place the actions these layers are missing: {layers}. Build the demonstration or load them."


class BadExport(BadInput):
    """The file asked for is of no form that is written."""

    it = "«{name}» non è un file che si può scrivere: usare un nome che finisce in .csv oppure .gpkg."
    en = "“{name}” is not a file that can be written: use a name ending in .csv or .gpkg."
