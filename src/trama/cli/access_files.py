"""`trama access nearest` and `cumulative`: how far on foot services are, on anybody's files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.cli.output import Number, cluster_option, guarded, json_option, print_json, say, today
from trama.cli.paths import Named, keep_apart, keep_form

if TYPE_CHECKING:
    from trama.analyses.walking.reach import Reach

SNAP_M = 200.0
_File = click.Path(path_type=Path)
_OPTIONS = [
    click.option("--nodes", type=_File, required=True, help="Nodi, Parquet o CSV: x, y in metri."),
    click.option("--edges", type=_File, required=True, help="Archi: u, v (righe dei nodi, da 0), length_m."),
    click.option("--services", type=_File, required=True, help="Servizi: category e node, oppure x e y."),
    click.option("--cutoff-m", type=Number(), required=True, help="Distanza massima, inclusa, in metri."),
    click.option("--out", type=Named(), required=True, help="File Parquet dei risultati."),
    click.option(
        "--snap-m",
        type=Number(),
        default=SNAP_M,
        show_default=True,
        help="Quanto un servizio dato con x e y può stare lontano da un nodo, in metri.",
    ),
    cluster_option,
    json_option,
]


def _network_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a question on files."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("nearest")
@click.option(
    "--k", type=click.IntRange(1, 100), default=1, show_default=True, help="Quanti servizi, da 1 a 100."
)
@_network_options
@guarded
def nearest(k: int, **options: Any) -> None:
    """Trova i k servizi più vicini a ogni nodo, per categoria.

    Scrive category, node, rank, distance_m, service (riga del servizio), in quest'ordine; a parità di
    distanza viene prima il servizio della riga più bassa. Un nodo che non arriva a nessun servizio non ha
    righe.
    """
    _answer(options, k)


@click.command("cumulative")
@_network_options
@guarded
def cumulative(**options: Any) -> None:
    """Conta i servizi di ogni categoria che ogni nodo raggiunge entro la distanza, zero compreso.

    Scrive category, node, count, in quest'ordine.
    """
    _answer(options, 0)


def _answer(options: dict[str, Any], k: int) -> None:
    from trama.analyses.walking.reach import Asked, run_cumulative, run_nearest
    from trama.cli.progress import bars, from_first_step

    nodes, edges, services = (options[name] for name in ("nodes", "edges", "services"))
    keep_apart([nodes, edges, services], [options["out"]])
    keep_form(options["out"], ".parquet")
    asked = Asked(
        cutoff_mm=round(options["cutoff_m"] * 1000),
        snap_m=options["snap_m"],
        k=k,
        cluster=options["cluster"],
    )
    run = run_nearest if k else run_cumulative
    with bars() as bar:
        done = run(nodes, edges, services, options["out"], asked, from_first_step(bar, "Cammini"))
    _notice(done, options["snap_m"])
    if not options["as_json"]:
        _print(done, k)
        return
    from trama.analyses.envelope import envelope

    question = {"k": k} if k else {}
    asked_m = {"distanza_massima_m": options["cutoff_m"], "aggancio_m": options["snap_m"]}
    print_json(envelope({**question, **asked_m, **done.to_json()}, day=today()))


def _notice(done: Reach, snap_m: float) -> None:
    """Say on stderr what a person should know of the data."""
    from trama.kernel.units import format_number

    figures = done.to_json()
    if (lost := figures["servizi_non_collocati"]) > 0:
        rows = ", ".join(str(one["riga"]) for one in figures["non_collocati"][:10])
        say(
            "Servizi fuori dalla rete (senza posizione, o a più di "
            f"{format_number(snap_m, 'm', 0)} da un nodo): {format_number(lost, '1', 0)}. "
            f"Righe: {rows}{'…' if lost > 10 else ''} (elenco con --json)."
        )
    if figures["isole"] > 1:
        nodes = _counted(figures["nodi_fuori_dall_isola_maggiore"], "nodo", "nodi")
        services = _counted(figures["servizi_fuori_dall_isola_maggiore"], "servizio", "servizi")
        say(
            f"La rete è fatta di {_counted(figures['isole'], 'isola', 'isole')}, "
            f"e da una all'altra non si passa. Fuori dalla maggiore: {nodes}, {services}."
        )
    if same := figures["servizi_allo_stesso_nodo"]:
        services = _counted(same, "servizio sta", "servizi stanno")
        say(f"{services} al nodo di un altro della stessa categoria: contano tutti.")


def _counted(count: int, one: str, many: str) -> str:
    from trama.kernel.units import format_number

    return f"{format_number(count, '1', 0)} {one if count == 1 else many}"


def _print(done: Reach, k: int) -> None:
    from trama.kernel.units import format_number

    nodes = done.network.graph.nodes
    for one in done.of_category:
        share = format_number(100 * one["nodi_serviti"] / nodes, "%", 1)
        what = "nodi con almeno un servizio" if k == 0 else "nodi serviti"
        click.echo(f"{one['categoria']}: {_counted(one['servizi'], 'servizio', 'servizi')}, {what} {share}")
    click.echo(f"{done.out}: {_counted(done.rows, 'riga', 'righe')}")
