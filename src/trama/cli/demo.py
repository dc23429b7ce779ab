"""`trama demo`: build the demonstration territory, inside the real boundaries."""

from __future__ import annotations

import time
from datetime import date

import click

from trama.analyses.envelope import envelope
from trama.cli.output import day_option, guarded, json_option, print_json, say, today
from trama.cli.progress import bars

SEED = 20240228


@click.group()
def demo() -> None:
    """Costruisce il territorio dimostrativo."""


@demo.command("build")
@click.option("--seed", default=SEED, show_default=True, help="Seme dei livelli sintetici.")
@day_option
@json_option
@guarded
def build(seed: int, day: date | None, as_json: bool) -> None:
    """Confini e popolazione reali, livelli sintetici, e le analisi sopra di essi; si può ripetere."""
    from trama.analyses.demo import build as build_territory
    from trama.analyses.demo.beside import beside
    from trama.analyses.demo.steps import ON_FOOT, of_ground, on_foot
    from trama.analyses.installation import open_installation
    from trama.sources.boundaries import load_boundaries

    on, start = day or today(), time.perf_counter()
    installation = open_installation()
    lake, book = installation.lake, installation.book
    with bars() as bar, beside() as other:
        bar("Confini e popolazione (ISTAT)")
        load_boundaries(lake, book, day=on)
        advance = bar("Livelli sintetici del territorio dimostrativo")
        made = build_territory(
            lake,
            book,
            seed=seed,
            day=on,
            progress=lambda _, share: advance(round(100 * share), 100),
            writer=other,
        )
        meanwhile = [(bar(title), other.submit(on_foot, title, on)) for title in ON_FOOT]
        of_ground(lake, book, on, bar)
        for advance, running in meanwhile:
            running.result()
            advance(1, 1)
    if real := sorted(version.manifest.title for version in made.values() if not version.synthetic):
        say(f"Dati veri, lasciati come sono: {', '.join(real)}.")
    seconds = time.perf_counter() - start
    if as_json:
        uses = [lake.version(layer).use() for layer in lake.layers()]
        print_json(envelope({"secondi": round(seconds, 1)}, day=on, layers=uses))
    say(f"Territorio pronto in {seconds:.0f} s: {len(lake.layers())} livelli.")
