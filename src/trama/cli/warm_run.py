"""`trama warm run`: WARM over the layers of the lake."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from trama.analyses.envelope import traced
from trama.cli.output import Number, cluster_option, day_option, guarded, json_option, print_json, say, today

if TYPE_CHECKING:
    from trama.analyses.warm import WarmResult
    from trama.analyses.warm.figures import Figures

SHOWN = 10
WHOLE_SHARE = 0.99
"""Share of the ground from which a figure of the whole is said without its coverage."""
AIR_ONLY = (
    "Temperatura dell'aria calcolata dal modello: non è confrontabile con i 24-33 °C che la Città "
    "metropolitana ha mappato dal satellite."
)


@click.command("run")
@click.option(
    "--t-ref",
    type=Number(),
    default=None,
    help="Temperatura di riferimento, in °C; delle norme se manca (della carta, se osservata).",
)
@click.option(
    "--uhi-max",
    type=Number(),
    default=None,
    help="Isola di calore massima del modello, in °C; delle norme se manca.",
)
@click.option(
    "--fonte",
    "source",
    type=click.Choice(["osservata", "modello"]),
    default=None,
    help="Da dove viene la temperatura; osservata, se ce n'è una carta.",
)
@cluster_option
@day_option
@json_option
@guarded
def run(
    t_ref: float | None,
    uhi_max: float | None,
    source: str | None,
    cluster: str | None,
    day: date | None,
    as_json: bool,
) -> None:
    """Calcola temperatura notturna, anomalia ed esposti di comuni, UPA e zone dai livelli presenti."""
    from trama.analyses.installation import open_installation
    from trama.analyses.warm import run_warm_whole
    from trama.cli.progress import bars, from_first_step

    installation = open_installation()
    with bars() as bar:
        result = run_warm_whole(
            installation.lake,
            installation.book,
            day=day or today(),
            t_ref=t_ref,
            uhi_max=uhi_max,
            source=source,
            cluster=cluster,
            progress=from_first_step(bar, "WARM"),
        )
    if as_json:
        print_json(traced(result.to_json(), result.trace))
    else:
        _print(result)


def _print(result: WarmResult) -> None:
    from trama.kernel.units import MISSING, format_number

    whole = result.territory
    origin = "osservata" if result.source == "osservata" else "calcolata dal modello"
    click.echo(
        f"Temperatura notturna {origin}, riferimento {format_number(result.t_ref, 'degC')}, "
        f"norme in vigore il {result.day:%d/%m/%Y}."
    )
    click.echo(
        f"Sull'intero territorio: {format_number(whole.t_notte, 'degC')}, anomalia "
        f"{format_number(whole.anomalia, 'degC')}, vulnerabilità {whole.classe_nome or MISSING}."
    )
    click.echo(_people(whole))
    click.echo("\nI comuni con più anomalia:")
    ranked = sorted(result.comuni.values(), key=lambda place: -(place.anomalia or 0.0))
    for place in ranked[:SHOWN]:
        click.echo(
            f"  {place.nome:<28} anomalia {format_number(place.anomalia, 'degC'):>8}"
            f"  dove si abita {format_number(place.anomalia_abitata, 'degC'):>8}"
            f"  vulnerabilità {place.classe_nome or MISSING}"
        )
    click.echo("\nZone a temperatura omogenea:")
    for zone in result.zones:
        bounds = f"da {format_number(zone.low, 'degC')} a {format_number(zone.high, 'degC')}"
        area = format_number(zone.cells * result.cell_area_m2 / 1e6, "km2", 0)
        click.echo(f"  {zone.number}, {zone.name:<14} {bounds:<28} {area}")
    click.echo("\nLivelli: " + ", ".join(f"{name} {version.id}" for name, version in result.versions.items()))
    _warn(result)
    click.echo(f"Spiegazione: trama explain {result.trace_id} --passo comuni/ISTAT/anomalia")


def _people(whole: Figures) -> str:
    from trama.kernel.units import format_number

    if whole.residenti is None:
        return "Persone esposte: dato mancante (serve il livello «popolazione_eta»)."
    counts = (whole.sensibili, whole.sensibili_oltre_2)
    sensitive, above = (format_number(count, "inhabitant", 0) for count in counts)
    return f"Persone sensibili per età: {sensitive}; oltre la soglia di anomalia: {above} (stima)."


def _warn(result: WarmResult) -> None:
    """Say what a person should know of the figures."""
    from trama.kernel.units import format_number

    if result.source == "modello":
        say(AIR_ONLY)
    share = result.territory.copertura_temperatura or 0.0
    if share < WHOLE_SHARE:
        part = format_number(100 * share, "%")
        say(f"Il conto copre il {part} dell'area: il resto è dato mancante, non zero.")
    if any(version.synthetic for version in result.versions.values()):
        say("Dati sintetici: il risultato è dimostrativo.")
    if count := len(result.trace.unofficial()):
        say(f"Valore non ufficiale: {count} parametri non vengono da un testo adottato (elenco con --json).")
