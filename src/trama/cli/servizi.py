"""`trama servizi`: the atlas of services, and the sheet of a comune or of a pole."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.analyses.envelope import envelope, traced
from trama.cli.output import day_option, guarded, json_option, print_json, say, say_labels, today
from trama.cli.paths import Named, keep_form

if TYPE_CHECKING:
    from trama.analyses.services import Atlas

SHOWN = 10


@click.group()
def servizi() -> None:
    """Atlante dei servizi: comuni davanti agli standard, zone omogenee, poli e vocazioni."""


@servizi.command("atlante")
@day_option
@json_option
@guarded
def atlante(day: date | None, as_json: bool) -> None:
    """Conta i servizi alle tre scale e lascia nove livelli con la loro spiegazione."""
    from trama.analyses.installation import open_installation
    from trama.analyses.services import draw_atlas_whole
    from trama.cli.progress import bars

    installation = open_installation()
    with bars() as bar:
        atlas = draw_atlas_whole(
            installation.lake, installation.book, day=day or today(), progress=bar("Atlante dei servizi")
        )
    if as_json:
        print_json(traced(atlas.to_json(), atlas.trace))
    else:
        _print(atlas)


@servizi.command("scheda")
@click.argument("luogo", metavar="COMUNE")
@click.option("--polo", is_flag=True, help="La scheda del comune come polo, invece che per la sua dotazione.")
@click.option("--pdf", type=Named(), default=None, help="Scrive la scheda in PDF/A.")
@day_option
@json_option
@guarded
def scheda(luogo: str, polo: bool, pdf: Path | None, day: date | None, as_json: bool) -> None:
    """La scheda di un COMUNE (codice ISTAT o nome): dotazione e standard, oppure il polo."""
    from trama.analyses.installation import open_installation
    from trama.analyses.services.reading import read_atlas
    from trama.analyses.services.rules import read_rules
    from trama.analyses.services.sheet import comune_sheet, pole_sheet

    keep_form(pdf, ".pdf")
    installation = open_installation()
    rules = read_rules(installation.book, day or today())
    reading = read_atlas(installation.lake)
    sheet = (pole_sheet if polo else comune_sheet)(reading, rules, luogo)
    if pdf:
        from trama.analyses.services.document import comune_pdf, pole_pdf
        from trama.lake.files import write_whole

        office = os.environ.get("TRAMA_INSTITUTION", "")
        write_whole(pdf, (pole_pdf if polo else comune_pdf)(reading, rules, luogo, office=office))
        say(f"Scritto: {pdf}")
    trace = installation.lake.traces.load(reading.trace)
    if as_json:
        body = envelope(
            sheet, day=rules.day, layers=trace.layers(), unofficial=trace.unofficial(), trace=trace.id
        )
        print_json(body)
    else:
        _print_sheet(sheet, polo)
    say_labels(synthetic=reading.synthetic, unofficial=len(trace.unofficial()))


def _print(atlas: Atlas) -> None:
    from collections import Counter

    from trama.analyses.services.sheet import counted
    from trama.kernel.units import MISSING, format_number

    classes = atlas.inventory.rules.classes.value
    grades = Counter(one.grade for one in atlas.endowments)
    click.echo("Dotazione locale dei comuni: " + ", ".join(
        f"{row['nome']} {grades[int(grade)]}" for grade, row in classes.items()
    ))  # fmt: skip
    without = sum(one.missing for one in atlas.endowments)
    click.echo(
        f"{MISSING.capitalize()}: {format_number(without)} coppie di comune e voce attesa senza fonte."
    )
    click.echo("\nZone omogenee (concentrazione dei servizi sovralocali su quella delle persone):")
    for row, zone in enumerate(atlas.inventory.zones):
        ratio = format_number(atlas.zones.ratio(row), "1", 2)
        click.echo(f"  {atlas.inventory.zone_names[zone]:<36} {ratio:>6}")
    standing = Counter(one.standing or MISSING for one in atlas.poles.places)
    click.echo("\nPoli: " + ", ".join(f"{name} {count}" for name, count in sorted(standing.items())))
    ranked = sorted((pole for pole in atlas.poles.places if pole.rank), key=lambda pole: pole.rank)
    for one in ranked[:SHOWN]:
        click.echo(
            f"  {one.rank:>3}  {one.name:<24} tra {one.rank_low} e {one.rank_high}  {one.standing:<14} "
            f"servizi sovralocali: {counted(one.services, one.known)}"
        )
    if aside := len(atlas.poles.places) - len(ranked):
        click.echo(f"  Senza posto, perché se ne sa troppo poco: {aside} comuni.")
    click.echo("La regola propone; l'ufficio decide e lo scrive nelle proprie norme (sttm2/poli/decisioni).")
    synthetic = any(version.synthetic for version in atlas.versions.values())
    say_labels(synthetic=synthetic, unofficial=len(atlas.trace.unofficial()))
    click.echo(f"\nPerché: trama explain {atlas.trace.id} --passo poli/ISTAT/rilevanza")


def _print_sheet(sheet: dict[str, Any], polo: bool) -> None:
    comune = sheet["comune"]
    click.echo(f"{comune['nome']} ({comune['istat']})")
    if polo:
        pole = sheet["polo"]
        click.echo(
            f"Rilevanza: {pole['rilevanza'] or 'dato mancante'} "
            + (
                f"(posto {pole['posto']}, tra {pole['posto_5']} e {pole['posto_95']})"
                if pole["posto"]
                else "(senza posto: se ne sa troppo poco)"
            )
        )
        for reason in pole["motivi"]:
            click.echo(f"  {reason}")
        for row in sheet["vocazioni"]:
            if row["giudizio"]:
                click.echo(f"Vocazione: {row['nome']} ({row['giudizio']}, quoziente {row['lq']})")
    else:
        click.echo(f"Dotazione locale: {comune['classe_nome'] or 'dato mancante'}")
        for one in sheet["standard"]:
            click.echo(f"  {one['oggetto']:<58} {one['detto'] or '–':<28} {one['esito']}")
    click.echo(
        f"\nPerché: trama explain {sheet['trace']} --passo {'poli' if polo else 'comuni'}/{comune['istat']}"
    )
