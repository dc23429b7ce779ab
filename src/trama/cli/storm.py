"""`trama storm`: how the territory takes intense rain."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trama.cli.output import Number, cluster_option, day_option, guarded, json_option, print_json, say, today
from trama.cli.paths import Named
from trama.cli.raster_words import answer

if TYPE_CHECKING:
    from trama.analyses.storm import StormResult
    from trama.analyses.storm.figures import Figures

SHOWN = 10
WHOLE_SHARE = 0.99
"""Share of the ground from which a figure of the whole is said without its coverage."""


lambda_option = click.option(
    "--lambda", "lambda_", type=Number(), default=None, help="Rapporto Ia/S; quello delle norme se manca."
)


@click.group()
def storm() -> None:
    """Vulnerabilità alle piogge intense."""


@storm.command("run")
@click.option("--event-mm", type=Number(), required=True, help="Pioggia dell'evento, in millimetri.")
@lambda_option
@click.option("--kdren", default=None, help="Proposta di pesi per K-dren, k1 o k2; delle norme se manca.")
@cluster_option
@day_option
@json_option
@guarded
def run(
    event_mm: float,
    lambda_: float | None,
    kdren: str | None,
    cluster: str | None,
    day: date | None,
    as_json: bool,
) -> None:
    """Calcola drenaggio, deflusso e vulnerabilità di comuni, UPA e zone dai livelli presenti."""
    from trama.analyses.installation import open_installation
    from trama.analyses.storm import run_storm_whole
    from trama.analyses.storm.events import events_mm
    from trama.cli.progress import bars, from_first_step

    installation = open_installation()
    before = events_mm(installation.lake)[:1]
    with bars() as bar:
        result = run_storm_whole(
            installation.lake,
            installation.book,
            day=day or today(),
            event_mm=event_mm,
            lambda_=lambda_,
            kdren=kdren,
            cluster=cluster,
            progress=from_first_step(bar, "STORM"),
        )
    if as_json:
        from trama.analyses.envelope import traced

        print_json(traced(result.to_json(), result.trace))
    else:
        _print_run(result)
    _say_replaced(before, result.event_mm)


def _say_replaced(before: list[float], now_mm: float) -> None:
    """Say that pages show another event from now on, and how to go back."""
    from trama.kernel.units import format_number

    for mm in before:
        if mm != now_mm:
            say(
                f"Da ora le pagine mostrano l'evento di {format_number(now_mm, 'mm')} al posto di quello di "
                f"{format_number(mm, 'mm')}. Per tornare indietro: trama storm run --event-mm {mm:g}"
            )


@storm.command("raster")
@click.option("--lulc", type=click.Path(path_type=Path), required=True, help="Griglia dell'uso del suolo.")
@click.option(
    "--soil-groups",
    type=click.Path(path_type=Path),
    required=True,
    help="Griglia dei gruppi idrologici, da 1 (A) a 4 (D).",
)
@click.option(
    "--biophysical",
    type=click.Path(path_type=Path),
    required=True,
    help="Tabella CSV: lucode, CN_A, CN_B, CN_C, CN_D.",
)
@click.option("--rain-mm", type=Number(), required=True, help="Pioggia dell'evento, in millimetri.")
@click.option("--zones", type=click.Path(path_type=Path), required=True, help="Poligoni delle zone.")
@click.option("--out", type=Named(), required=True, help="Cartella dei risultati.")
@lambda_option
@json_option
@guarded
def raster(
    lulc: Path,
    soil_groups: Path,
    biophysical: Path,
    rain_mm: float,
    zones: Path,
    out: Path,
    lambda_: float | None,
    as_json: bool,
) -> None:
    """Calcola deflusso e ritenzione da file qualsiasi, con gli stessi ingressi di InVEST Urban Flood."""
    from trama.analyses.storm.raster import run_raster
    from trama.cli.progress import bars, from_first_step

    norm = None
    if lambda_ is None:
        from trama.analyses.installation import norm_in_force

        norm = norm_in_force("sttm1/storm/lambda", today())
    ratio = float(norm.value) if norm else float(lambda_ or 0)
    with bars() as bar:
        done = run_raster(
            lulc,
            soil_groups,
            biophysical,
            rain_mm,
            zones,
            out,
            lambda_=ratio,
            progress=from_first_step(bar, "Deflusso e ritenzione"),
        )
    answer(
        done,
        {
            "pioggia_mm": rain_mm,
            "lambda": ratio,
            "area_cella_m2": done.cell_area_m2,
            "suoli_ricampionati": done.resampled,
        },
        "I gruppi idrologici sono su un'altra griglia: "
        "ogni cella ha preso il gruppo più frequente al suo interno, come fa InVEST.",
        as_json=as_json,
        unofficial=[norm.use()] if norm and not norm.status.official else [],
    )


def _partial(whole: Figures) -> str:
    """Say how much of the ground each figure of the whole rests on, for those that lack some of it."""
    from trama.kernel.units import format_number

    rests = {
        "I-dren": whole.copertura_idren,
        "K-dren e vulnerabilità": whole.copertura_kdren,
        "deflusso": whole.copertura_deflusso,
    }
    shares = {name: share or 0.0 for name, share in rests.items()}
    return ", ".join(
        f"{name} sul {format_number(100 * share, '%', 2)} dell'area"
        for name, share in shares.items()
        if share < WHOLE_SHARE
    )


def _print_run(result: StormResult) -> None:
    from trama.kernel.units import MISSING, format_number

    whole = result.territory
    click.echo(
        f"Pioggia di {format_number(result.event_mm, 'mm')}, norme in vigore il {result.day:%d/%m/%Y}."
    )
    click.echo(
        f"Sull'intero territorio: deflusso medio {format_number(whole.deflusso_mm, 'mm')}, "
        f"volume {format_number(whole.deflusso_m3, 'm3')}, I-dren {format_number(whole.idren)}, "
        f"K-dren {format_number(whole.kdren)}, vulnerabilità {whole.classe_nome or MISSING}."
    )
    if partial := _partial(whole):
        say(f"Il conto non copre tutto il territorio: {partial}. Il resto è dato mancante, non zero.")
    click.echo("\nI comuni con più deflusso per superficie:")
    ranked = sorted(result.comuni.values(), key=lambda place: -(place.deflusso_mm or 0.0))
    for place in ranked[:SHOWN]:
        click.echo(
            f"  {place.nome:<28} {format_number(place.deflusso_mm, 'mm'):>10}"
            f"  I-dren {format_number(place.idren)}  vulnerabilità {place.classe_nome or MISSING}"
        )
    click.echo("\nLivelli: " + ", ".join(f"{name} {version.id}" for name, version in result.versions.items()))
    if any(version.synthetic for version in result.versions.values()):
        say("Dati sintetici: il risultato è dimostrativo.")
    if count := len(result.trace.unofficial()):
        say(f"Valore non ufficiale: {count} parametri non vengono da un testo adottato (elenco con --json).")
    click.echo(f"Spiegazione: trama explain {result.trace_id} --passo comuni/ISTAT/idren")
