"""`trama network`: the walkable network of an OpenStreetMap extract, as two Parquet files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.cli.output import day_option, guarded, json_option, print_json, say, today
from trama.cli.paths import Named, keep_apart

if TYPE_CHECKING:
    from trama.sources.osm.network import WalkingNetwork

NODES, EDGES = "nodes.parquet", "edges.parquet"


@click.group()
def network() -> None:
    """Rete pedonale da un estratto OpenStreetMap."""


@network.command("build")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--out", type=Named(), required=True, help="Cartella dei risultati.")
@day_option
@json_option
@guarded
def build(file: Path, out: Path, day: date | None, as_json: bool) -> None:
    """Legge le vie percorribili a piedi di FILE (.osm.pbf) e scrive nodes.parquet e edges.parquet in OUT.

    Nodi: x, y in metri, osm_id; la riga è il numero del nodo. Archi: u, v, length_m, classe, scale, nome.
    """
    from trama.analyses.installation import norm_in_force
    from trama.cli.progress import only_own_words
    from trama.sources.osm import Walkability, read_network
    from trama.sources.osm.parquet import check_folder, write_network
    from trama.sources.osm.walkable import FOLDER, NAMES

    on = day or today()
    keep_apart([file], [out, out / NODES, out / EDGES])
    check_folder(out)
    norms = {name: norm_in_force(f"{FOLDER}/{name}", on) for name in NAMES}
    rules = Walkability.of({name: norm.value for name, norm in norms.items()})
    say(f"Lettura di {file.name}...")
    with only_own_words():
        made = read_network(file, rules)
    write_network(made, out, NODES, EDGES)
    weak = [norm.use() for norm in norms.values() if not norm.status.official]
    if as_json:
        from trama.analyses.envelope import envelope

        print_json(envelope(_json(made, file, out), day=on, unofficial=weak))
        return
    _print(made, out)
    if weak:
        say(f"Valore non ufficiale: {len(weak)} parametri (elenco con --json).")


def _json(made: WalkingNetwork, file: Path, out: Path) -> dict[str, Any]:
    return {
        "file": file.name,
        "nodi": len(made.x),
        "archi": len(made.u),
        "lunghezza_m": round(float(made.length_m.sum()), 1),
        "scale": int(made.steps.sum()),
        "crs": f"EPSG:{made.crs}",
        "resoconto": {key: value for key, value in made.report.items() if key not in ("nodi", "archi")},
        "scritti": [str(out / NODES), str(out / EDGES)],
    }


def _print(made: WalkingNetwork, out: Path) -> None:
    from trama.kernel.units import format_number as number

    report = made.report
    click.echo(f"Nodi: {number(len(made.x))}   archi: {number(len(made.u))}")
    length = number(float(made.length_m.sum()), "m", 0)
    click.echo(f"Lunghezza: {length}   scale: {number(int(made.steps.sum()))}")
    click.echo(f"Sistema di riferimento: EPSG:{made.crs}; lunghezze sull'ellissoide.")
    click.echo(f"Isole staccate dalla rete maggiore: {report['isole']} ({report['nodi_nelle_isole']} nodi)")
    click.echo(f"Vie lette: {report['vie_lette']}, escluse dalle norme: {report['vie_non_percorribili']}")
    if unknown := report["generi_sconosciuti"]:
        assert isinstance(unknown, dict)
        told = ", ".join(f"{kind} ({count})" for kind, count in list(unknown.items())[:10])
        click.echo(f"Generi di via che le norme non nominano, lasciati fuori: {told}")
    if report["nodi_mancanti"]:
        click.echo(f"Nodi fuori dal ritaglio: {report['nodi_mancanti']}; i tratti che vi portano non ci sono")
    click.echo(f"Scritti {out / NODES} e {out / EDGES}")
