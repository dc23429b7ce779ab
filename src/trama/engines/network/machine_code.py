"""Machine code kept in files of our own: read back by LLVM alone, without numba, in milliseconds.

Numba compiles a function to LLVM's language; LLVM, through llvmlite, makes an object of it and later loads
it. What a file is good for is part of its name: the sources of all kernels, the versions of numba and LLVM,
the processor. Its first line is the checksum of the rest: a file cut or changed is compiled anew.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

_ITEMS: dict[str, np.dtype[Any]] = {
    "i4": np.dtype(np.int32),
    "i8": np.dtype(np.int64),
    "f8": np.dtype(np.float64),
}
_ARGUMENT = re.compile(r"(i4|i8|f8)(\[(?:::1|(?::,)+::1)\])?")
_SIGNATURE = re.compile(r"(void|i8)\((.*)\)")
_DEFINED = re.compile(r'^define [^@]*@"?([^"(]+)"?\(', re.MULTILINE)
_OUTSIDE = re.compile(r'^declare [^@]*@"?(?!llvm\.)([^"(]+)"?\(', re.MULTILINE)
_OWN = {"memset", "memcpy", "memmove"}
_loading = Lock()


class Argument(NamedTuple):
    """One argument: what its items are, and how many axes it has (0: a number)."""

    item: np.dtype[Any]
    axes: int


@dataclass(frozen=True)
class Signature:
    """What a kernel takes and whether it gives a number back."""

    text: str
    arguments: tuple[Argument, ...]
    gives: bool


def signature_of(text: str) -> Signature:
    """Read a signature; raises `ValueError` for one that cannot be prepared.

    >>> [argument.axes for argument in signature_of("i8(i4[::1], f8[:,::1], i8)").arguments]
    [1, 2, 0]
    """
    whole = _SIGNATURE.fullmatch(text.replace(" ", ""))
    found = re.findall(r"[if][48](?:\[[^\]]*\])?", whole[2]) if whole else []
    parts = [_ARGUMENT.fullmatch(part) for part in found]
    if not whole or ",".join(found) != whole[2] or not all(parts):
        raise ValueError(f"a signature that cannot be prepared: {text}")
    read = tuple(Argument(_ITEMS[part[1]], _axes(part[2] or "")) for part in parts if part)
    return Signature(text, read, whole[1] == "i8")


def _axes(brackets: str) -> int:
    """Return how many axes an array has, whose last is contiguous; 0 for a number."""
    return brackets.count(":") - 1 if brackets else 0


class MachineCode:
    """A kernel as the processor runs it."""

    def __init__(self, signature: Signature, symbol: str, code: bytes) -> None:
        self.signature = signature
        kinds: list[Any] = [ctypes.c_void_p, ctypes.c_void_p]
        for argument in signature.arguments:
            kinds += _kinds(argument)
        self._call = ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(_loaded(symbol, code))

    @classmethod
    def of(
        cls, function: Callable[..., Any], signature: Signature, compiled: Callable[[], str]
    ) -> MachineCode:
        """Read the code of a function from its file, or compile it and keep it where files may be written."""
        name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__.replace('<locals>', '_')}"
        path = Path(function.__code__.co_filename)
        key = _key(path, function.__code__.co_firstlineno, signature)
        for folder in _folders(path):
            with suppress(OSError, ValueError):
                return cls(signature, *_read(folder / f"{name}.{_machine()}-{key}.code"))
        symbol = f"trama.{name}.{key}"
        code = _object(compiled(), symbol)
        for folder in _folders(path):
            with suppress(OSError):
                _keep(folder, f"{name}.{_machine()}-", key, symbol, code)
                break
        return cls(signature, symbol, code)

    def __call__(self, *given: Any) -> int | None:
        """Run the kernel; raises `TypeError` for an array of another kind than it was prepared for."""
        if len(given) != len(self.signature.arguments):
            raise TypeError(f"{len(self.signature.arguments)} arguments are needed, not {len(given)}")
        flat: list[Any] = []
        for value, argument in zip(given, self.signature.arguments, strict=True):
            flat += _flat(value, argument)
        answer, error = ctypes.c_int64(), ctypes.c_void_p()
        if self._call(ctypes.addressof(answer), ctypes.addressof(error), *flat):
            raise RuntimeError("a kernel stopped")
        return answer.value if self.signature.gives else None


def _kinds(argument: Argument) -> list[Any]:
    """Return how an argument is handed over: an array as two owners, items, width, place, axes, steps."""
    if not argument.axes:
        return [
            ctypes.c_double
            if argument.item.kind == "f"
            else {4: ctypes.c_int32, 8: ctypes.c_int64}[argument.item.itemsize]
        ]
    sizes = [ctypes.c_ssize_t] * (2 * argument.axes)
    return [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_void_p, *sizes]


def _flat(value: Any, argument: Argument) -> list[Any]:
    if not argument.axes:
        return [float(value) if argument.item.kind == "f" else int(value)]
    fits = isinstance(value, np.ndarray) and value.dtype == argument.item and value.ndim == argument.axes
    if not fits or not value.flags.c_contiguous:
        raise TypeError(f"a contiguous array of {argument.item} with {argument.axes} axes is needed")
    return [None, None, value.size, value.itemsize, value.ctypes.data, *value.shape, *value.strides]


def _object(language: str, symbol: str) -> bytes:
    """Return the object of the function, called `symbol`; raises `ValueError` where it needs another."""
    import llvmlite.binding as llvm

    defined, outside = _DEFINED.findall(language), set(_OUTSIDE.findall(language)) - _OWN
    if len(defined) != 1 or outside:
        raise ValueError(f"a prepared kernel needs what it does not have: {sorted(outside) or defined}")
    module = llvm.parse_assembly(language)
    module.get_function(defined[0]).name = symbol
    code: bytes = _target().emit_object(module)
    return code


@cache
def _target() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        codemodel="jitdefault",
    )


@cache
def _engine() -> Any:
    import llvmlite.binding as llvm

    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())


def _loaded(symbol: str, code: bytes) -> int:
    """Return the address of a function of an object."""
    import llvmlite.binding as llvm

    with _loading:
        _engine().add_object_file(llvm.ObjectFileRef.from_data(code))
        _engine().finalize_object()
        address = int(_engine().get_function_address(symbol))
    if not address:
        raise ValueError("the function is not in its object")
    return address


@cache
def _machine() -> str:
    """Return what the code of another machine, or of another compiler, would differ by."""
    import llvmlite.binding as llvm

    told = [version("numba"), version("llvmlite"), llvm.get_default_triple(), llvm.get_host_cpu_name()]
    return _digest("\n".join([*told, llvm.get_host_cpu_features().flatten()]).encode())[:8]


def _key(path: Path, line: int, signature: Signature) -> str:
    return _digest(_sources(path) + f"{line} {signature.text}".encode())[:16]


@cache
def _sources(path: Path) -> bytes:
    """Return the checksum of a kernel's module and of all modules here: they may have what it calls."""
    modules = sorted({path, *Path(__file__).parent.glob("*.py")})
    return _digest(b"\0".join(module.read_bytes() for module in modules if module.is_file())).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _folders(path: Path) -> Iterator[Path]:
    """Yield where code may be kept, the best first."""
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given)
        return
    yield path.parent / "__pycache__"
    with suppress(RuntimeError):
        yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trama"


def _read(path: Path) -> tuple[str, bytes]:
    """Return the name of a function and its object; raises `ValueError` for a file cut or changed."""
    digest, _, rest = path.read_bytes().partition(b"\n")
    if _digest(rest).encode() != digest:
        raise ValueError("cut or changed")
    symbol, _, code = rest.partition(b"\n")
    return symbol.decode(), code


def _keep(folder: Path, name: str, key: str, symbol: str, code: bytes) -> None:
    """Write the file of a kernel whole, and remove those of its earlier sources."""
    folder.mkdir(parents=True, exist_ok=True)
    rest = symbol.encode() + b"\n" + code
    draft = folder / f"{name}{key}.{os.getpid()}"
    try:
        draft.write_bytes(_digest(rest).encode() + b"\n" + rest)
        draft.replace(folder / f"{name}{key}.code")
    finally:
        draft.unlink(missing_ok=True)
    for old in folder.glob(f"{name}*.code"):
        if old.name != f"{name}{key}.code":
            old.unlink(missing_ok=True)
