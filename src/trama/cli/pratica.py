"""`trama invarianza pratica`: the file of hydraulic invariance to be handed to the municipality."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from trama.analyses.envelope import traced
from trama.cli.output import DONE, NOT_SATISFIED, day_option, guarded, json_option, print_json, say, today
from trama.cli.paths import Named, keep_apart, keep_form


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--pdf", type=Named(), help="Scrive la pratica in PDF/A.")
@click.option("--out", type=Named(), help="Scrive i dati della pratica in JSON.")
@click.option("--gpkg", type=Named(), help="Scrive posizione e cifre in un GeoPackage.")
@day_option
@json_option
@guarded
def pratica(
    file: Path, pdf: Path | None, out: Path | None, gpkg: Path | None, day: date | None, as_json: bool
) -> int:
    """Compone la pratica di invarianza idraulica da FILE (YAML o JSON).

    Controlla volume, scarico, svuotamento, eventi di progetto e di verifica, ordine di smaltimento,
    infiltrazione, manutenzione, professionista e allegati. Esce con 1 se una verifica non è rispettata.
    """
    from trama.analyses.installation import open_installation
    from trama.analyses.invarianza.pratica import read_pratica, run
    from trama.analyses.invarianza.pratica.answer import body

    keep_apart([file], [pdf, out, gpkg])
    keep_form(pdf, ".pdf")
    keep_form(gpkg, ".gpkg")
    installation = open_installation()
    outcome = run(installation.book, day or today(), read_pratica(file))
    trace = outcome.trace()
    document = traced(body(outcome), trace)
    _write(outcome, document, pdf, out, gpkg)
    installation.lake.traces.save(trace)
    if as_json:
        print_json(document)
    else:
        _print(outcome, document)
        say(f"Perché: trama explain {trace.id}")
    if unofficial := len(trace.unofficial()):
        say(
            f"Valore non ufficiale: {unofficial} parametri non vengono da un testo letto (elenco con --json)."
        )
    return NOT_SATISFIED if document["esito"]["classe"] == "non_conforme" else DONE


def _write(
    outcome: Any, document: dict[str, Any], pdf: Path | None, out: Path | None, gpkg: Path | None
) -> None:
    """Make every document first, then write all of them or none."""
    from trama.lake.files import write_together

    made: list[tuple[Path, bytes]] = []
    if pdf:
        from trama.analyses.invarianza.pratica.document import render_pdf

        made.append((pdf, render_pdf(outcome)))
    if out:
        made.append((out, json.dumps(document, ensure_ascii=False, indent=1).encode()))
    if gpkg:
        from trama.analyses.invarianza.pratica.geopackage import to_geopackage

        made.append((gpkg, to_geopackage(outcome)))
    write_together(made)
    for path, _ in made:
        say(f"Scritto: {path}")


def _print(outcome: Any, document: dict[str, Any]) -> None:
    from trama.analyses.invarianza.pratica.summary import summary

    name = document["pratica"].get("intervento", {}).get("nome") or "Intervento senza nome"
    label = f"  [{document['esito']['etichetta']}]" if document["esito"]["etichetta"] else ""
    click.echo(f"{name}: {document['esito']['testo']}{label}")
    for row in summary(outcome):
        click.echo(f"{row['nome']:<28}{row['valore']}")
    click.echo("")
    for check in document["verifiche"]:
        click.echo(f"{check['nome']}: {check['stato_testo']}. {check['frase']}")
    for notice in document["avvisi"]:
        say(f"Avviso: {notice}")
