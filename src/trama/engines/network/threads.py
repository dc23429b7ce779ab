"""Share rows among threads: kernels let go of the interpreter, so a few threads keep as many cores busy.

No parallel loops of numba: its plain threading layer stops a process in which two threads ask at once, as
those of a web server do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

Answer = TypeVar("Answer")


def shared_out(
    function: Callable[[slice], Answer], rows: int, parts: int, threads: int = 0
) -> Iterator[Answer]:
    """Call `function` on consecutive slices of the rows and yield its answers in their order.

    Parameters
    ----------
    parts
        Into how many slices the rows are cut; fewer where there are fewer rows, none without rows.
    threads
        How many at once; as many as the parts, where not given.
    """
    pieces = min(rows, max(1, parts))
    cuts = [rows * piece // pieces for piece in range(pieces + 1)] if pieces else [0]
    slices = [slice(low, high) for low, high in pairwise(cuts)]
    if len(slices) < 2:
        yield from map(function, slices)
        return
    with ThreadPoolExecutor(threads or len(slices)) as pool:
        yield from pool.map(function, slices)
