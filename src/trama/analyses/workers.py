"""Who does the pieces of a large computation: this process, or the workers of a dask cluster.

A computation cut in pieces is a function of (what all pieces share, one piece). `Here` calls it in this
process, a few pieces ahead; `Cluster` sends the pieces to a dask.distributed scheduler. Answers come back in
the order of the pieces from both, so what is made of them is the same to the bit.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from trama import __version__
from trama.kernel.errors import BadInput, Unavailable

Shared = TypeVar("Shared")
Piece = TypeVar("Piece")
Answer = TypeVar("Answer")

TIMEOUT_S = 5
THREADS = 2
_ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^/\s]+:[0-9]{1,5}/?")
AHEAD = 2
"""Pieces in hand for each thread that works: what bounds the memory of whoever collects."""


class NoDask(BadInput):
    """The cluster's library is not installed."""

    it = (
        "Per calcolare su un cluster serve la libreria distributed: "
        "installarla con pip install 'trama[cluster]'."
    )
    en = "A cluster needs the library distributed: install it with pip install 'trama[cluster]'."


class NoCluster(Unavailable):
    """Nobody answers at the scheduler's address."""

    it = (
        "All'indirizzo «{address}» non risponde uno scheduler dask: controllare che sia acceso, "
        "e che l'indirizzo sia come tcp://127.0.0.1:8786."
    )
    en = "No dask scheduler answers at “{address}”: check that it runs, and that the address is like tcp://host:8786."


class NoWorkers(Unavailable):
    """The scheduler has nobody to give work to."""

    it = "Lo scheduler «{address}» non ha worker: accenderne almeno uno con dask worker {address}."
    en = "Scheduler “{address}” has no workers: start one with dask worker {address}."


class UnlikeWorkers(BadInput):
    """A worker runs another release, or does not see the same files."""

    it = (
        "Il worker {worker} non può fare questo calcolo: {why}. "
        "Tutti i worker devono avere questa versione di Trama e vedere gli stessi file agli stessi indirizzi."
    )
    en = "Worker {worker} cannot do this: {why}. Workers need this release of Trama and the same files."


class ClusterLost(Unavailable):
    """The cluster stopped before the end."""

    it = "Il cluster si è fermato a metà del calcolo ({why}): nulla è stato scritto. Ripetere il comando."
    en = "The cluster stopped halfway ({why}): nothing was written. Run the command again."


class Workers(Protocol):
    """Whoever does the pieces."""

    def over(
        self, function: Callable[[Shared, Piece], Answer], shared: Shared, pieces: Iterable[Piece]
    ) -> Iterator[Answer]:
        """Yield the answer of each piece, in the order of the pieces.

        Parameters
        ----------
        function
            A function of a module (not a closure), without side effects.
        shared
            What every piece needs: sent once to each worker.
        pieces
            Small things that tell one piece from another.
        """


@dataclass(frozen=True)
class Here:
    """The process that asks: a few threads, a few pieces ahead."""

    threads: int = THREADS

    def over(
        self, function: Callable[[Shared, Piece], Answer], shared: Shared, pieces: Iterable[Piece]
    ) -> Iterator[Answer]:
        """See `Workers.over`."""
        with ThreadPoolExecutor(self.threads) as pool:
            waiting = deque[Any]()
            try:
                for piece in pieces:
                    waiting.append(pool.submit(function, shared, piece))
                    if len(waiting) > self.threads:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()


@dataclass(frozen=True)
class Cluster:
    """The workers of a dask.distributed scheduler."""

    client: Any
    """A ``distributed.Client``, connected."""

    def over(
        self, function: Callable[[Shared, Piece], Answer], shared: Shared, pieces: Iterable[Piece]
    ) -> Iterator[Answer]:
        """See `Workers.over`; raises `ClusterLost` where the cluster does not reach the end."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker

        threads = sum(self.client.nthreads().values())
        waiting = deque[Any]()
        try:
            everywhere = self.client.scatter(shared, broadcast=True, hash=False)
            for piece in pieces:
                waiting.append(self.client.submit(function, everywhere, piece, pure=False, retries=2))
                if len(waiting) > AHEAD * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except (KilledWorker, CancelledError, OSError, TimeoutError) as error:
            raise ClusterLost(why=type(error).__name__) from error
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def workers_at(address: str | None, reads: Iterable[Path] = ()) -> Iterator[Workers]:
    """Give this process where `address` is empty, else the workers of the scheduler there.

    Parameters
    ----------
    address
        Of a dask scheduler, like ``tcp://127.0.0.1:8786``.
    reads
        Files the pieces read: each worker must see them.

    Raises
    ------
    NoDask, NoCluster, NoWorkers, UnlikeWorkers
        The cluster cannot be used; nothing was computed.
    """
    if not address:
        yield Here()
        return
    try:
        import distributed
    except ImportError:
        raise NoDask from None
    for name in ("distributed", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _greet(address)
    connect: Any = distributed.Client
    with connect(address, timeout=TIMEOUT_S, set_as_default=False) as client:
        _check(client, address, [(str(path), path.stat().st_size) for path in reads])
        yield Cluster(client)


def _greet(address: str) -> None:
    """Shake hands with the scheduler and leave: a client that finds nobody dies noisily.

    Raises
    ------
    NoCluster
        The address is not one of dask's, or nobody there speaks its language.
    """
    from distributed import core

    async def shake() -> None:
        connect: Any = core.connect  # type: ignore[attr-defined]
        comm = await connect(address, timeout=TIMEOUT_S)
        await comm.close()

    if not _ADDRESS.fullmatch(address):
        raise NoCluster(address=address)
    try:
        asyncio.run(asyncio.wait_for(shake(), 2 * TIMEOUT_S))
    except (OSError, TimeoutError, ValueError) as error:
        raise NoCluster(address=address) from error


def _check(client: Any, address: str, reads: list[tuple[str, int]]) -> None:
    """Ask every worker its release and whether it sees the files."""
    answers = client.run(_look, reads)
    if not answers:
        raise NoWorkers(address=address)
    for worker, (release, unseen) in sorted(answers.items()):
        if release != __version__:
            raise UnlikeWorkers(worker=worker, why=f"ha Trama {release}, qui c'è {__version__}")
        if unseen:
            raise UnlikeWorkers(worker=worker, why=f"non vede {unseen[0]} come è qui")


def _look(reads: list[tuple[str, int]]) -> tuple[str, list[str]]:
    """Run on a worker: its release of Trama, and the files it does not see with the same size."""
    unseen = [path for path, size in reads if not Path(path).is_file() or Path(path).stat().st_size != size]
    return __version__, unseen
