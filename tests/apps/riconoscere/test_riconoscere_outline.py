"""Corners written by hand: what cannot be read is said in the words of the form."""

from __future__ import annotations

import pytest

from trama.apps.riconoscere.errors import BadField
from trama.apps.riconoscere.outline import corners


def test_what_is_no_pair_of_numbers_is_refused_in_the_words_of_the_form() -> None:
    with pytest.raises(BadField) as caught:
        corners("9,16 45,54\npippo")
    said = str(caught.value)
    assert "«coordinate»" in said
    assert "alla riga 2 servono due numeri, longitudine e latitudine" in said
    assert "«pippo»" in said
