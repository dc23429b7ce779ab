"""A second process that takes a part of the work, where the machine has another core for it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


class InTurn(Executor):
    """Nobody beside us: what is given is done at once, here, in the order in which it comes."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do `fn` and return its answer; its error is raised here."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def beside(cores: int | None = None) -> Iterator[Executor]:
    """Give an executor: one process more on a machine of two cores (or `cores`), else `InTurn`.

    The process begins afresh: threads and open files of this one do not follow it. What it is given is done
    in the order in which it comes; where the block ends by an error, what was not begun is left.
    """
    if (cores or _cores()) < 2:
        yield InTurn()
        return
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
