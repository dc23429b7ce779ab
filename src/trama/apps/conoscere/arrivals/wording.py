"""What the checks say, for a page: names of checks, remedies that are buttons, errors beside their field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trama.kernel.errors import BadInput, TramaError
from trama.sources.class_table import read_class_table
from trama.sources.errors import BadClassTable, MissingCrs, MissingField, UnknownCrs, WhichLayer
from trama.sources.plausible import LONGEST_REASON, USUAL, VARIED
from trama.sources.services.errors import UnknownCoverage

NAMES = {
    "valid_geometry": "Forme valide",
    "unique_id": "Identificativi unici",
    "inside_territory": "Dentro il territorio",
    "no_gap": "Copertura senza vuoti",
    "known_classes": "Classi conosciute",
    "plausible_values": "Valori plausibili",
    "degrees_celsius": "Gradi Celsius",
    USUAL: "Valori consueti qui",
    VARIED: "Valori diversi da luogo a luogo",
    "readable_rows": "Righe leggibili",
    "placed": "Posizione sulla mappa",
    "same_cup": "CUP ripetuti",
    "coherent": "Righe coerenti",
    "doubles": "Scritti due volte",
    "left_out": "Lasciati fuori dal conto",
    "replaced": "Sostituiti da una fonte completa",
}
ONE = {"celle": "cella", "elementi": "elemento", "righe": "riga"}
REPAIRED = {
    "valid_geometry": "Con «Ripara e aggiungi» le aree si ricostruiscono; i pezzi senza area e gli elementi "
    "senza forma si perdono.",
    "known_classes": "Dare (o completare) la tabella delle classi con «Correggi», colonne valore e codice; "
    "oppure con «Ripara e aggiungi» queste classi diventano «dato mancante».",
    "degrees_celsius": "Con «Ripara e aggiungi» si convertono in gradi Celsius.",
    "plausible_values": "Controllare l'unità di misura; con «Ripara e aggiungi» diventano «dato mancante».",
    USUAL: "Controllare l'unità di misura e il valore di «senza dato». Con «Ripara e aggiungi» "
    "diventano «dato mancante»; se sono veri, «Conferma e aggiungi» con il motivo.",
    "readable_rows": "Correggere le righe e caricare di nuovo il file; con «Ripara e aggiungi» le celle "
    "che non si leggono diventano «dato mancante»; una riga resta fuori solo se è una somma, o se non se ne "
    "capisce la voce.",
}
"""Checks whose findings can be mended, and what mending does."""
ALL = {
    "plausible_values": "Sono tutte: ripararle non lascerebbe alcun dato. Controllare l'unità di misura, poi "
    "caricare il file giusto con «Correggi».",
    USUAL: "Sono tutte: ripararle non lascerebbe alcun dato. Controllare l'unità di misura, poi caricare il "
    "file giusto con «Correggi»; se i valori sono veri, «Conferma e aggiungi» con il motivo.",
}
"""What to do where all that has a value is found wrong."""
OTHERWISE = {
    "unique_id": "Non si ripara da sé: dare a ogni elemento un identificativo diverso nel programma "
    "d'origine e caricare di nuovo il file.",
    VARIED: "La carta ha ovunque lo stesso valore: non è una misura del territorio. Se è davvero "
    "così, «Conferma e aggiungi» con il motivo.",
}


UNUSUAL = {USUAL, VARIED}
"""Checks whose findings may be true."""


class Refused(BadInput):
    """The original cannot be read as it was brought; `field` of the form is where to put it right."""

    it = "{sentence}"
    en = "{sentence}"


def refused(error: TramaError) -> Refused:
    """Say an error of the readers as the form can mend it."""
    said = error.fields
    name, field, sentence = said.get("name", ""), "file", error.text()
    if isinstance(error, MissingCrs):
        field = "crs"
        sentence = (
            f"«{name}» non dichiara il sistema di riferimento: scriverne qui il codice EPSG "
            "(32632 per UTM 32 Nord, 6707 per RDN2008, 3003 per Gauss-Boaga Ovest)."
        )
    elif isinstance(error, UnknownCrs):
        field = "crs"
    elif isinstance(error, WhichLayer):
        field = "interno"
        sentence = f"«{name}» contiene più livelli: scrivere qui quale, tra {said['layers']}."
    elif isinstance(error, MissingField):
        field = "colonna" if "--field" in str(said["hint"]) else "colonne"
        sentence = (
            f"In «{name}» non c'è {said['what']}. "
            f"Indicare la colonna, tra quelle presenti: {said['present']}."
        )
    elif isinstance(error, BadClassTable):
        field = "classi"
    elif isinstance(error, UnknownCoverage):
        field = "comuni"
    return Refused(sentence=sentence, field=field)


def check_class_table(path: Any) -> None:
    """Raise `Refused` where a class table cannot be used."""
    try:
        read_class_table(path)
    except TramaError as error:
        raise refused(error) from error


def with_names(line: str, names: Mapping[str, str]) -> str:
    """Write the name of each class after its code, in a line that says which became which.

    >>> with_names("2111 → senza dato: 378,00 ha", {"2111": "Seminativi semplici"})
    '2111 Seminativi semplici → senza dato: 378,00 ha'
    """
    before, arrow, rest = line.partition(" → ")
    after, colon, area = rest.partition(": ")
    if not (arrow and colon):
        return line
    old, new = (f"{code} {names[code]}" if code in names else code for code in (before.strip(), after))
    return f"{old} → {new}: {area}"


def worded(report: dict[str, Any], unit: str = "elementi") -> dict[str, Any]:
    """Return a report (`Reading.to_json`) with the words of a page beside each check.

    Parameters
    ----------
    unit
        What the checks count, in the plural: a key of `ONE`.
    """
    checks = [
        {
            **one,
            "nome": NAMES.get(one["controllo"], one["controllo"]),
            "rimedio": _remedy(one),
            "unita": ONE[unit] if one["numero"] == 1 else unit,
            "nominati": any(place.get("id") for place in one["dove"]),
        }
        for one in report["controlli"]
    ]
    stopping = [one["controllo"] for one in checks if one["esito"] == "da riparare"]
    lost = {one["controllo"] for one in checks if _all(one)}
    others = set(stopping) - UNUSUAL
    mended = others <= set(REPAIRED) - lost
    return {
        **report,
        "controlli": checks,
        "riparabile": bool(stopping) and set(stopping) <= set(REPAIRED) - lost,
        "confermabile": bool(UNUSUAL & set(stopping)) and mended,
        "longest_reason": LONGEST_REASON,
        "riparabile_altro": bool(others) and mended,
    }


def _all(check: dict[str, Any]) -> bool:
    """Tell whether mending would take away everything."""
    return (
        check["esito"] == "da riparare" and check["controllo"] in ALL and check["numero"] == check.get("su")
    )


def _remedy(check: dict[str, Any]) -> str:
    if check["esito"] == "da riparare":
        name = check["controllo"]
        if _all(check):
            return ALL[name]
        return REPAIRED.get(name) or OTHERWISE.get(name) or str(check["rimedio"])
    return str(check["rimedio"]) if check["esito"] == "avviso" else ""
