"""`trama indici`: composite indices of the territory, their ranks and how sure they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.analyses.envelope import envelope
from trama.cli.output import day_option, guarded, json_option, print_json, say, today

if TYPE_CHECKING:
    from trama.analyses.indices.rules import IndexRules
    from trama.analyses.indices.tracing import Ranked

SHOWN = 10


@click.group()
def indici() -> None:
    """Indici compositi: vulnerabilità territoriale e qualità dell'urbanizzato."""


@indici.command("run")
@click.argument("only", metavar="[INDICE]", nargs=-1)
@day_option
@json_option
@guarded
def run(only: tuple[str, ...], day: date | None, as_json: bool) -> None:
    """Misura gli indicatori, calcola gli indici (tutti, se non se ne nomina) e li lascia tra i livelli."""
    from trama.analyses.indices import run_indices
    from trama.analyses.installation import open_installation
    from trama.cli.progress import bars

    installation, on = open_installation(), day or today()
    with bars() as bar:
        found = run_indices(
            installation.lake, installation.book, day=on, only=only, progress=bar("Indici compositi")
        )
    uses = {use.layer: use for one in found for use in one.trace.layers()}
    weak = {use.path: use for one in found for use in one.trace.unofficial()}
    synthetic = any(use.synthetic for use in uses.values())
    if as_json:
        body = {"indici": [one.to_json() for one in found]}
        trace = found[0].trace_id if len(found) == 1 else None
        layers, unofficial = list(uses.values()), list(weak.values())
        print_json(envelope(body, day=on, layers=layers, unofficial=unofficial, trace=trace))
        return
    for one in found:
        _print(one.rules, one.ranked["comuni"])
        click.echo(f"Spiegazione: trama explain {one.trace_id} --passo comuni/ISTAT\n")
    click.echo(
        "Livelli: " + ", ".join(f"{layer} {v.id}" for one in found for layer, v in one.versions.items())
    )
    if left := set(only or installation.book.indices) - {one.rules.index.id for one in found}:
        say(f"Nessun indicatore ha dati per: {', '.join(sorted(left))}.")
    _label(synthetic, len(weak))


@indici.command("show")
@click.argument("index_id", metavar="INDICE")
@click.option("--per", "grain", default="comuni", help="comuni oppure upa.", show_default=True)
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    default=None,
    help="Altri pesi: il JSON salvato dalla pagina, o un CSV voce;peso.",
)
@click.option("--version", "wanted", default=None, help="Versione della tabella; la corrente se manca.")
@json_option
@guarded
def show(index_id: str, grain: str, weights: Path | None, wanted: str | None, as_json: bool) -> None:
    """Mostra la graduatoria di un indice, con i pesi delle norme o con altri."""
    from trama.analyses.indices.alternatives import choice_from
    from trama.analyses.indices.kept import kept_version, read_kept, rules_of
    from trama.analyses.indices.run import summary
    from trama.analyses.installation import open_installation
    from trama.sources.weights import read_weights

    installation = open_installation()
    lake, book = installation.lake, installation.book
    if index_id not in book.indices:
        from trama.analyses.indices.errors import UnknownIndex

        raise UnknownIndex(what=index_id, hint=", ".join(sorted(book.indices)))
    version = kept_version(lake, index_id, grain, wanted)
    rules = rules_of(book, index_id, version)
    choice = choice_from(rules, read_weights(weights), weights.name) if weights else None
    ours = choice is None or replace(choice, name="") == rules.choice
    ranked = read_kept(lake, book, rules, version, choice)
    trace = lake.traces.load(version.provenance.trace)
    if as_json:
        body: dict[str, Any] = {
            "indice": index_id,
            "titolo": rules.index.title.it,
            "per": grain,
            "scelta": ranked.assessment.choice.to_json(),
            "delle_norme": ours,
            **summary(ranked),
        }
        print_json(
            envelope(
                body,
                day=rules.day,
                layers=[version.use(), *trace.layers()],
                unofficial=trace.unofficial(),
                trace=trace.id,
            )
        )
        return
    if weights:
        click.echo(f"Con i pesi di {weights.name}, {'uguali a quelli' if ours else 'non'} delle norme.")
    _print(rules, ranked)
    _label(version.synthetic, len(trace.unofficial()))


def _label(synthetic: bool, weak: int) -> None:
    """Say on what the figures must not be taken for more than they are."""
    if synthetic:
        say("Dati sintetici: il risultato è dimostrativo.")
    if weak:
        said = "1 parametro non viene" if weak == 1 else f"{weak} parametri non vengono"
        say(f"Valore non ufficiale: {said} da un testo adottato (quali, con --json).")


def _print(rules: IndexRules, one: Ranked) -> None:
    """Write the head of a ranking, how sure it is, what moves it."""
    from trama.kernel.units import format_number

    told, prepared = one.assessment, one.assessment.prepared
    click.echo(f"{rules.index.title.it}: {len(prepared.names)} indicatori su {len(rules.order)} hanno dati.")
    absent = "; ".join(rules.indicator(name).name.it for name in prepared.absent)
    if absent:
        say(f"Dato mancante, non zero: {absent}.")
    if not one.whole:
        say("L'indice non si calcola: a un pilastro mancano tutti gli indicatori.")
        return
    names = [name for name, kept in zip(one.matrix.places.names, prepared.kept, strict=True) if kept]
    for row in told.rank.argsort(kind="stable")[:SHOWN]:
        low, high = told.interval.low[row], told.interval.high[row]
        click.echo(
            f"  {told.rank[row]:>3}  {names[row]:<28} {format_number(float(told.index[row]))}"
            f"  posto tra {low} e {high} nel 90 % delle estrazioni"
        )
    movers = [
        (shift, rules.indicator(name).name.it)
        for shift, name in zip(told.removal.mean, prepared.names, strict=True)
        if shift == shift  # noqa: PLR0124 - NaN: alone in its pillar
    ]
    if movers:
        shift, name = max(movers)
        click.echo(
            f"Senza «{name}» i posti cambierebbero in media di {format_number(float(shift), decimals=1)}."
        )
