"""`trama opere`: the register of funded works, its totals, the effects of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from trama.cli.output import day_option, guarded, json_option, print_json, say, today
from trama.cli.paths import Named

NAMED = 10
"""Works named on one line; how many more there are is said."""


@click.group()
def opere() -> None:
    """Registro delle opere finanziate: totali ed effetti."""


def _choosing(command: Any) -> Any:
    for option in (
        click.option("--comune", default="", help="Solo la parte in questo comune (codice ISTAT)."),
        click.option("--stato", default="", help="Solo le opere in questo stato (per esempio in_corso)."),
        click.option("--fondo", default="", help="Solo le opere di questo fondo (per esempio spugna)."),
    ):
        command = option(command)
    return command


@opere.command()
@_choosing
@day_option
@json_option
@guarded
def riepilogo(fondo: str, stato: str, comune: str, day: date | None, as_json: bool) -> None:
    """Somma importi ed effetti per fondo, stato, comune e UPA."""
    from trama.analyses.envelope import traced
    from trama.analyses.installation import open_installation
    from trama.analyses.opere.answer import summary_json, summary_trace
    from trama.analyses.opere.summary import Choice, summarise

    installation = open_installation()
    choice = Choice(fondo, stato, comune)
    summary = summarise(installation.lake, installation.book, day or today(), choice)
    trace = summary_trace(installation.lake, summary)
    installation.lake.traces.save(trace)
    body = summary_json(summary)
    if as_json:
        print_json(traced(body, trace))
        return
    source = summary.register.version
    if source.synthetic and source.manifest.synthetic:
        click.echo("Opere e importi inventati per la dimostrazione, sotto i nomi dei fondi veri.\n")
    _print(body)
    click.echo(f"\nPerché: trama explain {trace.id}")
    if trace_synthetic := sorted({use.title for use in trace.layers() if use.synthetic}):
        say(f"Dati sintetici: {', '.join(trace_synthetic)}. Il risultato è dimostrativo.")
    if unofficial := len(trace.unofficial()):
        say(f"Valore non ufficiale: {unofficial} parametri (elenco con --json).")


@opere.command()
@day_option
@json_option
@guarded
def stima(day: date | None, as_json: bool) -> None:
    """Stima gli effetti di ogni opera con i calcoli dello scenario, e li lascia nel lake."""
    from trama.analyses.envelope import traced
    from trama.analyses.installation import open_installation
    from trama.analyses.opere.run import run_estimate
    from trama.cli.progress import bars, from_first_step

    installation = open_installation()
    with bars() as bar:
        step = from_first_step(bar, "Effetti delle opere")
        done = run_estimate(installation.lake, installation.book, day=day or today(), progress=step)
    known = [effect for effect in done.effects if not effect.no_water]
    body = {
        "livello": done.version.layer,
        "versione_livello": done.version.id,
        "opere": len(done.effects),
        "stimate": len(known),
        "non_stimate": [
            {"id": effect.work.id, "motivo": effect.no_water} for effect in done.effects if effect.no_water
        ],
    }
    if as_json:
        print_json(traced(body, done.trace))
        return
    click.echo(f"Stimate {len(known)} opere su {len(done.effects)}: opere_effetti {done.version.id}")
    for effect in done.effects:
        if effect.no_water:
            click.echo(f"  {effect.work.id} (riga {effect.work.row}): {effect.no_water}")
    click.echo(f"Perché: trama explain {done.trace.id}")


@opere.command()
@click.argument("file", metavar="FILE", type=Named())
@_choosing
@day_option
@guarded
def esporta(file: Path, fondo: str, stato: str, comune: str, day: date | None) -> None:
    """Scrive le opere con i loro effetti in FILE (.csv o .gpkg)."""
    from trama.analyses.installation import open_installation
    from trama.analyses.opere.export import export
    from trama.analyses.opere.summary import Choice, summarise

    installation = open_installation()
    choice = Choice(fondo, stato, comune)
    summary = summarise(installation.lake, installation.book, day or today(), choice)
    export(summary, file)
    say(f"{_counted(len(summary.parts))} in {file}")
    if summary.synthetic_effects:
        say("Effetti stimati su dati sintetici: il file lo dice nella colonna «effetti_sintetici».")


def _counted(works: int) -> str:
    return f"{works} {'opera' if works == 1 else 'opere'}"


def _print(body: dict[str, Any]) -> None:
    from trama.kernel.units import format_number as number

    total = body["totale"]
    click.echo(f"{_counted(total['opere'])}, {number(total['importo'], 'EUR')}")
    if total["senza_importo"]:
        click.echo(f"  {total['senza_importo']} senza importo: non contano come zero")
    for name, title in (("fondi", "Fondi"), ("stati", "Stati"), ("comuni", "Comuni"), ("upa", "UPA")):
        click.echo(f"\n{title}")
        for row in body[name]:
            kept = number(row["m3_t50_1h"], "m3")
            click.echo(f"  {row['nome']}: {_counted(row['opere'])}, {number(row['importo'], 'EUR')}, {kept}")
    click.echo(f"\nAcqua fuori dalla fognatura, giorno estivo: {number(total['m3_giorno_estivo'], 'm3')}")
    click.echo(f"Acqua fuori dalla fognatura, temporale T50: {number(total['m3_t50_1h'], 'm3')}")
    click.echo(f"Costo per metro cubo: {number(total['costo_m3'], 'EUR/m3')}")
    for row in body["non_stimate"]:
        click.echo(f"Senza stima ({row['motivo']}): {_some(row['opere'])}")


def _some(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are.

    >>> _some([str(number) for number in range(12)])
    '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 e altre 2 (tutte con --json)'
    """
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" e altre {more} (tutte con --json)" if more > 0 else "")
