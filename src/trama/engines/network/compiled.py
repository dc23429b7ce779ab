"""Kernels compiled by numba, kept on disk between processes: a cold command does not compile.

The machine code lies beside the modules (``__pycache__``) where that folder can be written, else in the
user's cache (``XDG_CACHE_HOME``), or in ``NUMBA_CACHE_DIR`` where it is set. On a read-only system with none
of them it is compiled in each process. Kernels let go of the interpreter: threads that call them run side by
side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile a function of arrays and numbers at its first call, or read it from the cache."""
    try:
        made: Function = njit(function, cache=True, nogil=True)
    except RuntimeError:  # numba finds no folder that it may write
        made = njit(function, nogil=True)
    return made


def inlined(function: Function) -> Function:
    """Compile a small function that kernels call: it becomes part of each of them."""
    made: Function = njit(function, nogil=True, inline="always")
    return made
