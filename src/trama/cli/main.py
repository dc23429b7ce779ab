"""`trama`: the command line. Each subcommand is loaded when it is called, so that none slows the others."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from trama import __version__
from trama.cli.help import ItalianFormatter, first_sentence
from trama.cli.misuse import misuse

click.Context.formatter_class = ItalianFormatter
click.Command.get_short_help_str = first_sentence  # type: ignore[method-assign, assignment]

COMMANDS = {
    "access": ("trama.cli.access", "Quanto si cammina per arrivare ai servizi."),
    "demo": ("trama.cli.demo", "Costruisce il territorio dimostrativo."),
    "explain": ("trama.cli.explain", "Spiega un numero: formula, ingressi, norme, dati."),
    "indici": ("trama.cli.indici", "Indici compositi: vulnerabilità territoriale, qualità dell'urbanizzato."),
    "invarianza": ("trama.cli.invarianza", "Calcola il volume di invarianza idraulica (R.R. 7/2017)."),
    "layers": ("trama.cli.layers", "Elenca, mostra, aggiunge e scarica i livelli informativi."),
    "network": ("trama.cli.network", "Rete pedonale da un estratto OpenStreetMap."),
    "localizza": ("trama.cli.localizza", "Giudica dove mettere un servizio sovracomunale."),
    "lum": ("trama.cli.lum", "Atlante dei Luoghi Urbani per la Mobilità, verifica dei perimetri."),
    "norms": ("trama.cli.norms", "Elenca le norme caricate e il loro stato."),
    "opere": ("trama.cli.opere", "Somma le opere finanziate e ne stima gli effetti."),
    "scheda": ("trama.cli.scheda", "Valuta un intervento con una Scheda Norma."),
    "servizi": ("trama.cli.servizi", "Atlante dei servizi: comuni, zone omogenee, poli."),
    "serve": ("trama.cli.serve", "Avvia il sito in locale."),
    "rete-verde": ("trama.cli.rete_verde", "Priorità e ordine di finanziamento della Rete Verde."),
    "storm": ("trama.cli.storm", "Vulnerabilità alle piogge intense."),
    "suoli": ("trama.cli.suoli", "Carta dei suoli e conseguenze del consumo di suolo."),
    "warm": ("trama.cli.warm", "Temperatura, anomalia termica e raffrescamento."),
    "whatif": ("trama.cli.whatif", "Prova soluzioni disegnate: acqua, caldo, schede, costi."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names, in order, whether loaded or not."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return the command called `cmd_name`."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command; what was typed wrong is answered with one sentence and exit code 2."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        try:
            sys.exit(super().main(args, prog_name, complete_var, standalone_mode=False, **extra) or 0)
        except click.Abort:
            click.echo("Interrotto: nulla di incompleto è stato scritto.", err=True)
            sys.exit(130)
        except click.ClickException as error:
            click.echo(misuse(error), err=True)
            sys.exit(error.exit_code if error.exit_code > 1 else 2)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Comandi"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trama")
@click.option("--lang", type=click.Choice(["it", "en"]), default="it", help="Lingua dei messaggi.")
@click.pass_context
def main(ctx: click.Context, lang: str) -> None:
    """Trama: lo strumento di lavoro di un piano territoriale metropolitano."""
    ctx.obj = {"lang": lang}


if __name__ == "__main__":
    main()
