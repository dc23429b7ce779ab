"""Nearest services and opportunities of every node, from files to a file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from trama.analyses.walking.arrow import column_of
from trama.analyses.walking.files import FileNetwork, FileServices, read_network, read_services
from trama.analyses.walking.output import TOGETHER, whole_parquet
from trama.analyses.walking.rows import rows_of_labels
from trama.analyses.walking.sharing import found_by_parts
from trama.analyses.workers import Workers, workers_at
from trama.engines.network import cumulative
from trama.engines.network.nearest import labels_of
from trama.kernel.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[int, int], None]
Columns = Mapping[str, npt.NDArray[Any]]

THREADS = 2
LISTED = 1000
"""Services out of the network that an answer lists; the file has them all."""
MOST_K = 100


class BadQuestion(BadInput):
    """An option makes no sense."""

    it = "{why}"
    en = "{why}"


@dataclass(frozen=True)
class Asked:
    """What is asked of a network.

    Attributes
    ----------
    cutoff_mm
        Inclusive.
    k
        How many services; 0 to count them.
    cluster
        Address of a dask scheduler; this process if not given.
    """

    cutoff_mm: int
    snap_m: float
    k: int = 0
    cluster: str | None = None


@dataclass(frozen=True, eq=False)
class Reach:
    """What a run made: the file has `rows` rows, `of_category` tells how many nodes reach a service."""

    out: Path
    network: FileNetwork
    services: FileServices
    rows: int
    of_category: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """Return the figures of an answer."""
        islands, services = self.network.islands, self.services
        placed = services.node[services.node >= 0]
        return {
            "file": str(self.out),
            "righe": self.rows,
            "nodi": self.network.graph.nodes,
            "archi": self.network.edges,
            "archi_superflui": self.network.parallel,
            "isole": len(islands),
            "nodi_fuori_dall_isola_maggiore": int(islands.sum() - islands.max()),
            "servizi": services.rows,
            "servizi_fuori_dall_isola_maggiore": int(
                (self.network.island[placed] != self.network.mainland).sum()
            ),
            "servizi_allo_stesso_nodo": services.repeated,
            "servizi_agganciati": int((services.away_m > 0).sum() - np.isinf(services.away_m).sum()),
            "servizi_non_collocati": len(services.unplaced),
            "non_collocati": [self._unplaced(int(row)) for row in services.unplaced[:LISTED]],
            "categorie": self.of_category,
        }

    def _unplaced(self, row: int) -> dict[str, Any]:
        services = self.services
        far = bool(np.isinf(services.away_m[row]))
        return {
            "riga": row,
            "categoria": services.categories[int(services.category[row])].as_py(),
            "motivo": "lontano dalla rete" if far else "senza posizione",
        }


def run_nearest(
    nodes: Path, edges: Path, services: Path, out: Path, asked: Asked, progress: Progress | None = None
) -> Reach:
    """Write the k services nearest to each node: category, node, rank, distance_m, service.

    Raises
    ------
    BadQuestion, BadTable, CannotWrite, or one of `analyses.workers`
        Nothing has been written.
    """
    _check(asked)
    if not 1 <= asked.k <= MOST_K:
        raise BadQuestion(why=f"I servizi più vicini da cercare («--k») sono da 1 a {MOST_K}.")
    return _run(nodes, edges, services, out, asked, progress)


def run_cumulative(
    nodes: Path, edges: Path, services: Path, out: Path, asked: Asked, progress: Progress | None = None
) -> Reach:
    """Write how many services each node reaches, zero included: category, node, count.

    Raises
    ------
    BadQuestion, BadTable, CannotWrite, or one of `analyses.workers`
        Nothing has been written.
    """
    _check(asked)
    return _run(nodes, edges, services, out, asked, progress)


def _check(asked: Asked) -> None:
    if asked.cutoff_mm < 0 or asked.snap_m < 0:
        raise BadQuestion(why="Le distanze («--cutoff-m», «--snap-m») non sono negative.")


def _run(
    nodes: Path, edges: Path, services: Path, out: Path, asked: Asked, progress: Progress | None
) -> Reach:
    with ExitStack() as stack:
        workers = stack.enter_context(workers_at(asked.cluster)) if asked.cluster else None
        network = read_network(nodes, edges)
        placed = read_services(services, network, asked.snap_m)
        rows, told = 0, []
        writer = stack.enter_context(whole_parquet(out, _schema(placed, asked), ["node"]))
        for category, columns in enumerate(_answers(network, placed, asked, workers, out)):
            rows += len(columns["node"])
            told.append(_told(placed, category, columns))
            _write(writer, placed.categories.slice(category, 1), columns)
            if progress:
                progress(category + 1, len(placed.categories))
    return Reach(out, network, placed, rows, told)


def _answers(
    network: FileNetwork, placed: FileServices, asked: Asked, workers: Workers | None, out: Path
) -> Iterator[Columns]:
    """Yield the columns of each category, in order."""
    if workers:
        question, beside = (asked.k, asked.cutoff_mm), out.absolute().parent
        found = found_by_parts(network.graph, network.xy, placed, question, workers, beside)
        for category, values in enumerate(found):
            yield _columns(values, placed.of(category))
        return
    yield from _ahead(network, placed, asked)


def _ahead(network: FileNetwork, placed: FileServices, asked: Asked) -> Iterator[Columns]:
    """Yield the columns of each category, computed in this process, `THREADS` of them ahead."""
    count = len(placed.categories)

    def one(category: int) -> Columns:
        rows = placed.of(category)
        at = placed.node[rows]
        if asked.k:
            return _columns(labels_of(network.graph, at, asked.k, asked.cutoff_mm), rows)
        return _columns(cumulative(network.graph, at, asked.cutoff_mm, 1 if count > 1 else THREADS), rows)

    with ThreadPoolExecutor(THREADS) as pool:
        ahead = deque(pool.submit(one, category) for category in range(min(THREADS, count)))
        for category in range(count):
            columns = ahead.popleft().result()
            if category + THREADS < count:
                ahead.append(pool.submit(one, category + THREADS))
            yield columns


def _columns(found: npt.NDArray[Any], services: npt.NDArray[np.intp]) -> Columns:
    """Return the columns of a category, from its labels or its counts."""
    if found.ndim == 1:
        return {"node": np.arange(len(found), dtype=np.int32), "count": found}
    names = ("node", "rank", "distance_m", "service")
    return dict(zip(names, rows_of_labels(found, services), strict=True))


def _schema(placed: FileServices, asked: Asked) -> pa.Schema:
    import pyarrow as pa

    columns = [("category", pa.dictionary(pa.int32(), placed.categories.type)), ("node", pa.int32())]
    if asked.k:
        more = [("rank", pa.int32()), ("distance_m", pa.float64()), ("service", pa.int32())]
    else:
        more = [("count", pa.int32())]
    return pa.schema([*columns, *more])


def _write(writer: Any, category: Any, columns: Columns) -> None:
    import pyarrow as pa

    rows = len(columns["node"])
    for low in range(0, rows, TOGETHER):
        parts = [column_of(values[low : low + TOGETHER]) for values in columns.values()]
        place = column_of(np.zeros(min(TOGETHER, rows - low), np.int32))
        same = pa.DictionaryArray.from_arrays(place, category)
        writer.write_batch(pa.RecordBatch.from_arrays([same, *parts], names=["category", *columns]))


def _told(placed: FileServices, category: int, columns: Columns) -> dict[str, Any]:
    reached = columns["rank"] == 1 if "rank" in columns else columns["count"] > 0
    return {
        "categoria": placed.categories[category].as_py(),
        "servizi": len(placed.of(category)),
        "nodi_serviti": int(reached.sum()),
    }
