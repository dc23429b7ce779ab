"""The processes this site has started, kept as long as they live: their input stays open with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from uuid import UUID

from trama.apps.lavori.errors import NotLaunched
from trama.apps.lavori.holding import clear, folder, is_held
from trama.kernel.system import refusal
from trama.lake import home

_LOG = "registro.txt"
_PATIENCE_S = 10.0
_children: dict[UUID, subprocess.Popen[bytes]] = {}
_guard = threading.Lock()


def launch(key: UUID, lock: int) -> int:
    """Start the process of a piece of work and return its number.

    Parameters
    ----------
    lock
        Descriptor of the lock, which the process inherits and so holds until it dies.

    Raises
    ------
    NotLaunched
        The system refuses.
    """
    environment = {**os.environ, "TRAMA_HOME": str(home()), "PYTHONUNBUFFERED": "1"}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "trama.site.settings")
    command = [sys.executable, "-m", "trama.apps.lavori.process", str(key)]
    try:
        with (folder() / _LOG).open("ab") as log:
            child = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(lock,),
                start_new_session=True,  # Ctrl+C is for the site; the work ends because its input closes
            )
    except OSError as error:
        raise NotLaunched(what="Il processo", hint="", why=refusal(error).why_it) from error
    with _guard:
        _children[key] = child
    return child.pid


def stop(key: UUID, number: int) -> None:
    """Kill the process of a piece of work, known to be alive, and wait until it is gone."""
    with _guard:
        child = _children.get(key)
    if child is not None:
        child.kill()
    else:  # started by another process of the site
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    until = time.monotonic() + _PATIENCE_S
    while is_held(key) and time.monotonic() < until:
        time.sleep(0.05)


def forget_the_dead() -> None:
    """Let go of the processes that have ended, and of what they left behind."""
    with _guard:
        for key in [key for key, child in _children.items() if child.poll() is not None]:
            ended = _children.pop(key)
            if ended.stdin:
                ended.stdin.close()
            clear(key)
