"""`trama access dove`: where the next services of a kind should stand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from trama.analyses.siting.wanted import COVER, GOALS, LUM_WAYS, MOST_SITES, PREFERRED
from trama.cli.access_half import unfinished
from trama.cli.output import Number, guarded, json_option, print_json, say

if TYPE_CHECKING:
    from trama.kernel.trace import Trace


@click.command("dove")
@click.option("--che", "what", required=True, help="Categoria della serie o voce, come IST.SE1.")
@click.option(
    "--gruppo", "group", default="tutti", show_default=True, help="Chi cammina: bambini, anziani..."
)
@click.option(
    "--quanti",
    type=click.IntRange(1, MOST_SITES),
    default=1,
    show_default=True,
    help="Quanti luoghi.",
)
@click.option(
    "--obiettivo",
    "goal",
    type=click.Choice(list(GOALS)),
    default=COVER,
    show_default=True,
    help="Più residenti entro la soglia, meno cammino in tutto, prima chi sta peggio.",
)
@click.option("--minuti", "minutes", type=Number(), help="Soglia; quella della categoria se non si dice.")
@click.option("--area", default="", help="Comune (ISTAT o nome) o zona omogenea; tutto se non si dice.")
@click.option(
    "--lum",
    type=click.Choice(list(LUM_WAYS)),
    default=PREFERRED,
    show_default=True,
    help="Luoghi Urbani per la Mobilità: non contano, sono preferiti, oppure si cerca solo lì.",
)
@click.option(
    "--luogo",
    "places",
    multiple=True,
    metavar="X,Y",
    help="Non cerca: dice che cosa porterebbe un servizio qui (metri, EPSG:32632). Si può ripetere.",
)
@json_option
@guarded
def dove(quanti: int, places: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Cerca i luoghi migliori per i prossimi servizi, sull'ultimo calcolo di «trama access run».

    Dice quanti residenti verrebbero serviti, in quale LUM sta ciascun luogo, e quanto la scelta può essere
    lontana dalla migliore.
    """
    from trama.analyses.envelope import traced
    from trama.analyses.installation import open_installation
    from trama.analyses.siting import Wanted, best_sites, sites_given
    from trama.analyses.siting.answer import answer_of, trace_of

    installation = open_installation()
    wanted = Wanted(count=len(places) or quanti, **asked)
    if places:
        found = sites_given(installation.lake, installation.book, wanted, points(places))
    else:
        found = best_sites(installation.lake, installation.book, wanted)
    half = unfinished(installation.lake)
    body, trace = answer_of(found), trace_of(found)
    installation.lake.traces.save(trace)
    if as_json:
        print_json(traced({**body, **half}, trace))
    else:
        _print(body, trace)


def points(places: tuple[str, ...]) -> Any:
    """Read ``X,Y`` pairs; one that is not is a misuse."""
    import numpy as np

    found = []
    for text in places:
        try:
            x, y = (float(part) for part in text.split(","))
            if not (math.isfinite(x) and math.isfinite(y)):
                raise ValueError
        except ValueError:
            raise click.UsageError(
                f"«{text[:40]}» non è un luogo: scrivere X,Y in metri (EPSG:32632), come 514000,5034000."
            ) from None
        found.append((x, y))
    return np.array(found)


def _print(body: dict[str, Any], trace: Trace) -> None:
    from trama.analyses.siting.answer import where_said
    from trama.kernel.units import format_number

    def people(value: float) -> str:
        return format_number(round(value), "inhabitant")

    click.echo(
        f"{body['che_nome']}, {body['gruppo_nome']}: {body['obiettivo_nome']}, in {body['area']['nome']}"
    )
    threshold = format_number(body["soglia_min"], "min", 0)
    click.echo(f"Oltre {threshold} oggi: {people(body['oltre_oggi'])}; poi: {people(body['oltre_poi'])}.")
    for row, place in enumerate(body["luoghi"], 1):
        lum = where_said(place, body["lum_noti"])
        spot = f"{place['x']:.0f},{place['y']:.0f}"
        gained = f"{people(place['guadagnati'])} in più entro la soglia"
        click.echo(f"  {row}. {place['comune']}, {lum} ({spot}): {gained}")
    click.echo(trace.root.note[:1].upper() + trace.root.note[1:] + ".")
    if body["residenti_senza_dato"]:
        click.echo(f"Non contano {people(body['residenti_senza_dato'])}: dato mancante.")
    click.echo(f"\nPerché: trama explain {trace.id}")
    if invented := sorted({use.title for use in trace.layers() if use.synthetic}):
        say(f"Dati sintetici: {', '.join(invented)}. Il risultato è dimostrativo.")
    if count := len(trace.unofficial()):
        say(f"Valore non ufficiale: {count} parametri non vengono da un testo adottato (elenco con --json).")
