"""Progress bars for long work, on stderr; quiet where nobody is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Advance = Callable[[int, int], None]


@contextmanager
def bars() -> Iterator[Callable[[str], Advance]]:
    """Yield a function that opens a bar with a title and returns its ``advance(done, total)``.

    On a terminal bars move; elsewhere each title is said once.
    """
    if not sys.stderr.isatty():
        yield _told_once
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def open_bar(title: str) -> Advance:
            task = progress.add_task(title, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield open_bar


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
