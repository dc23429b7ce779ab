"""The commands' page is the one the commands generate, and every option says what it does."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("command_reference", ROOT / "scripts" / "command_reference.py")
reference = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)


def test_the_committed_page_is_the_generated_one() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), (
        "run: python scripts/command_reference.py"
    )


def test_every_command_and_every_option_says_what_it_does() -> None:
    for path, command in reference.walk(reference.main, "trama"):
        assert (command.help or "").strip(), path
        for param in command.params:
            if isinstance(param, click.Option):
                assert param.help, f"{path} {param.opts}"
