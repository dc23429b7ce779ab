"""`trama scheda`: evaluate an intervention with a Scheda Norma."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.analyses.envelope import traced
from trama.cli.output import NOT_SATISFIED, day_option, guarded, json_option, print_json, say, today
from trama.cli.paths import Named, keep_apart, keep_form

if TYPE_CHECKING:
    from trama.kernel.trace import Trace


@click.command()
@click.argument("sheet_name", metavar="SCHEDA")
@click.argument("file", metavar="INTERVENTO", type=click.Path(path_type=Path))
@click.option("--answers", type=click.Path(path_type=Path), help="Risposte, in YAML.")
@click.option("--crs", help="Codice EPSG, per i file che non lo dichiarano (DXF): per esempio 32632.")
@click.option("--repair", is_flag=True, help="Accetta il rimedio proposto per un contorno che si incrocia.")
@click.option("--pdf", type=Named(), help="Scrive la scheda in PDF.")
@day_option
@json_option
@guarded
def scheda(
    sheet_name: str,
    file: Path,
    answers: Path | None,
    crs: str | None,
    repair: bool,
    pdf: Path | None,
    day: date | None,
    as_json: bool,
) -> int:
    """Valuta INTERVENTO con la scheda «drenaggio» o «isola-calore» (o un'altra delle norme caricate)."""
    from trama.analyses.installation import open_installation
    from trama.analyses.scheda.answer import scheda_json
    from trama.analyses.scheda.run import find_sheet, run_scheda
    from trama.analyses.scheda.surfaces import Catalogue
    from trama.norms.answers import Answer
    from trama.sources.answers import read_answers_file
    from trama.sources.interventions import read_intervention

    keep_apart([file, answers], [pdf])
    keep_form(pdf, ".pdf")
    installation = open_installation()
    sheet = find_sheet(installation.book, sheet_name)
    on = day or today()
    catalogue = Catalogue.at(installation.book, sheet.vocabulary, on)
    subject = read_intervention(
        file,
        crs=crs,
        mend=repair,
        nbs_ids=list(catalogue.solutions.value),
        surface_classes=[*catalogue.surfaces.value, *catalogue.aliases.value],
    )
    known = [*sheet.criteria, *sheet.questions]
    given = read_answers_file(answers, known) if answers else {}
    replies = {key: Answer(answer.value, answer.motivo) for key, answer in given.items()}
    result = run_scheda(installation.lake, installation.book, sheet, subject, replies, on)
    if pdf:
        _write_pdf(pdf, installation.lake, result, subject.geometry)
    for warning in subject.warnings:
        say(f"Attenzione: {warning}")
    body = scheda_json(result)
    if as_json:
        print_json(traced(body, result.trace))
    else:
        _print(body, result.trace.id)
        _label(result.trace)
    return NOT_SATISFIED if result.evaluation.negative else 0


def _write_pdf(path: Path, lake: Any, result: Any, polygon: Any) -> None:
    """Write the PDF under a temporary name and move it into place whole."""
    from trama.analyses.scheda.document import render_pdf
    from trama.lake.files import write_whole

    write_whole(path, render_pdf(lake, result, polygon, office=os.environ.get("TRAMA_INSTITUTION", "")))
    say(f"Scheda in PDF: {path}")


def _label(trace: Trace) -> None:
    """Say on stderr what the figures lean on, where that is invented or not official."""
    if invented := sorted({use.title for use in trace.layers() if use.synthetic}):
        say(f"Dati sintetici: {', '.join(invented)}. Il risultato è dimostrativo.")
    if unofficial := len(trace.unofficial()):
        standing = "non vengono da un testo adottato (elenco con --json)"
        say(f"Valore non ufficiale: {unofficial} parametri {standing}.")


def _print(body: dict[str, Any], trace_id: str) -> None:
    from trama.analyses.scheda.answer import show

    outcome = body["esito"]
    label = f"  [{outcome['etichetta']}]" if outcome["etichetta"] else ""
    click.echo(f"{body['scheda']['titolo']}: {outcome['testo']}{label}")
    click.echo(f"{body['nome'] or 'intervento senza nome'}, {', '.join(c['nome'] for c in body['comuni'])}")
    for key, part in body["parti"].items():
        click.echo(f"\n{key}. {part['titolo']}: {show(part['punti'], 'point')}")
        for name, row in part["criteri"].items():
            if not row.get("si_applica", True):
                click.echo(f"  {name}  {row['nome']}: {row['nota']}")
                continue
            value, points = row["valore_testo"], show(row["punti"], "point")
            click.echo(f"  {name}  {row['nome']}: {value} → {points} ({row['fonte']})")
    for row in body["mancanti"]:
        click.echo(f"Manca {row['chiave']}: {row['domanda']}")
    for row in body["cosa_migliora"][:3]:
        gain = f"+{show(row['guadagno'], 'point')}"
        step = f": {row['passo']}" if row["passo"] else ""
        click.echo(f"Alzerebbe la risposta: {row['criterio']} {row['nome']} ({gain}){step}")
    click.echo(f"\nPerché: trama explain {trace_id}")
