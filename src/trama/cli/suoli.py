"""`trama suoli`: what soils give, and what is lost when they are built upon."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.analyses.envelope import traced
from trama.cli.output import Number, day_option, guarded, json_option, print_json, say, today

if TYPE_CHECKING:
    from trama.analyses.suoli import SoilsResult
    from trama.kernel.trace import Trace

SHOWN = 10


@click.group()
def suoli() -> None:
    """Carta dei suoli per servizi ecosistemici, e conseguenze del consumo di suolo."""


@suoli.command("carta")
@day_option
@json_option
@guarded
def carta(day: date | None, as_json: bool) -> None:
    """Disegna la carta dei suoli dai livelli presenti: griglie, comuni, UPA."""
    from trama.analyses.installation import open_installation
    from trama.analyses.suoli import map_soils_whole
    from trama.cli.progress import bars

    installation = open_installation()
    with bars() as bar:
        result = map_soils_whole(
            installation.lake, installation.book, day=day or today(), progress=bar("Carta dei suoli")
        )
    if as_json:
        print_json(traced(result.to_json(), result.trace))
    else:
        _print_map(result)
        _label(result.trace)


@suoli.command("consumo")
@click.argument("file", metavar="AREA", type=click.Path(path_type=Path))
@click.option(
    "--impermeabile",
    type=Number(),
    default=None,
    help="Quanto si impermeabilizza, in percento; il resto è verde.",
)
@click.option(
    "--intensita-edificata", type=Number(), default=None, help="Pavimenti su terreno, diviso 3 (0-1)."
)
@click.option("--pioggia-annua-mm", type=Number(), default=None, help="Pioggia media annua del luogo.")
@click.option("--crs", help="Codice EPSG, per i file che non lo dichiarano (DXF): per esempio 32632.")
@click.option("--repair", is_flag=True, help="Accetta il rimedio proposto per un contorno che si incrocia.")
@day_option
@json_option
@guarded
def consumo(
    file: Path,
    impermeabile: float | None,
    intensita_edificata: float | None,
    pioggia_annua_mm: float | None,
    crs: str | None,
    repair: bool,
    day: date | None,
    as_json: bool,
) -> None:
    """Dice che cosa si perde se l'AREA (GeoJSON, GeoPackage, Shapefile in zip, DXF) viene costruita."""
    from trama.analyses.installation import open_installation
    from trama.analyses.suoli import Question, consume
    from trama.analyses.suoli.answer import consumption_json
    from trama.sources.interventions import read_intervention

    installation = open_installation()
    subject = read_intervention(file, crs=crs, mend=repair)
    question = Question(
        geometry=subject.geometry,
        nome=subject.nome,
        progetto=subject.progetto if impermeabile is None else None,
        impermeabile_percento=impermeabile,
        intensita_edificata=intensita_edificata,
        pioggia_annua_mm=pioggia_annua_mm,
    )
    found = consume(installation.lake, installation.book, question, day or today())
    warnings = [str(warning) for warning in subject.warnings]
    if subject.progetto and impermeabile is not None:
        warnings.append("Il file dichiara le superfici del progetto: con --impermeabile non si usano.")
    for warning in warnings:
        say(f"Attenzione: {warning}")
    body = consumption_json(found)
    body["avvisi"] = [*warnings, *body["avvisi"]]
    if as_json:
        print_json(traced(body, found.trace))
    else:
        _print_loss(body, [notice.it for notice in found.notices], found.trace.id)
        _label(found.trace)


def _print_map(result: SoilsResult) -> None:
    from trama.kernel.units import MISSING, format_number

    click.echo("Servizi in uso: " + ", ".join(name for _, name in result.in_use))
    for _, name, how in result.absent:
        click.echo(f"{MISSING.capitalize()}: {name} ({how})")
    click.echo("\nI comuni i cui suoli danno di più:")
    ranked = sorted(result.places["comuni"], key=lambda one: -(one.attitudine or 0.0))
    for place in ranked[:SHOWN]:
        click.echo(
            f"  {place.nome:<28} {format_number(place.attitudine, 'point'):>12}"
            f"  {place.classe_nome or MISSING}"
            f"  (matrice {format_number(place.attitudine_matrice, 'point')})"
        )
    click.echo("\nLivelli: " + ", ".join(f"{name} {version.id}" for name, version in result.versions.items()))
    click.echo(f"Spiegazione: trama explain {result.trace.id} --passo comuni/ISTAT/attitudine")


def _print_loss(body: dict[str, Any], first: list[str], trace_id: str) -> None:
    from trama.kernel.units import format_number

    land = body["suolo"]
    where = ", ".join(one["nome"] for one in body["comuni"])
    click.echo(f"{body['nome'] or 'Area senza nome'}, {where}: {format_number(body['area_m2'], 'm2')}")
    for said in first:
        click.echo(said)
    stood = "" if body["composizione"]["fonte"] == "dichiarato" else " (composizione stimata dalle norme)"
    click.echo(f"Nuovo suolo impermeabile: {format_number(land['nuovo_impermeabile_m2'], 'm2')}{stood}")
    for key in ("permanente", "reversibile"):
        free, whole, before, water = (
            format_number(land[f"{part}{key}_m2"], "m2") for part in ("", "superfici_", "gia_", "acqua_")
        )
        on_water = f" e {water} su acqua" if land[f"acqua_{key}_m2"] else ""
        click.echo(
            f"Consumo {key} di suolo oggi libero: {free} "
            f"(superfici {whole}, di cui {before} su suolo già impermeabile{on_water})"
        )
    click.echo(body["reversibilita"])
    click.echo("\nChe cosa si perde:")
    for row in body["perdite"]:
        change = ""
        if row["prima"] is not None:
            before, after = (format_number(row[key]) for key in ("prima", "dopo"))
            change = f"  (da {before} a {after} {row['unita_prima_dopo']}{row['grandezza']})".replace(
                " )", ")"
            )
        words = f", {row['parole']}" if row["parole"] else ""
        click.echo(f"  {row['nome']}: {row['valore_testo']}{words}{change}")
        if row["valore"] is None and row["nota"]:
            click.echo(f"    {row['nota']}")
    for line in body["unita_in_parole"]:
        click.echo(f"  {line}")
    if body["assunto"]:
        click.echo(body["assunto"])
    for row in body["suoli_consumati"]:
        click.echo(f"Suolo di {row['nome'].lower()}: {format_number(row['ha'], 'ha')}")
    click.echo(body["a_valle"])
    click.echo(f"\nPerché: trama explain {trace_id}")


def _label(trace: Trace) -> None:
    """Say on stderr what the figures lean on, where that is invented or not official."""
    if invented := sorted({use.title for use in trace.layers() if use.synthetic}):
        say(f"Dati sintetici: {', '.join(invented)}. Il risultato è dimostrativo.")
    if count := len(trace.unofficial()):
        say(f"Valore non ufficiale: {count} parametri non vengono da un testo adottato (elenco con --json).")
