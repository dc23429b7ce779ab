"""What is typed wrong gets one Italian sentence on stderr, exit code 2, and nothing on stdout."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from trama.cli.main import main


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["pippo"], "Il comando pippo non esiste. Si veda: main --help"),
        (["storm", "run"], "Manca l'opzione --event-mm."),
        (["storm", "run", "--event-mm"], "L'opzione --event-mm vuole un valore."),
        (["storm", "run", "--event-m", "3"], "L'opzione --event-m non esiste. Forse --event-mm?"),
        (["scheda"], "Manca l'argomento SCHEDA."),
        (["scheda", "drenaggio", "a", "b"], "C'è qualcosa di troppo: b."),
        (["norms", "list", "--day", "ieri"], "«ieri» non è un giorno: si scrive come 2026-01-15"),
        (["--lang", "fr", "norms", "list"], "scegliere tra it, en"),
        (["serve", "--port", "70000"], "L'opzione --port non va"),
        (["invarianza", "--superficie-m2", "10.000"], "«10.000» si può leggere in due modi"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_misuse(typed: list[str], says: str) -> None:
    result = CliRunner().invoke(main, typed)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_asking_nothing_shows_what_can_be_asked() -> None:
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 2
    assert "scheda" in result.stderr
    assert "Valuta un intervento" in result.stderr


def test_the_help_of_every_command_is_italian_and_complete() -> None:
    for name in ("demo", "explain", "invarianza", "layers", "norms", "scheda", "serve", "storm"):
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0, name
        assert not re.search(r"Usage|Options|Commands|Show this", result.stdout), name


def _pages(command: click.Command, path: list[str]) -> Iterator[list[str]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _pages(child, [*path, name])


def test_no_page_of_help_has_english_marks_or_cut_sentences() -> None:
    for path in _pages(main, []):
        page = CliRunner().invoke(main, [*path, "--help"], terminal_width=80).stdout
        assert not re.search(r"\[required|\[default|<=x<=| (PATH|TEXT|FLOAT|INTEGER)\b", page), path
        listed = page.partition("Comandi:")[2]
        assert "..." not in listed, path


def test_an_installation_that_cannot_be_written_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").write_text("not a folder")
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path / "var"))
    result = CliRunner().invoke(main, ["demo", "build"])
    assert result.exit_code == 2
    assert "Un file o una cartella non si legge o non si può scrivere" in result.stderr
    assert str(tmp_path / "var") in result.stderr


@pytest.mark.parametrize("typed", ["10.000", "1.250.000"])
def test_an_area_with_dots_of_thousands_is_not_taken_for_decimals(typed: str) -> None:
    result = CliRunner().invoke(
        main, ["invarianza", "--superficie-m2", typed, "--impermeabile-m2", typed, "--comune", "015146"]
    )
    assert result.exit_code == 2
    assert f"«{typed}» si può leggere in due modi: scriverlo senza punti" in result.stderr


def test_a_reader_that_stops_reading_is_no_error() -> None:
    script = "import sys; from trama.cli.main import main; sys.argv = ['trama', 'norms', 'list']; main()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        run.stdout.readline()
        run.stdout.close()
        assert run.stderr.read() == b""
        assert run.wait(30) == 0
