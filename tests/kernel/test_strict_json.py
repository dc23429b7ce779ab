"""JSON that two readers would understand differently is refused, and the sentence says why."""

from __future__ import annotations

import pytest

from trama.kernel.strict_json import NotStrict, strict_json


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": {"b": 1, "b": 2}}', "la chiave «b» è ripetuta"),
        ('{"\\u001b": 1, "\\u001b": 2}', "la chiave «\\?» è ripetuta"),
        ("NaN", "non è un numero"),
        ("1e999", "troppo grande"),
        ("9" * 401, "troppo grande"),
        ("9" * 5000, "troppo grande"),
        ("[" * 200_000, "troppi livelli"),
        ("{", "non è un JSON valido"),
        (b"\xff\xfe{", "non è un JSON valido"),
    ],
)
def test_what_is_not_strict_is_refused(text: str | bytes, why: str) -> None:
    with pytest.raises(NotStrict, match=why):
        strict_json(text)


def test_what_is_strict_is_read() -> None:
    assert strict_json('{"a": [1, 2.5, "x", null]}') == {"a": [1, 2.5, "x", None]}
