"""`trama invarianza`: the volume that hydraulic invariance asks of an intervention."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from trama.analyses.envelope import traced
from trama.cli.output import DONE, day_option, guarded, json_option, print_json, say, today

if TYPE_CHECKING:
    from trama.analyses.invarianza import Question


class Number(click.ParamType[float]):
    """A number with a point or an Italian comma: ``61.43`` or ``61,43``."""

    name = "numero"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number, or say how one is written."""
        try:
            number = float(value if isinstance(value, int | float) else str(value).replace(",", "."))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"«{value}» non è un numero: si scrive come 9000 o 61.43.", param, ctx)
        return number


class Area(Number):
    """Square metres: ``10.000`` is refused, for a person means ten thousand and a program ten."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number, unless its dots may part the thousands."""
        if isinstance(value, str) and _THOUSANDS.fullmatch(value):
            plain = value.replace(".", "")
            why = f"«{value}» si può leggere in due modi: scriverlo senza punti, {plain} (o con la virgola)."
            self.fail(why, param, ctx)
        return super().convert(value, param, ctx)


NUMBER = Number()
AREA = Area()
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+")


def _area(name: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(f"--{name}-m2", type=AREA, default=None, help=f"{text} [m²].")


class Calculation(click.Group):
    """The calculation by options, and the commands beneath it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands beneath."""
        return ["pratica"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command called `cmd_name`."""
        from trama.cli.pratica import pratica

        return pratica if cmd_name == "pratica" else None


@click.group(cls=Calculation, invoke_without_command=True, subcommand_metavar="[pratica FILE ...]")
@_area("superficie", "Superficie totale dell'intervento")
@_area("impermeabile", "Tetti e pavimentazioni continue")
@_area("semipermeabile", "Pavimentazioni drenanti o semipermeabili")
@_area("tetto-verde", "Tetti verdi e giardini pensili")
@_area("infiltrazione", "Aree destinate a infiltrare l'acqua gestita")
@_area("permeabile", "Superfici permeabili, verde compreso")
@_area("esclusa", "Superfici agricole o incolte, fuori dal calcolo")
@click.option("--area", type=str, default=None, help="Area di criticità idraulica: A, B o C.")
@click.option("--a", "a_mm", type=NUMBER, default=None, help="Curva h = a·Dⁿ: pioggia di un'ora [mm/hⁿ].")
@click.option("--n", type=NUMBER, default=None, help="Curva h = a·Dⁿ: esponente.")
@click.option("--comune", default=None, help="Codice ISTAT: criticità e piogge dalle tabelle.")
@click.option("--tempo-ritorno", type=NUMBER, default=None, help="Anni, con --comune; 50 per legge se manca.")
@click.option("--coefficiente-p", type=NUMBER, default=None, help="Coefficiente P; dalle tabelle se manca.")
@click.option(
    "--portata-limite", type=NUMBER, default=None, help="Portata ammessa dal gestore del ricettore [l/s]."
)
@click.option("--sola-infiltrazione", is_flag=True, help="Solo strutture d'infiltrazione, con le prove.")
@day_option
@json_option
@click.pass_context
def invarianza(ctx: click.Context, /, **options: Any) -> None:
    """Calcola il volume di invarianza idraulica (R.R. Lombardia 7/2017).

    Le superfici devono sommare al totale. Il luogo si indica con --area (e --a, --n dove il metodo usa le
    piogge) oppure con --comune; ciò che si indica vince sulle tabelle.

    «trama invarianza pratica FILE» compone la pratica per il Comune da un file.
    """
    if ctx.invoked_subcommand is None:
        _calculate(**options)


@guarded
def _calculate(day: date | None, as_json: bool, **options: Any) -> int:
    from trama.analyses.installation import open_installation
    from trama.analyses.invarianza import answer, assess

    installation = open_installation()
    assessment = assess(installation.book, day or today(), _question(options))
    trace = assessment.trace()
    installation.lake.traces.save(trace)
    if as_json:
        for notice in assessment.notices:
            say(f"Avviso: {notice}")
        print_json(traced(answer.body(assessment), trace))
        return DONE
    for label, value in answer.lines(assessment):
        click.echo(f"{label:<34}{value}")
    for notice in assessment.notices:
        say(f"Avviso: {notice}")
    if trace.unofficial():
        say("Valore non ufficiale: " + "; ".join(sorted({use.label for use in trace.unofficial()})) + ".")
    say(f"Perché: trama explain {trace.id}")
    return DONE


def _question(options: dict[str, Any]) -> Question:
    from trama.analyses.invarianza import KINDS, Question

    declared = {kind: options[f"{kind}_m2"] for kind in KINDS}
    return Question(
        total_m2=options["superficie_m2"],
        surfaces_m2={kind: area_m2 for kind, area_m2 in declared.items() if area_m2 is not None},
        comune=options["comune"],
        area=options["area"].upper() if options["area"] else None,
        a_mm=options["a_mm"],
        n=options["n"],
        coefficient_p=options["coefficiente_p"],
        return_period_year=options["tempo_ritorno"],
        limit_l_s=options["portata_limite"],
        infiltration_only=options["sola_infiltrazione"],
    )
