"""`trama rete-verde`: where the green network comes first, and what to finance."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trama.analyses.envelope import traced
from trama.cli.output import day_option, guarded, json_option, print_json, say, today
from trama.cli.paths import Named

if TYPE_CHECKING:
    from trama.analyses.rete_verde import Network
    from trama.analyses.rete_verde.projects import Ranked
    from trama.kernel.trace import Trace
    from trama.sources.interventions import Intervention

SHOWN = 10


@click.group()
def rete_verde() -> None:
    """Priorità e ordine di finanziamento della Rete Verde Metropolitana."""


@rete_verde.command("priorita")
@click.option("--out", type=Named(), default=None, help="Scrive anche un file .csv oppure .gpkg.")
@day_option
@json_option
@guarded
def priorita(out: Path | None, day: date | None, as_json: bool) -> None:
    """Ordina UPA e comuni per priorità, e le azioni per classe di vulnerabilità e guadagno di un euro."""
    from trama.analyses.installation import open_installation
    from trama.analyses.rete_verde import plan_network_whole
    from trama.analyses.rete_verde.export import check_name, export_network
    from trama.cli.progress import bars

    if out:
        check_name(out)
    installation = open_installation()
    with bars() as bar:
        network = plan_network_whole(
            installation.lake, installation.book, day=day or today(), progress=bar("Rete Verde")
        )
    if out:
        export_network(out, network)
        say(f"Scritto: {out}")
    if as_json:
        print_json(traced(network.to_json(), network.trace))
    else:
        _print(network)


@rete_verde.command("ordine")
@click.argument("files", metavar="PROGETTO...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--crs", help="Codice EPSG, per i file che non lo dichiarano (DXF): per esempio 32632.")
@click.option("--repair", is_flag=True, help="Accetta il rimedio proposto per un contorno che si incrocia.")
@day_option
@json_option
@guarded
def ordine(files: tuple[Path, ...], crs: str | None, repair: bool, day: date | None, as_json: bool) -> None:
    """Mette i PROGETTI in ordine di finanziamento: classe della parte A per guadagno di un euro.

    Un file può contenerne più d'uno: gli elementi con lo stesso «nome» sono un progetto.
    """
    from trama.analyses.installation import open_installation
    from trama.analyses.rete_verde.projects import order_projects
    from trama.sources.interventions import read_interventions

    installation, on = open_installation(), day or today()
    known = list(installation.book.value("sttm1/nbs/catalogo", on).value)
    chosen = {file.resolve(): file for file in reversed(files)}
    once = [file for file in files if chosen[file.resolve()] is file]
    if len(once) < len(files):
        say("Un progetto è indicato più volte: è contato una volta sola.")
    subjects: list[Intervention] = []
    said: list[str] = []
    for file in once:
        found = read_interventions(file, crs=crs, nbs_ids=known, mend=repair)
        subjects += found
        if len(found) > 1:
            said.append(f"«{found[0].source_name}» contiene {len(found)} progetti, uno per nome.")
        said += [
            f"{f'«{one.nome}»: ' if one.nome else ''}{warning}" for one in found for warning in one.warnings
        ]
    rows, trace = order_projects(installation.lake, installation.book, subjects, on, said)
    for warning in said:
        say(f"Attenzione: {warning}")
    if as_json:
        print_json(traced({"avvisi": said, "ordine": [row.to_json() for row in rows]}, trace))
    else:
        _print_projects(rows, trace)


def _print_projects(rows: list[Ranked], trace: Trace) -> None:
    from trama.analyses.rete_verde.projects import UNITS
    from trama.kernel.units import MISSING, format_number

    for theme, unit in UNITS.items():
        click.echo(f"Ordine di finanziamento, {theme} (classe × {unit} per milione di euro):")
        for row in (one for one in rows if one.theme == theme):
            score = format_number(row.score, "1", 1)
            click.echo(
                f"  {row.place or '–':>3}  {row.name:<40} {score:>12}  classe {row.grade or MISSING}, "
                f"guadagno {format_number(row.gain)}{f' {unit}' if row.gain is not None else ''}, "
                f"costo {format_number(row.cost, 'EUR', 0)}, scheda: {row.outcome or MISSING}"
                + (f"  ({row.why})" if row.why else "")
            )
            if row.cut:
                click.echo(f"       {row.cut[:1].upper()}{row.cut[1:]}.")
    if any(use.synthetic for use in trace.layers()):
        say("Dati sintetici: il risultato è dimostrativo.")
    if count := len(trace.unofficial()):
        say(f"Valore non ufficiale: {count} parametri non vengono da un testo adottato (elenco con --json).")
    click.echo(f"\nPerché: trama explain {trace.id}")


def _print(network: Network) -> None:
    from collections import Counter

    from trama.kernel.units import MISSING, format_number

    first = network.rankings["upa"]
    click.echo("Indicatori in uso: " + ", ".join(one.name_it for one in first.in_use))
    if first.absent:
        click.echo(f"{MISSING.capitalize()}: " + ", ".join(one.name_it for one in first.absent))
    click.echo("\nLe UPA, dalla più urgente:")
    for place in first.places:
        between = f"tra {place.rank_low} e {place.rank_high}" if place.rank else ""
        held = "" if place.stable is None else ("classe stabile" if place.stable else "classe non stabile")
        click.echo(
            f"  {place.rank or '–':>3}  {place.nome:<34} {place.key:<16} {format_number(place.index):>6}"
            f"  {place.classe_nome or MISSING}  {between}  {held}"
        )
    names = {place.key: place.nome for place in first.places}
    for theme, unit in (
        ("acqua", "m³ per milione di euro"),
        ("calore", "°C·persone sensibili per milione di euro"),
    ):
        every = [one for one in network.orders if one.theme == theme]
        rows = [one for one in every if one.place]
        click.echo(f"\nOrdine di finanziamento, {theme} (classe × {unit}):")
        if not any(one.score is not None for one in every):
            click.echo(f"  {MISSING}: nessuna azione ha un punteggio")
        for one in rows[:SHOWN]:
            click.echo(
                f"  {one.place:>3}  {names.get(one.upa, one.upa):<34} ({one.upa})  {one.action.name_it:<50}"
                f" {format_number(one.score, '1', 1):>9}  (tra {format_number(one.score_low, '1', 1)}"
                f" e {format_number(one.score_high, '1', 1)} secondo il costo)"
            )
        unplaced = Counter(one.why for one in every if one.score is not None and not one.place)
        for why, count in unplaced.most_common():
            click.echo(f"    –  {count} {'riga' if count == 1 else 'righe'} senza posto ({why})")
    if not network.drawn:
        say("Il disegno della Rete Verde del PTM non è caricato: le priorità non ne dipendono.")
    if any(version.synthetic for version in network.versions.values()):
        say("Dati sintetici: il risultato è dimostrativo.")
    if count := len(network.trace.unofficial()):
        say(f"Valore non ufficiale: {count} parametri non vengono da un testo adottato (elenco con --json).")
    click.echo(f"\nSpiegazione: trama explain {network.trace.id} --passo upa/CODICE/priorita")
