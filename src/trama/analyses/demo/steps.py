"""The analyses over the demonstration territory: what falls on the ground, and what people walk to.

The two families read nothing of each other, so they can be made at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from trama.analyses.installation import open_installation
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.norms import NormBook

Advance = Callable[[int, int], None]
EVENT = "sttm1/storm/pioggia_t50_1h"
ON_FOOT = ("Atlante dei servizi", "Accesso a piedi ai servizi", "Atlante dei LUM")
"""What `on_foot` does, one by one, as people are told."""


def of_ground(lake: Lake, book: NormBook, day: date, open_bar: Callable[[str], Advance]) -> None:
    """Run rain, heat, soils, Rete Verde, indices and works, each on what those before it left.

    Parameters
    ----------
    open_bar
        Called with the title of each (Italian); returns what is called with (done, total).
    """
    from trama.analyses.indices import run_indices
    from trama.analyses.opere.run import run_estimate
    from trama.analyses.rete_verde import plan_network_whole
    from trama.analyses.storm import run_storm_whole
    from trama.analyses.suoli import map_soils_whole
    from trama.analyses.warm import run_warm_whole

    rain = float(book.value(EVENT, day).value)
    title = f"STORM, pioggia di {format_number(rain, 'mm')}"
    run_storm_whole(lake, book, day=day, event_mm=rain, progress=open_bar(title))
    run_warm_whole(lake, book, day=day, progress=open_bar("WARM, notte d'estate"))
    map_soils_whole(lake, book, day=day, progress=open_bar("Carta dei suoli"))
    plan_network_whole(lake, book, day=day, progress=open_bar("Rete Verde"))
    run_indices(lake, book, day=day, progress=open_bar("Indici compositi"))
    run_estimate(lake, book, day=day, progress=open_bar("Effetti delle opere finanziate"))


def on_foot(title: str, day: date) -> None:
    """Run the analysis of `ON_FOOT` called `title`, on the installation at ``TRAMA_HOME``."""
    from trama.analyses.access import run_access_whole
    from trama.analyses.lum.run import run_atlas_whole
    from trama.analyses.services import draw_atlas_whole

    runs: tuple[Callable[..., object], ...] = (draw_atlas_whole, run_access_whole, run_atlas_whole)
    run = dict(zip(ON_FOOT, runs, strict=True))[title]
    installation = open_installation()
    run(installation.lake, installation.book, day=day)
