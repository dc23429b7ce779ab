"""`trama access run` and `trama access disuguaglianza`: who reaches what on foot, and how unequally."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from trama.analyses.envelope import envelope, traced
from trama.cli.access_half import unfinished
from trama.cli.output import day_option, guarded, json_option, print_json, say, today

if TYPE_CHECKING:
    from trama.analyses.access import AccessResult
    from trama.kernel.trace import Trace

SHOWN = 10


@click.command("run")
@click.option("--serie", help="Serie di categorie; quella predefinita delle norme se non si dice.")
@click.option("--gruppo", default="tutti", show_default=True, help="Chi cammina: adulti, bambini, anziani...")
@click.option(
    "--decadimento", default="", help="Funzione dell'accesso nella disuguaglianza: esponenziale, walkscore..."
)
@click.option(
    "--bacino", default="", help="Pesi di offerta e domanda: piedi_15, lento, rapido, o una funzione."
)
@day_option
@json_option
@guarded
def run(
    serie: str | None, gruppo: str, decadimento: str, bacino: str, day: date | None, as_json: bool
) -> None:
    """Calcola i minuti a piedi ai servizi per ogni cella abitata di 100 m, comune e zona omogenea."""
    from trama.analyses.access import run_access_whole
    from trama.analyses.installation import open_installation
    from trama.cli.progress import bars

    installation = open_installation()
    with bars() as bar:
        result = run_access_whole(
            installation.lake,
            installation.book,
            day=day or today(),
            set_id=serie,
            group=gruppo,
            decay=decadimento,
            catchment=bacino,
            progress=bar("Accesso ai servizi"),
        )
    if as_json:
        print_json(traced(result.to_json(), result.trace))
    else:
        _print_run(result)
        _label(result.trace)


@click.command("disuguaglianza")
@click.option("--gruppo", help="Un solo gruppo di chi cammina; tutti se non si dice.")
@json_option
@guarded
def disuguaglianza(gruppo: str | None, as_json: bool) -> None:
    """Dice quanto l'accesso è diseguale tra persone, zone e gruppi: Gini, Palma, Theil."""
    from trama.analyses.access.kept import inequality_kept
    from trama.analyses.installation import open_installation

    lake = open_installation().lake
    body, version, trace = inequality_kept(lake, gruppo)
    half = unfinished(lake)
    if as_json:
        layers, unofficial = (trace.layers(), trace.unofficial()) if trace else ((), ())
        made = date.fromisoformat(version.provenance.day)
        print_json(
            envelope(
                {**body, **half},
                day=made,
                layers=[*layers, version.use()],
                unofficial=unofficial,
                trace=version.provenance.trace or None,
            )
        )
        return
    _print_inequality(body)
    click.echo(f"\nPerché: trama explain {version.provenance.trace} --passo disuguaglianza")
    if trace:
        _label(trace)


def _print_run(result: AccessResult) -> None:
    from trama.kernel.units import MISSING, format_number

    rules, whole = result.ground.rules, result.territory
    click.echo(f"{rules.published['name_it']}, {result.group.name_it}: {_pace(result.group.m_s)}")
    share = _percent(whole.f15)
    within = format_number(rules.threshold, "min", 0)
    word = {figure: f"{one} " if one else "" for figure, one in whole.words.items()}
    click.echo(
        f"Tempo di prossimità {word['pt_min']}{format_number(whole.pt_min, 'min')}; "
        f"entro {within}: {word['f15']}{share}."
    )
    click.echo(
        f"Categorie vicine {word['categorie_vicine']}{format_number(whole.b, '1', 1)} di "
        f"{len(whole.categories)}; {rules.at_least} o più: "
        f"{word['quota_almeno']}{_percent(whole.share_some)}; "
        f"tutte: {word['quota_tutte']}{_percent(whole.share_all)}."
    )
    click.echo(f"Residenti non collocati: {format_number(_whole(whole.unplaced), 'inhabitant')}")
    if whole.cut >= 1:
        cut = format_number(round(whole.cut), "inhabitant")
        limit = format_number(rules.limit_mm / 1000, "m", 0)
        click.echo(f"Qualche categoria non si trova entro {limit}, e conta a quella distanza: {cut}.")
    _print_unreached(result)
    click.echo("\nResidenti oltre la soglia, per categoria:")
    for one in whole.categories:
        beyond = MISSING if one.beyond is None else format_number(round(one.beyond), "inhabitant")
        threshold = format_number(one.category.minutes, "min", 0)
        most = f" {one.beyond_word}" if one.beyond_word else ""
        click.echo(f"  {one.category.name_it:<40} oltre {threshold:>6}{most}: {beyond}")
    click.echo("\nI comuni dove si cammina di più:")
    comuni = [of for kind, of in result.places if kind == "comune" and of.pt_min is not None]
    for of in sorted(comuni, key=lambda one: -(one.pt_min or 0))[:SHOWN]:
        lacking = f"  ({of.lacking} categorie con {MISSING})" if of.lacking else ""
        click.echo(f"  {of.name:<28} {format_number(of.pt_min, 'min'):>10}  {_percent(of.f15):>8}{lacking}")
    click.echo(f"\nSpiegazione: trama explain {result.trace.id} --passo comune/ISTAT/pt_min")


def _print_unreached(result: AccessResult) -> None:
    from trama.analyses.access.tracing import unreached_rows
    from trama.kernel.units import format_number

    if not (count := len(result.ground.unreached)):
        return
    click.echo(f"Servizi che nessuno raggiunge a piedi: {count}")
    for row in unreached_rows(result.ground)[:SHOWN]:
        metres = row["distanza_m"]
        away = "" if metres is None else f", a {format_number(metres, 'm', 0)}"
        click.echo(f"  {row['voce_nome']}: {row['nome'] or row['id']} ({row['motivo']}{away})")
    if count > SHOWN:
        click.echo(f"  e altri {count - SHOWN}: elenco con --json")


def _print_inequality(body: dict[str, Any]) -> None:
    from trama.kernel.units import format_number

    click.echo(f"{'':<44} {'Gini':>8} {'Palma':>8} {'tra zone':>9} {'oltre la soglia':>16}")
    for row in body["disuguaglianza"]:
        if row["ambito"] != "territorio":
            continue
        click.echo(
            f"{body['gruppi'][row['gruppo']]:<44} {format_number(row['gini'], '1', 3):>8} "
            f"{format_number(row['palma'], '1', 2):>8} {_percent(row['quota_tra']):>9} "
            f"{format_number(row['scarto_min'], 'min', 2):>16}"
        )


def _pace(m_s: float) -> str:
    from trama.kernel.units import format_number

    return f"{format_number(m_s, 'm/s')} ({format_number(m_s * 3.6, 'km/h')})"


def _percent(share: float | None) -> str:
    from trama.kernel.units import format_number

    return format_number(None if share is None else 100 * share, "%")


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _label(trace: Trace) -> None:
    """Say on stderr what the figures lean on, where that is invented or not official."""
    if invented := sorted({use.title for use in trace.layers() if use.synthetic}):
        say(f"Dati sintetici: {', '.join(invented)}. Il risultato è dimostrativo.")
    if count := len(trace.unofficial()):
        say(f"Valore non ufficiale: {count} parametri non vengono da un testo adottato (elenco con --json).")
