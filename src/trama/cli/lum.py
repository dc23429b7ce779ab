"""`trama lum`: the atlas of the places of mobility, one sheet, the check of a redrawn perimeter."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.analyses.envelope import envelope, traced
from trama.cli.output import (
    NOT_SATISFIED,
    day_option,
    guarded,
    json_option,
    print_json,
    say,
    say_labels,
    today,
)
from trama.cli.paths import Named, keep_apart, keep_form

if TYPE_CHECKING:
    from trama.analyses.lum import Atlas
    from trama.analyses.lum.answer import Sheet

REGISTER = "registro.sqlite3"
"""The site's register in the folder of an installation, where it is not on a server."""
CODE = click.argument("code", metavar="CODICE")


@click.group()
def lum() -> None:
    """Luoghi Urbani per la Mobilità: atlante, schede, verifica di un perimetro ridisegnato."""


@lum.command("atlante")
@click.option("--pdf", type=Named(), help="Scrive tutto l'atlante in un PDF: indice, mappa, schede.")
@click.option("--csv", "table", type=Named(), help="Scrive l'elenco dei LUM in un CSV.")
@day_option
@json_option
@guarded
def atlante(pdf: Path | None, table: Path | None, day: date | None, as_json: bool) -> None:
    """Calcola i LUM fuori dal capoluogo: cerchi, bacini a piedi, residenti, funzioni, nodo-luogo."""
    from trama.analyses.installation import open_installation
    from trama.analyses.lum import run_atlas_whole
    from trama.analyses.lum.answer import Book, atlas_json
    from trama.cli.progress import bars

    keep_form(pdf, ".pdf")
    keep_form(table, ".csv")
    installation = open_installation()
    _settle()
    with bars() as bar:
        atlas = run_atlas_whole(installation.lake, installation.book, day=day or today(), progress=bar("LUM"))
    if pdf:
        from trama.analyses.lum.document import render_atlas
        from trama.lake.files import write_whole

        write_whole(pdf, render_atlas(installation.lake, atlas.rules, office=_office()))
        say(f"Atlante in PDF: {pdf}")
    book = Book.open(installation.lake)
    rows = book.rows.lum
    if table:
        from trama.analyses.lum.exports import atlas_csv
        from trama.lake.files import write_whole

        unofficial = bool(atlas.trace.unofficial())
        text = atlas_csv(rows, book.version, book.version.manifest, unofficial=unofficial)
        write_whole(table, text.encode())
        say(f"Elenco in CSV: {table}")
    notes = [f"Bacini a piedi: dato mancante. {atlas.no_streets}"] if atlas.no_streets else []
    notes += book.notes
    if as_json:
        print_json(traced(atlas_json(rows, atlas.versions, notes), atlas.trace))
    else:
        _print_atlas(atlas, rows, notes)


@lum.command("scheda")
@CODE
@click.option("--pdf", type=Named(), help="Scrive la scheda in PDF.")
@click.option("--csv", "table", type=Named(), help="Scrive la scheda in un CSV.")
@day_option
@json_option
@guarded
def scheda(code: str, pdf: Path | None, table: Path | None, day: date | None, as_json: bool) -> None:
    """Mostra la scheda del LUM CODICE, dall'ultimo atlante calcolato."""
    from trama.analyses.installation import open_installation
    from trama.analyses.lum.answer import Book, sheet_json
    from trama.analyses.lum.rules import read_rules

    keep_form(pdf, ".pdf")
    keep_form(table, ".csv")
    installation = open_installation()
    rules = read_rules(installation.book, day or today())
    book = Book.open(installation.lake)
    sheet = book.sheet(code)
    if pdf:
        from trama.analyses.lum.document import render_sheet
        from trama.lake.files import write_whole

        write_whole(pdf, render_sheet(installation.lake, rules, sheet, office=_office()))
        say(f"Scheda in PDF: {pdf}")
    if table:
        from trama.analyses.lum.exports import sheet_csv
        from trama.lake.files import write_whole

        write_whole(table, sheet_csv(sheet, rules, book.version).encode())
        say(f"Scheda in CSV: {table}")
    body = sheet_json(sheet, rules)
    if as_json:
        print_json(
            traced(body, sheet.trace)
            if sheet.trace
            else envelope(body, day=rules.day, layers=[book.version.use()])
        )
    else:
        _print_sheet(sheet, body)
        unofficial = len(sheet.trace.unofficial()) if sheet.trace else 0
        say_labels(synthetic=book.version.synthetic, unofficial=unofficial)


@lum.command("verifica")
@click.argument("file", metavar="PERIMETRO", type=click.Path(path_type=Path))
@click.option("--lum", "code", metavar="CODICE", required=True, help="Codice del LUM ridisegnato.")
@click.option("--crs", help="Codice EPSG, per i file che non lo dichiarano (DXF): per esempio 32632.")
@day_option
@json_option
@guarded
def verifica(file: Path, code: str, crs: str | None, day: date | None, as_json: bool) -> int:
    """Verifica il PERIMETRO ridisegnato di un LUM (GeoJSON, GeoPackage, Shapefile in .zip, DXF).

    Esce con 1 se una verifica non è superata: ognuna dice perché.
    """
    from trama.analyses.installation import open_installation
    from trama.analyses.lum.answer import book_of, checks_json
    from trama.analyses.lum.checks import Check
    from trama.analyses.lum.redrawing import check_shape
    from trama.sources.interventions import read_intervention
    from trama.sources.interventions.errors import SelfCrossing

    keep_apart([file], [])
    installation, on = open_installation(), day or today()
    book_of(installation.lake).row(code)
    warnings: list[str] = []
    try:
        subject = read_intervention(file, crs=crs)
        warnings = [str(one) for one in subject.warnings]
        _, checks = check_shape(installation.lake, installation.book, code, subject.geometry, on)
    except SelfCrossing as error:
        checks = [Check("valido", "È un'area disegnata bene", passed=False, found=error.text())]
    body: dict[str, Any] = {"lum": code, "file": file.name, **checks_json(checks), "avvisi": warnings}
    for warning in warnings:
        say(f"Attenzione: {warning}")
    read = [installation.lake.version(layer).use() for layer in ("lum", "fermate", "comuni")]
    weak = [use for use in _check_norms(on) if not use.status.official]
    if as_json:
        print_json(envelope(body, day=on, layers=read, unofficial=weak))
    else:
        _print_checks(body)
        say_labels(synthetic=any(use.synthetic for use in read), unofficial=len(weak))
    return 0 if body["accettabile"] else NOT_SATISFIED


