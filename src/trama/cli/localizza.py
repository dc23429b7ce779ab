"""`trama localizza`: judge where a service of supra-municipal relevance should stand."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.cli.output import NOT_SATISFIED, day_option, guarded, json_option, print_json, say, today
from trama.cli.paths import Named, keep_apart, keep_form

if TYPE_CHECKING:
    from trama.analyses.siting.criteria import Judged
    from trama.kernel.trace import Trace


@click.command()
@click.argument("file", metavar="[LUOGO]", type=click.Path(path_type=Path), required=False)
@click.option("--punto", metavar="X,Y", help="Al posto di un file: metri, EPSG:32632.")
@click.option("--voce", required=True, help="Voce della tassonomia dei servizi, come SAN.POL.")
@click.option("--nome", default="", help="Come si chiama la proposta.")
@click.option("--answers", type=click.Path(path_type=Path), help="Risposte, in YAML.")
@click.option("--crs", help="Codice EPSG, per i file che non lo dichiarano (DXF): per esempio 32632.")
@click.option("--pdf", type=Named(), help="Scrive il giudizio in PDF.")
@day_option
@json_option
@guarded
def localizza(
    file: Path | None,
    punto: str | None,
    voce: str,
    answers: Path | None,
    pdf: Path | None,
    day: date | None,
    as_json: bool,
    **more: Any,
) -> int:
    """Giudica un LUOGO per un servizio sovracomunale con i criteri localizzativi, con i motivi.

    LUOGO è un'area in GeoJSON, GeoPackage, Shapefile o DXF; in alternativa si indica un punto.
    """
    from trama.analyses.envelope import traced
    from trama.analyses.installation import open_installation
    from trama.analyses.siting.criteria import criteria_of, judge
    from trama.norms.answers import Answer
    from trama.sources.answers import read_answers_file

    if (file is None) == (punto is None):
        raise click.UsageError("Indicare un file con l'area oppure --punto X,Y: uno dei due.")
    keep_apart([file, answers], [pdf])
    keep_form(pdf, ".pdf")
    installation = open_installation()
    sheet = criteria_of(installation.book)
    shape, name = _shape(file, punto, more["crs"])
    known = [*sheet.criteria, *sheet.questions]
    given = read_answers_file(answers, known) if answers else {}
    replies = {key: Answer(answer.value, answer.motivo) for key, answer in given.items()}
    on = day or today()
    found = judge(installation.lake, installation.book, shape, voce, replies, on, more["nome"] or name)
    if pdf:
        _write_pdf(pdf, found)
    body = found.to_json()
    if as_json:
        print_json(traced(body, found.trace))
    else:
        _print(body, found.trace)
    return NOT_SATISFIED if found.evaluation.negative else 0


def _write_pdf(path: Path, found: Judged) -> None:
    """Write the PDF under a temporary name and move it into place whole."""
    from trama.analyses.siting.document import render_pdf
    from trama.lake.files import write_whole

    write_whole(path, render_pdf(found, office=os.environ.get("TRAMA_INSTITUTION", "")))
    say(f"Giudizio in PDF: {path}")


def _shape(file: Path | None, punto: str | None, crs: str | None) -> tuple[Any, str]:
    """Return the site and its name."""
    import shapely

    from trama.cli.access_dove import points
    from trama.sources.interventions import read_intervention

    if punto is not None:
        x, y = points((punto,))[0]
        return shapely.Point(x, y), ""
    assert file is not None
    subject = read_intervention(file, crs=crs)
    for warning in subject.warnings:
        say(f"Attenzione: {warning}")
    return subject.geometry, subject.nome


def _print(body: dict[str, Any], trace: Trace) -> None:
    from trama.analyses.annex import show

    outcome = body["esito"]
    label = f"  [{outcome['etichetta']}]" if outcome["etichetta"] else ""
    where = ", ".join(one["nome"] for one in body["comuni"])
    click.echo(f"{body['voce_nome']} a {where}: {outcome['testo']}{label}")
    for node in body["luogo"]:
        note = f" ({node['nota']})" if node["nota"] else ""
        click.echo(f"  {node['nome']}: {show(node['valore'], node['unita'])}{note}")
    for key, part in body["parti"].items():
        click.echo(f"\n{key}. {part['titolo']}: {show(part['punti'], 'point')}")
        for name, row in part["criteri"].items():
            value, points = row["valore_testo"], show(row["punti"], "point")
            click.echo(f"  {name}  {row['nome']}: {value} → {points} ({row['fonte']})")
    for notice in body["avvisi"]:
        click.echo(f"Da guardare: {notice}")
    criteria = {name: row for part in body["parti"].values() for name, row in part["criteri"].items()}
    for row in body["mancanti"]:
        note = criteria.get(row["chiave"], {}).get("nota", "")
        click.echo(f"Manca {row['chiave']}: {row['domanda']}{f' ({note})' if note else ''}")
    click.echo(f"\nPerché: trama explain {trace.id}")
    if invented := sorted({use.title for use in trace.layers() if use.synthetic}):
        say(f"Dati sintetici: {', '.join(invented)}. Il risultato è dimostrativo.")
    if unofficial := len(trace.unofficial()):
        standing = "non vengono da un testo adottato (elenco con --json)"
        say(f"Valore non ufficiale: {unofficial} parametri {standing}.")
