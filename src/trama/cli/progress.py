"""Progress bars for long work, on stderr; quiet where nobody is watching."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Advance = Callable[[int, int], None]


@contextmanager
def bars() -> Iterator[Callable[[str], Advance]]:
    """Yield a function that opens a bar with a title and returns its ``advance(done, total)``.

    On a terminal bars move; elsewhere each title is said once.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda title: _told_once(console, title)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def open_bar(title: str) -> Advance:
            task = progress.add_task(title, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield open_bar


def _told_once(console: Console, title: str) -> Advance:
    console.print(title, highlight=False)
    return lambda _done, _total: None
