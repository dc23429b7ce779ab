"""`trama demo`: build the demonstration territory, inside the real boundaries."""

from __future__ import annotations

import time
from datetime import date

import click

from trama.analyses.envelope import envelope
from trama.cli.output import day_option, guarded, json_option, print_json, say, today
from trama.cli.progress import bars
from trama.kernel.units import format_number

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
    from trama.analyses.access import run_access_whole
    from trama.analyses.demo import build as build_territory
    from trama.analyses.indices import run_indices
    from trama.analyses.installation import open_installation
    from trama.analyses.lum.run import run_atlas_whole
    from trama.analyses.opere.run import run_estimate
    from trama.analyses.rete_verde import plan_network_whole
    from trama.analyses.services import draw_atlas_whole
    from trama.analyses.storm import run_storm_whole
    from trama.analyses.suoli import map_soils_whole
    from trama.analyses.warm import run_warm_whole
    from trama.sources.boundaries import load_boundaries

    on, start = day or today(), time.perf_counter()
    installation = open_installation()
    lake, book = installation.lake, installation.book
    with bars() as bar:
        bar("Confini e popolazione (ISTAT)")
        load_boundaries(lake, book, day=on)
        advance = bar("Livelli sintetici del territorio dimostrativo")
        made = build_territory(
            lake, book, seed=seed, day=on, progress=lambda _, share: advance(round(100 * share), 100)
        )
        rain = float(book.value("sttm1/storm/pioggia_t50_1h", on).value)
        title = f"STORM, pioggia di {format_number(rain, 'mm')}"
        run_storm_whole(lake, book, day=on, event_mm=rain, progress=bar(title))
        run_warm_whole(lake, book, day=on, progress=bar("WARM, notte d'estate"))
        map_soils_whole(lake, book, day=on, progress=bar("Carta dei suoli"))
        plan_network_whole(lake, book, day=on, progress=bar("Rete Verde"))
        run_indices(lake, book, day=on, progress=bar("Indici compositi"))
        run_estimate(lake, book, day=on, progress=bar("Effetti delle opere finanziate"))
        draw_atlas_whole(lake, book, day=on, progress=bar("Atlante dei servizi"))
        run_access_whole(lake, book, day=on, progress=bar("Accesso a piedi ai servizi"))
        run_atlas_whole(lake, book, day=on, progress=bar("Atlante dei LUM"))
    if real := sorted(version.manifest.title for version in made.values() if not version.synthetic):
        say(f"Dati veri, lasciati come sono: {', '.join(real)}.")
    seconds = time.perf_counter() - start
    if as_json:
        uses = [lake.version(layer).use() for layer in lake.layers()]
        print_json(envelope({"secondi": round(seconds, 1)}, day=on, layers=uses))
    say(f"Territorio pronto in {seconds:.0f} s: {len(lake.layers())} livelli.")
