"""A second process beside this one: same answers, errors that travel whole, nobody needed on one core."""

from __future__ import annotations

import math
import os

import pytest

from trama.analyses.demo.beside import InTurn, beside
from trama.kernel.errors import BadInput
from trama.lake.errors import NotWritten


def _refuse() -> None:
    raise NotWritten(layer="upa", free_mb=1.5, folder="/dati", why_it="lo spazio è finito", why_en="full",
                     remedy_it="Liberarne.", remedy_en="Free some.")  # fmt: skip


def test_another_process_answers_in_the_order_asked() -> None:
    with beside(cores=2) as other:
        asked = [other.submit(math.factorial, n) for n in (5, 3)]
        assert [one.result() for one in asked] == [120, 6]
        assert other.submit(os.getpid).result() != os.getpid()


def test_on_one_core_the_work_is_done_here_in_turn() -> None:
    with beside(cores=1) as other:
        assert isinstance(other, InTurn)
        assert other.submit(os.getpid).result() == os.getpid()
        with pytest.raises(BadInput, match="pioggia"):
            other.submit(_bad)


def _bad() -> None:
    raise BadInput(why="manca la pioggia.")


def test_a_refusal_of_the_other_process_comes_with_its_class_and_its_sentence() -> None:
    with pytest.raises(NotWritten) as here:
        _refuse()
    with beside(cores=2) as other, pytest.raises(NotWritten) as there:
        other.submit(_refuse).result()
    assert there.value.text() == here.value.text()
    assert "lo spazio è finito" in there.value.text()
    assert there.value.fields == here.value.fields
