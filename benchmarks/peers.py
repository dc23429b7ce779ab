"""Run programs as subprocesses and read what they took: time on the wall and peak memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVERY_S = 0.01
PEERS = Path(os.environ.get("TRAMA_PEERS_VENV", ROOT / ".venv-peers")) / "bin" / "python"
NETWORK = Path(os.environ.get("TRAMA_PEERS_NETWORK_VENV", ROOT / ".venv-peers-network")) / "bin" / "python"


class PeerMissing(Exception):
    """The peers' environment is not built."""


@dataclass(frozen=True)
class Run:
    """Seconds on the wall and of processor, peak resident megabytes, and what the program said of itself."""

    seconds: float
    processor: float
    megabytes: float
    said: dict[str, list[float]]


def peer_python(where: Path = PEERS) -> Path:
    """Return the interpreter of the peers' environment: InVEST's, or `NETWORK`.

    Raises
    ------
    PeerMissing
        It has not been built.
    """
    if not where.exists():
        raise PeerMissing("build the peers first: make bench-peers")
    return where


def launch(command: list[str | Path], folder: Path) -> Run:
    """Run a program whose stdout, or its last line, may be a JSON object of figures; fail if it fails."""
    environment = dict(os.environ)
    if command[0] == sys.executable:
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    start, busy = time.perf_counter(), _children_seconds()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    peak = _Peak(process.pid)
    output, errors = process.communicate()
    seconds = time.perf_counter() - start
    text = output.decode().strip()
    if process.returncode:
        raise RuntimeError(f"{command[:3]} failed:\n{text}\n{errors.decode()[-2000:]}")
    last = text if text.startswith("{") else text.rpartition("\n")[2]
    return Run(
        seconds,
        _children_seconds() - busy,
        peak.megabytes(),
        json.loads(last) if last.startswith("{") else {},
    )


def _children_seconds() -> float:
    """Processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Peak:
    """Watches the high-water mark of a process while it lives.

    What `wait4` says would not do: a child starts with the mark of the process that launched it.
    """

    def __init__(self, process: int) -> None:
        self._status = Path(f"/proc/{process}/status")
        self._kilobytes = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while True:
            try:
                lines = self._status.read_text().splitlines()
            except OSError:
                return
            marks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
            if not marks:
                return
            self._kilobytes = marks[0]
            time.sleep(EVERY_S)

    def megabytes(self) -> float:
        """Return the mark last seen."""
        self._thread.join(1)
        return self._kilobytes / 1024
