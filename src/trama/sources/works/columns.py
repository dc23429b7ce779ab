"""Which column of a list holds what: the names in use, those given by hand, what may be absent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trama.kernel.layers import Manifest
from trama.sources.errors import MissingField
from trama.sources.original import Original, Reading

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "id": ("id_opera", "codice", "codice_opera", "identificativo", "n_opera", "num"),
    "nome": ("titolo", "denominazione", "opera", "intervento", "descrizione", "oggetto", "nome_opera"),
    "fondo": ("programma", "finanziamento", "fonte_finanziamento", "linea_finanziamento", "fondo_programma"),
    "misura": ("bando", "misura_bando", "linea", "misura_del_bando", "avviso"),
    "cup": ("codice_cup", "cup_progetto"),
    "comune": (
        "comuni",
        "localita",
        "nome_comune",
        "istat",
        "codice_istat",
        "cod_istat",
        "pro_com_t",
        "pro_com",
    ),
    "soluzione": ("nbs", "tipo", "tipologia", "soluzione_nbs", "id_nbs"),
    "quantita": ("qta", "quantita_opera", "superficie", "superficie_m2", "superficie_mq", "mq", "area_m2"),
    "unita": ("um", "unita_misura", "unita_di_misura", "udm"),
    "importo": (
        "importo_totale",
        "costo",
        "costo_totale",
        "importo_eur",
        "importo_euro",
        "valore",
        "totale_euro",
    ),
    "contributo": (
        "importo_finanziato",
        "finanziato",
        "contributo_eur",
        "quota_finanziata",
        "contributo_concesso",
    ),
    "stato": ("stato_opera", "avanzamento", "stato_avanzamento", "fase"),
    "data_inizio": ("inizio", "data_avvio", "avvio", "data_finanziamento", "inizio_lavori"),
    "data_fine": ("fine", "data_conclusione", "conclusione", "fine_lavori", "data_collaudo"),
    "fonte": ("atto", "origine", "riferimento", "fonte_dato"),
    "x": ("est", "coord_x", "x_coord", "e"),
    "y": ("nord", "coord_y", "y_coord", "n"),
    "lon": ("longitudine", "long", "lng", "longitude"),
    "lat": ("latitudine", "latitude"),
    "wkt": ("geometria", "geometry", "geom", "the_geom", "wkt_geom"),
    "sintetico": ("opera_sintetica", "dato_sintetico", "dati_sintetici", "synthetic"),
}
"""Field → other names it goes by, after its own. ``x … wkt`` place a row of a CSV."""
BESIDE = ("x", "y", "lon", "lat", "wkt", "sintetico")
"""What a list may hold beside the fields of the register."""
REQUIRED = ("nome", "fondo", "importo")
AREA_NAMES = frozenset({"superficie", "superficie_m2", "superficie_mq", "mq", "area_m2"})
"""Columns whose name says that the quantity is in square metres."""
DERIVED = ("istat", "posizione", "riga")
_SHAPEFILE_NAME = 10


@dataclass(frozen=True)
class Usual:
    """What columns of a kind of list are called.

    Attributes
    ----------
    synonyms
        Field → other names it goes by, after its own.
    beside
        What a list may hold beside the fields of its layer.
    required
        Fields it cannot do without.
    derived
        Fields of the layer that no list holds.
    """

    synonyms: Mapping[str, tuple[str, ...]]
    beside: tuple[str, ...]
    required: tuple[str, ...]
    derived: tuple[str, ...]

    def without(self, name: str) -> Usual:
        """Return the same for a list whose every row has one value of a field, given apart."""
        required = tuple(one for one in self.required if one != name)
        return Usual(self.synonyms, self.beside, required, (*self.derived, name))


WORKS = Usual(SYNONYMS, BESIDE, REQUIRED, DERIVED)


def plain(name: str) -> str:
    """Return a column's name without accents, capitals or signs.

    >>> plain(" Unità di misura "), plain("Importo (€)")
    ('unita_di_misura', 'importo')
    """
    letters = unicodedata.normalize("NFKD", str(name)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def match_columns(
    present: Iterable[str],
    manifest: Manifest,
    original: Original,
    reading: Reading,
    usual: Usual = WORKS,
) -> dict[str, str]:
    """Return field → column of the file; a field absent from the file is left out, and told in the notes.

    Raises
    ------
    MissingField
        A column named by hand is not there, or one the register cannot do without is neither there nor named.
    """
    there = {plain(name): str(name) for name in present}
    fields = [spec for spec in manifest.fields if spec.name not in usual.derived]
    found: dict[str, str] = {}
    for name in [*(spec.name for spec in fields), *usual.beside]:
        asked = original.columns.get(name)
        names = [asked] if asked else [] if asked == "" else [name, *usual.synonyms.get(name, ())]
        column = next((there[key] for one in names if (key := _key(one, there))), None)
        if column is not None:
            found[name] = column
        elif asked or (name in usual.required and asked is None):
            meaning = next((spec.meaning for spec in fields if spec.name == name), name)
            raise MissingField(
                name=original.name,
                what=f"«{asked or name}» ({meaning})",
                present=", ".join(there.values()) or "nessuno",
                hint=f"Indicare la colonna con --map {name}=COLONNA, o --map {name}= per lasciarlo vuoto.",
            )
    absent = [spec.name for spec in fields if spec.name not in found and spec.name != manifest.key]
    if absent:
        reading.notes.append(f"Nel file non ci sono, e restano vuoti: {', '.join(absent)}.")
    renamed = [f"{name} da «{column}»" for name, column in found.items() if plain(column) != name]
    if renamed:
        reading.notes.append(f"Colonne riconosciute da un altro nome: {', '.join(renamed)}.")
    return found


def _key(name: str, there: Mapping[str, str]) -> str | None:
    """Return the name as the file has it: whole, or cut at ten characters as a Shapefile does."""
    whole = plain(name)
    return next((key for key in (whole, whole[:_SHAPEFILE_NAME]) if key in there), None)
