"""What holds for every YAML text, whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import strategies
from trama.kernel.errors import TramaError
from trama.norms.errors import NormError
from trama.norms.strict_yaml import parse
from trama.sources.answers import read_answers

documents: st.SearchStrategy[Any] = st.dictionaries(
    strategies.plain_keys,
    st.recursive(
        st.booleans()
        | st.none()
        | st.integers(-(10**15), 10**15)
        | st.floats(allow_nan=False, allow_infinity=False, width=32)
        | st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"]), max_size=20
        ),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strategies.plain_keys, inner, max_size=4),
        max_leaves=15,
    ),
    max_size=6,
)


def refused(call: Callable[[], object]) -> TramaError | None:
    """What the call was refused with; anything but a `TramaError` goes through."""
    try:
        call()
    except TramaError as error:
        return error
    return None


def dumped(document: Any) -> str:
    """The document as another program (PyYAML's own safe dumper) writes it."""
    return yaml.safe_dump(document, allow_unicode=True)


@given(documents)
@settings(max_examples=120)
def test_a_document_written_by_another_program_reads_back_equal(document: Any) -> None:
    text = dumped(document)
    assert parse(text, "x").data == document


@given(strategies.istat_codes, strategies.plain_keys)
def test_a_code_with_leading_zeros_stays_text(code: str, key: str) -> None:
    found = parse(f"{key}: {code}", "x").data
    value = next(iter(found.values()))
    if code.startswith("0"):
        assert value == code
    assert str(value).zfill(6) == code


@given(strategies.tricky_words)
def test_words_that_other_loaders_change_stay_text(word: str) -> None:
    assert parse(f"a: {word}\nb: [{word}]", "x").data == {"a": word, "b": [word]}


yamlish = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            ": ",
            "- ",
            "\n",
            "  ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&x ",
            "*x",
            "!!str ",
            "!x ",
            "'",
            '"',
            "|\n",
            "? ",
            "<<",
            "#",
            "%YAML 1.1\n",
            "---\n",
            "...\n",
            "\t",
            "1e999",
            "015146",
            "no",
            "~",
            "@",
            "`",
            "\ufeff",
            "\x85",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.text(max_size=200) | yamlish)
@settings(max_examples=400)
def test_any_text_is_read_or_refused_with_file_and_line(text: str) -> None:
    refusal = refused(partial(parse, text, "x.yaml"))
    if refusal is not None:
        assert isinstance(refusal, NormError)
        assert refusal.text().startswith("x.yaml, riga ")


@given(st.binary(max_size=200) | yamlish.map(lambda text: text.encode()))
@settings(max_examples=200)
def test_any_bytes_of_answers_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    refusal = refused(partial(read_answers, data, "r.yaml", ["a", "b"]))
    if refusal is not None:
        assert refusal.text("it")
        assert refusal.text("en")


@given(st.text(max_size=40))
def test_a_key_written_twice_is_always_refused(value: str) -> None:
    line = dumped({"a": value})
    with pytest.raises(NormError):
        parse(line + line, "x")
