"""A list or an official register as rows of services: what cannot be read is named with its row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from trama.kernel.layers import Manifest
from trama.sources.class_table import as_text, read_class_table
from trama.sources.errors import MissingField
from trama.sources.lists import Listed, read_list
from trama.sources.original import Original, TableReading
from trama.sources.placing import plain_name, told
from trama.sources.services.columns import LEVELS, SERVICES, STATES
from trama.sources.services.registers import NO_SERVICE, Register, year_of
from trama.sources.services.rows import LIST, REGISTER, Found, service
from trama.sources.services.taxonomy import Taxonomy
from trama.sources.territory import Territory
from trama.sources.works.columns import plain
from trama.sources.works.values import Unclear, day_of, is_blank, number_of, shown, text_of

_LINE = tuple[str, Any, str]


def read_listed(
    original: Original,
    manifest: Manifest,
    taxonomy: Taxonomy,
    registers: Sequence[Register],
    territory: Territory,
    reading: TableReading,
) -> Found:
    """Read a list, or a register if its columns are those of one.

    Raises
    ------
    MissingField
        A list has no column of voices, and none was given.
    BadClassTable, UnreadableData, NoValues, TooManyRows
        And what `trama.sources.opening` raises.
    """
    constant = taxonomy.find(original.columns.get("voce") or "")
    usual = SERVICES.without("voce") if constant else replace(SERVICES, required=())
    listed = read_list(original, manifest, usual, reading, territory)
    for register in registers if not original.columns else ():
        columns = register.columns(listed.columns)
        if columns is not None:
            reading.notes = [f"Riconosciuto dalle colonne: {register.source}."]
            listed = read_list(original, manifest, usual, reading, territory, columns)
            return _of_register(register, listed, original, taxonomy, reading)
    return _of_list(listed, original, taxonomy, constant, reading)


def _of_register(
    register: Register, listed: Listed, original: Original, taxonomy: Taxonomy, reading: TableReading
) -> Found:
    found = Found(register.source, REGISTER, complete=register.complete)
    unknown: list[_LINE] = []
    placeless: list[_LINE] = []
    aside: Counter[str] = Counter()
    for row, number in enumerate(listed.numbers):
        kind = register.voice(listed.cell(row, "genere"), listed.cell(row, "genere_2"))
        if kind is None:
            what = shown(listed.cell(row, "genere"))
            unknown.append((f"riga {number}", listed.points[row], f"genere «{what}»: nessuna voce"))
            continue
        if kind.voce == NO_SERVICE:
            aside[kind.note or kind.kind] += 1
            continue
        name = text_of(listed.cell(row, "nome"))
        if listed.points[row] is None:
            placeless.append(
                (f"riga {number} {name or ''}".strip(), None, listed.wrong.get(row, "manca la posizione"))
            )
            found.missing.append((kind.voce, listed.cell(row, "comune")))
            continue
        own = text_of(listed.cell(row, "id")) or f"riga-{number:05d}"
        found.rows.append(
            service(
                taxonomy,
                kind.voce,
                level=None,
                state="cessato" if not is_blank(listed.cell(row, "fine")) else None,
                id=f"{register.id}:{own}",
                nome=name,
                capienza=_number(listed.cell(row, "capienza")),
                capienza_unita=register.row.get("capienza_unita"),
                orari=None,
                bacino=None,
                gestore=text_of(listed.cell(row, "gestore")),
                indirizzo=text_of(listed.cell(row, "indirizzo")),
                comune=text_of(listed.cell(row, "comune")),
                rilevato=original.edition or year_of(listed.cell(row, "anno")),
                geometry=listed.points[row],
            )
        )
    reading.notes += [f"{count} righe non sono servizi dell'atlante: {why}." for why, count in aside.items()]
    _tell(unknown, placeless, original, reading)
    return found


def _of_list(
    listed: Listed, original: Original, taxonomy: Taxonomy, constant: str | None, reading: TableReading
) -> Found:
    if constant is None and "voce" not in listed.found:
        raise MissingField(
            name=original.name,
            what="«voce» (Voce della tassonomia, come IST.PRI)",
            present=", ".join(listed.columns) or "nessuno",
            hint=(
                "Indicare la colonna con --map voce=COLONNA, o la voce di tutte le righe con "
                "--map voce=AMB.FON."
            ),
        )
    classes = read_class_table(original.classes) if original.classes else {}
    source = original.source or original.inner or original.path.stem
    found = Found(source, LIST)
    wrong: list[_LINE] = []
    placeless: list[_LINE] = []
    for row, number in enumerate(listed.numbers):
        cell = listed.cell(row, "voce")
        voce = constant or taxonomy.find(classes.get(as_text(cell), cell))
        name = text_of(listed.cell(row, "nome"))
        if voce is None:
            wrong.append(
                (f"riga {number}", listed.points[row], f"voce «{shown(cell)}»: non è nella tassonomia")
            )
            continue
        if listed.points[row] is None:
            placeless.append(
                (f"riga {number} {name or ''}".strip(), None, listed.wrong.get(row, "manca la posizione"))
            )
            found.missing.append((voce, listed.cell(row, "comune")))
            continue
        trouble: list[str] = []
        found.rows.append(_row(listed, row, voce, name, source, original, taxonomy, trouble))
        wrong += [(f"riga {number}", listed.points[row], why) for why in trouble]
    _tell(wrong, placeless, original, reading)
    return found


def _row(
    listed: Listed,
    row: int,
    voce: str,
    name: str | None,
    source: str,
    original: Original,
    taxonomy: Taxonomy,
    trouble: list[str],
) -> dict[str, Any]:
    """Return the row of a list; a cell that cannot be read is missing, and told in `trouble`."""

    def take(field: str, read: Any) -> Any:
        try:
            return read(listed.cell(row, field))
        except Unclear as error:
            trouble.append(f"{field}: {error}")
            return None

    own = text_of(listed.cell(row, "id")) or f"riga-{listed.numbers[row]:05d}"
    catchment = text_of(listed.cell(row, "bacino"))
    return service(
        taxonomy,
        voce,
        level=take("livello", _level),
        state=take("stato", _state),
        id=f"{plain(source)[:40]}:{own}",
        nome=name,
        capienza=take("capienza", number_of),
        capienza_unita=text_of(listed.cell(row, "capienza_unita")),
        orari=text_of(listed.cell(row, "orari")),
        bacino=" ".join(catchment.replace(",", " ").replace(";", " ").split()) if catchment else None,
        gestore=text_of(listed.cell(row, "gestore")),
        indirizzo=text_of(listed.cell(row, "indirizzo")),
        comune=text_of(listed.cell(row, "comune")),
        rilevato=take("rilevato", day_of) or original.edition or None,
        geometry=listed.points[row],
    )


def _level(cell: Any) -> str | None:
    word = plain_name(text_of(cell) or "")
    if word and word not in LEVELS:
        raise Unclear(f"«{shown(cell)}» non è un livello: usare {', '.join(LEVELS)}")
    return word or None


def _state(cell: Any) -> str | None:
    word = plain_name(text_of(cell) or "")
    if not word:
        return None
    found = next((state for state, words in STATES.items() if word in words), None)
    if found is None:
        raise Unclear(f"«{shown(cell)}» non è uno stato: usare {', '.join(STATES)}")
    return found


def _number(cell: Any) -> float | None:
    try:
        return number_of(cell)
    except Unclear:
        return None


def _tell(wrong: list[_LINE], placeless: list[_LINE], original: Original, reading: TableReading) -> None:
    hint = (
        "Correggere le righe, o dare con --classes la tabella (valore, codice) delle voci; con --repair le "
        "righe senza voce restano fuori e le celle illeggibili diventano «dato mancante»."
    )
    reading.findings.append(told("readable_rows", wrong, hint))
    if wrong and original.repair:
        reading.mended.append("readable_rows")
    hint = "Queste righe non sono sulla mappa e dove sono la copertura resta parziale: dare le coordinate."
    reading.findings.append(told("placed", placeless, hint))
