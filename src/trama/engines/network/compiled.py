"""Kernels compiled by numba, kept on disk between processes: a cold command neither compiles nor loads numba.

Three decorators. A `kernel` is compiled for whatever arrays it is first called with, may make arrays and give
them back; numba keeps its machine code, but to read it back a process loads the whole of numba, 0.6 s. A
`prepared` kernel says its types beforehand, makes nothing and writes only in arrays it is given: its machine
code needs nobody, and is read back in milliseconds (see `machine_code`). An `inlined` function becomes part
of the kernels that call it. None of the three loads numba when a module is imported.

The machine code lies beside the modules (``__pycache__``) where that folder can be written, else in the
user's cache (``XDG_CACHE_HOME``), or in ``NUMBA_CACHE_DIR`` where it is set. On a read-only system with none
of them it is compiled in each process. Kernels let go of the interpreter: threads that call them run side by
side.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, update_wrapper
from threading import RLock
from types import FunctionType
from typing import Any, TypeVar, cast

from trama.engines.network.machine_code import MachineCode, signature_of

Function = TypeVar("Function", bound=Callable[..., Any])

_compiling = RLock()


def kernel(function: Function) -> Function:
    """Compile a function of arrays and numbers at its first call, or read it from the cache."""
    return cast("Function", _Kernel(function))


def inlined(function: Function) -> Function:
    """Compile a small function that kernels call: it becomes part of each of them."""
    return cast("Function", _Inlined(function))


def prepared(signature: str) -> Callable[[Function], Function]:
    """Compile a function of the given types, whose machine code another process reads without numba.

    Parameters
    ----------
    signature
        As numba writes it, of `i4`, `i8`, `f8` and arrays of them, contiguous: ``"i8(i4[::1], f8[:,::1])"``;
        gives `void` or `i8`. The function makes no array, cuts none and raises nothing.

    Examples
    --------
    >>> import numpy as np
    >>> @prepared("i8(i8[::1])")
    ... def total(values):
    ...     found = 0
    ...     for value in values:
    ...         found += value
    ...     return found
    >>> total(np.arange(4))
    6
    """

    def decorated(function: Function) -> Function:
        return cast("Function", _Prepared(function, signature))

    return decorated


class _Kernel:
    """A function that numba compiles when it is first called."""

    options: dict[str, Any] = {"nogil": True}  # noqa: RUF012 - replaced, never changed
    cached = True

    def __init__(self, function: Callable[..., Any]) -> None:
        self.py_func = function
        update_wrapper(self, function)

    def __call__(self, *given: Any) -> Any:
        return self.dispatcher(*given)

    @cached_property
    def dispatcher(self) -> Any:
        """The function as numba knows it; the kernels it calls likewise."""
        from numba import njit

        with _compiling:
            function = _with_dispatchers(self.py_func)
            if not self.cached:
                return njit(function, **self.options)
            try:
                return njit(function, cache=True, **self.options)
            except RuntimeError:  # numba finds no folder that it may write
                return njit(function, **self.options)


class _Inlined(_Kernel):
    """A function that becomes part of those that call it."""

    options = {"nogil": True, "inline": "always"}  # noqa: RUF012
    cached = False


class _Prepared(_Kernel):
    """A function of known types, called through its machine code."""

    options = {  # noqa: RUF012
        "nogil": True,
        "error_model": "numpy",
        "_nrt": False,
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
    }
    cached = False

    def __init__(self, function: Callable[..., Any], signature: str) -> None:
        super().__init__(function)
        self.signature = signature_of(signature)

    def __call__(self, *given: Any) -> Any:
        return self.code(*given)

    @cached_property
    def code(self) -> MachineCode:
        """The machine code: as kept, or compiled now and kept."""
        with _compiling:
            return MachineCode.of(self.py_func, self.signature, self._compiled)

    def _compiled(self) -> str:
        """Return what numba makes of the function, in LLVM's language."""
        self.dispatcher.compile(self.signature.text)
        return str(self.dispatcher.inspect_llvm(self.dispatcher.signatures[0]))


def _with_dispatchers(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, with what numba knows in the place of the kernels it calls."""
    names = {
        name for name in function.__code__.co_names if isinstance(function.__globals__.get(name), _Kernel)
    }
    if not names:
        return function
    scope = {**function.__globals__, **{name: function.__globals__[name].dispatcher for name in names}}
    return update_wrapper(FunctionType(function.__code__, scope, function.__name__), function)