def _check_norms(day: date) -> list[Any]:
    from trama.analyses.installation import open_installation
    from trama.analyses.lum.rules import read_rules

    rules = read_rules(open_installation().book, day)
    return [norm.use() for norm in (rules.levels, rules.farthest, rules.area, rules.overlap, rules.border)]


def _settle() -> None:
    """Bring to the lake what the register of this installation holds as accepted; nothing where it has none.

    Where the register does not answer the perimeters already published are used, and it is said.
    """
    from trama.lake import home

    if not (os.environ.get("TRAMA_DATABASE") or (home() / REGISTER).is_file()):
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trama.site.settings")
    import django
    from django.db import DatabaseError

    django.setup()
    from trama.apps.conoscere.lum.settling import settle

    try:
        settle()
    except DatabaseError:
        say("Il registro non risponde: si usano i perimetri già pubblicati. Avviare il sito, poi ripetere.")


def _office() -> str:
    return os.environ.get("TRAMA_INSTITUTION", "")


def _print_atlas(atlas: Atlas, rows: list[dict[str, Any]], notes: list[str]) -> None:
    from trama.kernel.units import format_number

    names = {level: atlas.rules.level_name(level) or level for level in atlas.rules.levels.value}
    for row in rows:
        people = format_number(row["residenti"], "inhabitant", 0)
        ratio = row["rapporto_pedonale"]
        walk = "dato mancante" if ratio is None else format_number(100 * ratio, "%", 0)
        own = "" if row["perimetro"] == "cerchio" else "  perimetro del comune"
        click.echo(
            f"  {row['codice']:<44} {names[row['livello']]:<15} {people:>18}  a piedi {walk:<13}"
            f" funzioni {row['funzioni_presenti']} presenti, {row['funzioni_mancanti']} mancanti,"
            f" {row['funzioni_ignote']} ignote{own}"
        )
    click.echo(f"\n{len(rows)} LUM. Fermate lasciate, nel capoluogo o fuori dal territorio: {atlas.aside}.")
    for note in notes:
        say(note)
    synthetic = any(version.synthetic for version in atlas.versions.values())
    say_labels(synthetic=synthetic, unofficial=len(atlas.trace.unofficial()))
    click.echo(f"Perché: trama explain {atlas.trace.id}")


def _print_sheet(sheet: Sheet, body: dict[str, Any]) -> None:
    from trama.kernel.units import format_number

    row = sheet.row
    written, computed = row["livello_piano"] or "non scritto", row["livello_calcolato"] or "dato mancante"
    click.echo(f"{row['nome']}, {row['comune']} ({row['codice']})")
    click.echo(
        f"  livello {row['livello']}; nel piano {written}, calcolato {computed} ({row['motivo_livello']})"
    )
    source = f"del comune, {row['atto']} del {row['data_atto']}" if row["atto"] else "il cerchio"
    click.echo(f"  perimetro: {source}, {format_number(row['area_m2'], 'm2', 0)}")
    for label, name, unit in (
        ("residenti, stima", "residenti", "inhabitant"),
        ("residenti entro 10 minuti a piedi, stima", "residenti_dieci_minuti", "inhabitant"),
        ("quota del cerchio raggiunta a piedi", "rapporto_pedonale", "1"),
        ("indice del nodo", "nodo", "1"),
        ("indice del luogo", "luogo", "1"),
    ):
        click.echo(f"  {label}: {format_number(row[name], unit, 0 if unit == 'inhabitant' else 2)}")
    click.echo(f"  {row['lettura']}{'; ' + row['barriera'] if row['barriera'] else ''}")
    for one in body["funzioni"]:
        click.echo(f"    {one['stato']:<10} {one['nome']}")
    if body["servizi"]:
        click.echo("  servizi nel perimetro, a piedi dalla fermata più vicina:")
    for one in body["servizi"]:
        metres = one["metri_a_piedi"]
        way = one["nota_distanza"] if metres is None else format_number(metres, "m", 0)
        click.echo(
            f"    {one['nome']}, {one['nome_voce'].lower()}: {way}; {one['orari'] or 'orari non noti'}"
        )
    if row["spiegazione"]:
        click.echo(f"Perché: trama explain {row['spiegazione']}")


def _print_checks(body: dict[str, Any]) -> None:
    for one in body["verifiche"]:
        click.echo(f"  {'sì' if one['superata'] else 'NO':<3} {one['nome']}: {one['motivo']}")
    click.echo("Il perimetro si può inviare." if body["accettabile"] else "Il perimetro non si può inviare.")
