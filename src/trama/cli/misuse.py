"""What was typed wrong on the command line, said in one Italian sentence."""

from __future__ import annotations

import click


def misuse(error: click.ClickException) -> str:
    """Return the sentence for an error of use, with where to read more."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    return f"{_what(error)} {_help(error)}".strip()


def _what(error: click.ClickException) -> str:  # noqa: PLR0911 - one return per kind of mistake reads best
    match error:
        case click.NoSuchOption(option_name=name, possibilities=close):
            near = f" Forse {', '.join(sorted(close))}?" if close else ""
            return f"L'opzione {name} non esiste.{near}"
        case click.BadOptionUsage(option_name=name):
            return f"L'opzione {name} vuole un valore."
        case click.MissingParameter(param=param):
            return f"Manca {_name(param)}."
        case click.BadParameter(param=click.Option(type=click.Choice(choices=choices)) as param):
            return f"{_name(param).capitalize()} non va: scegliere tra {', '.join(map(str, choices))}."
        case click.BadParameter(param=param, message=message):
            return f"{_name(param).capitalize()} non va: {message}"
        case click.UsageError(message=message) if message.startswith("No such command"):
            return f"Il comando {message.split(chr(39))[1]} non esiste."
        case click.UsageError(message=message) if message.startswith("Got unexpected extra argument"):
            return f"C'è qualcosa di troppo: {message[message.find('(') + 1 : message.rfind(')')]}."
        case click.UsageError(message="Missing command."):
            return "Manca il comando."
        case _:
            return error.format_message()


def _name(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return f"l'opzione {param.opts[0]}"
    return f"l'argomento {param.make_metavar(click.Context(click.Command('')))}" if param else "un argomento"


def _help(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"Si veda: {context.command_path} --help" if context else ""
