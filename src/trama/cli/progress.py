"""Progress bars for long work, on stderr; quiet where nobody is watching."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

Advance = Callable[[int, int], None]
_STDERR = 2
"""File descriptor that C libraries write to."""


@contextmanager
def bars() -> Iterator[Callable[[str], Advance]]:
    """Yield a function that opens a bar with a title and returns its ``advance(done, total)``.

    On a terminal bars move; elsewhere each title is said once. What C libraries print by themselves meanwhile
    is not shown.
    """
    with only_own_words():
        if sys.stderr.isatty():
            yield from _moving()
        else:
            yield _told_once


def _moving() -> Iterator[Callable[[str], Advance]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def open_bar(title: str) -> Advance:
            task = progress.add_task(title, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield open_bar


@contextmanager
def only_own_words() -> Iterator[None]:
    """Keep off the terminal what C libraries write there: the errors they meet come back, to be said once."""
    try:
        number = sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        number = -1
    if number != _STDERR:
        yield
        return
    sys.stderr.flush()
    theirs, kept = sys.stderr, os.dup(_STDERR)
    with (
        os.fdopen(kept, "w", buffering=1, encoding=theirs.encoding, errors=theirs.errors) as ours,
        Path(os.devnull).open("w", encoding="utf-8") as void,
    ):
        os.dup2(void.fileno(), _STDERR)
        sys.stderr = ours
        try:
            yield
        finally:
            ours.flush()
            sys.stderr = theirs
            os.dup2(kept, _STDERR)


def from_first_step(bar: Callable[[str], Advance], title: str) -> Advance:
    """Open the bar at the first step: what is refused before it leaves one sentence alone on stderr."""
    opened: list[Advance] = []

    def advance(done: int, total: int) -> None:
        if not opened:
            opened.append(bar(title))
        opened[0](done, total)

    return advance


def _told_once(title: str) -> Advance:
    click.echo(title, err=True)
    return lambda _done, _total: None
