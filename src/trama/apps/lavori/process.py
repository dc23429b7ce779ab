"""The process of one piece of work: ``python -m trama.apps.lavori.process <id>``.

It holds the lock it was born with until it dies, ends when the site that started it ends (its input closes),
and leaves in the register what came of it.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
from typing import Any
from uuid import UUID

ORPHANED = 3
_log = logging.getLogger(__name__)


def main(key: UUID) -> None:
    """Do the work `key` when its turn comes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trama.site.settings")
    threading.Thread(target=_end_with_the_site, daemon=True).start()
    import django

    django.setup()
    from trama.apps.lavori.holding import turn

    with turn():
        do(key)


def do(key: UUID) -> None:
    """Do the work and write its end in the register; a work cancelled while it waited is left alone."""
    from django.utils.timezone import now

    from trama.apps.lavori.errors import Cancelled
    from trama.apps.lavori.holding import workshop
    from trama.apps.lavori.kinds import kind_of
    from trama.apps.lavori.models import Lavoro, State
    from trama.apps.lavori.work import Work
    from trama.kernel.errors import TramaError

    waiting = Lavoro.objects.filter(pk=key, state=State.WAITING)
    if not waiting.update(state=State.RUNNING, started=now()):
        return
    work = Work(Lavoro.objects.get(pk=key))
    tempfile.tempdir = str(work.folder)  # what a killed process leaves there goes with the folder
    try:
        _end(key, State.DONE, result=kind_of(Lavoro.objects.get(pk=key).kind).run(work))
    except Cancelled:
        return
    except TramaError as error:
        trouble = {"error": type(error).__name__, "fields": _plain(error.fields)}
        _end(key, State.REFUSED, sentence=error.text(), trouble=trouble)
    except Exception:
        _log.exception("work %s", key)
        _end(key, State.BROKEN, sentence=BROKEN)
    finally:
        tempfile.tempdir = None
        _remove(workshop(key))


BROKEN = (
    "Il lavoro si è fermato per un errore che non era previsto: i particolari sono nel registro del sito. "
    "Nulla è stato scritto a metà: riprovare, e se accade di nuovo segnalarlo."
)


def _end(key: UUID, state: str, **values: Any) -> None:
    from django.utils.timezone import now

    from trama.apps.lavori.models import ACTIVE, Lavoro

    Lavoro.objects.filter(pk=key, state__in=ACTIVE).update(state=state, ended=now(), **values)


def _plain(fields: dict[str, object]) -> dict[str, str]:
    return {name: str(value)[:500] for name, value in fields.items()}


def _remove(folder: Any) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _end_with_the_site() -> None:
    """Wait for the input to close, which the system does when the site's process ends, and end at once."""
    while os.read(0, 4096):
        pass
    os._exit(ORPHANED)


if __name__ == "__main__":
    main(UUID(sys.argv[1]))
