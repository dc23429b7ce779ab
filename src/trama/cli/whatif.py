"""`trama whatif`: the effects of solutions drawn in a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from trama.cli.output import Number, day_option, guarded, json_option, print_json, say, today


@click.command()
@click.argument("file", metavar="SCENARIO", type=click.Path(path_type=Path))
@click.option(
    "--event-mm", "event_mm", type=Number(), help="Altezza della pioggia [mm], invece di quella del file."
)
@day_option
@json_option
@guarded
def whatif(file: Path, event_mm: float | None, day: date | None, as_json: bool) -> None:
    """Prova le soluzioni disegnate in SCENARIO (GeoJSON): acqua, caldo, schede, costi."""
    from dataclasses import replace

    from trama.analyses.installation import open_installation
    from trama.analyses.whatif import run_whatif, whatif_json
    from trama.sources.scenarios import read_scenario

    scenario = read_scenario(file)
    if event_mm is not None:
        scenario = replace(scenario, rain_mm=event_mm)
    installation = open_installation()
    on = day or scenario.day or today()
    effects = run_whatif(installation.lake, installation.book, scenario, on, keep=True)
    answer = whatif_json(effects, kept=True, notices=scenario.notices)
    if as_json:
        print_json(answer)
        return
    _print(answer)
    _label(answer)


def _print(answer: dict[str, Any]) -> None:
    from trama.kernel.units import format_number as number

    rain = answer["pioggia"]
    click.echo(
        f"{answer['nome'] or 'scenario senza nome'}: {rain['nome'].lower()}, {number(rain['mm'], 'mm')}"
    )
    where = ", ".join(one["nome"] for one in answer["comuni"])
    size = "senza superficie propria" if answer["senza_superficie"] else number(answer["area_m2"], "m2")
    click.echo(f"{where}, {size}\n")
    for row in answer["soluzioni"]:
        whole = row["unita"] == "count"
        size = (
            f"{number(row['quantita'], decimals=0)} pezzi"
            if whole
            else number(row["quantita"], row["unita"], 1)
        )
        kept = row["tenuta_fuori_m3"]
        out = "" if kept is None else f", tiene fuori {number(kept, 'm3', 1)}"
        click.echo(f"  {row['nome']}: {size}{out}, {_span(row['costo_eur'], 'EUR')}")
    _print_place(answer)
    costs = answer["costi"]
    click.echo(f"Costo: {_span(costs['costo_eur'], 'EUR')}")
    click.echo(f"Manutenzione all'anno: {_span(costs['manutenzione_eur_anno'], 'EUR')}")
    click.echo(f"Per metro cubo tenuto fuori: {_span(costs['costo_eur_m3'], 'EUR/m3')}")
    each = costs["costo_eur_degc_persona"]
    why = costs["perche_senza_costo_persona"] or _span(each, "EUR/degC/inhabitant")
    click.echo(f"Per grado di notte in meno a persona: {why}")
    for sheet in answer["schede"]:
        outcome = sheet["problema"] or sheet["testo"]
        missing = f" (da {sheet['al_minimo']} a {sheet['al_massimo']})" if sheet.get("mancano") else ""
        click.echo(f"{sheet['titolo']}: {outcome}{missing}")
    for row in answer["esclusioni"]:
        click.echo(f"{_WORDS[row['peso']]}: {row['testo']}")
    for row in answer["mancanti"]:
        click.echo(f"Manca {row['chiave']}: {row['perche']}")
    click.echo(f"\nPerché: trama explain {answer['trace']}")


def _print_place(answer: dict[str, Any]) -> None:
    """Print what happens to water and heat."""
    from trama.kernel.units import format_change
    from trama.kernel.units import format_number as number

    if water := answer["acqua"]:
        runoff, idren = water["deflusso_m3"], water["idren"]
        click.echo(
            f"\nVerso la fognatura: {number(runoff['prima'], 'm3', 1)} → {number(runoff['dopo'], 'm3', 1)}"
        )
        parts = water["composizione"]
        stored, ground = number(parts["invasi_m3"], "m3", 1), number(parts["suolo_m3"], "m3", 1)
        kept = number(water["trattenuta_m3"], "m3", 1)
        spare = parts["posto_in_piu_m3"]
        unused = f", meno {number(spare, 'm3', 1)} di posto rimasto vuoto" if spare >= 0.05 else ""
        click.echo(f"Tenuti fuori: {kept} (negli invasi {stored}, dal suolo {ground}{unused})")
        click.echo(f"I-dren: {number(idren['prima'])} → {number(idren['dopo'])}")
    if heat := answer["caldo"]:
        night, capacity = heat["temperatura_notte_degc"], heat["raffrescamento"]
        click.echo(f"Notte: {format_change(night['variazione'], 'degC', 3)}")
        if spared := heat["gradi_persona"]:
            click.echo(
                f"Gradi di notte in meno × residenti: {number(spared['evitati'], 'degC*inhabitant', 2)}"
            )
        click.echo(f"Raffrescamento di giorno: {number(capacity['prima'])} → {number(capacity['dopo'])}")


_WORDS = {"esclusa": "Da escludere", "attenzione": "Attenzione", "da_verificare": "Da verificare"}


def _span(span: dict[str, float | None], unit: str) -> str:
    from trama.kernel.units import MISSING, format_number

    if span["medio"] is None:
        return MISSING
    least, middle, most = (format_number(span[key], unit, 0) for key in ("minimo", "medio", "massimo"))
    return f"circa {middle} (da {least} a {most})"


def _label(answer: dict[str, Any]) -> None:
    """Say on stderr what was not read, and what is invented or not official in what the figures lean on."""
    for notice in answer["avvisi"]:
        say(notice["it"])
    if invented := sorted({use["titolo"] for use in answer["dati"] if use["sintetico"]}):
        say(f"Dati sintetici: {', '.join(invented)}. Il risultato è dimostrativo.")
    if unofficial := len(answer["valori_non_ufficiali"]):
        standing = "non vengono da un testo adottato (elenco con --json)"
        say(f"Valore non ufficiale: {unofficial} parametri {standing}.")
