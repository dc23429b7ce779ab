"""What a person is told where a newer run of access never finished: answers are of the last whole one."""

from __future__ import annotations

from typing import Any

from trama.cli.output import say
from trama.lake import Lake

KEY = "calcolo_non_concluso"


def unfinished(lake: Lake) -> dict[str, Any]:
    """Return the layers that a newer run left before it stopped, for JSON, and say it on stderr if there are.

    Raises
    ------
    NotComputed
        There has been no whole run.
    """
    from trama.analyses.access.runs import half_done, latest

    left = half_done(lake, latest(lake))
    if left:
        say(
            "Un calcolo più recente non si è concluso: la risposta è dell'ultimo intero. "
            "Per completarlo eseguire «trama access run»."
        )
    return {KEY: left}
