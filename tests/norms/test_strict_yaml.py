"""The strict YAML loader: codes stay text, nothing is said twice, every error names file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from trama.norms.errors import NormError
from trama.norms.strict_yaml import MAX_CHARACTERS, load, parse


@pytest.mark.parametrize("text", ["015146", "0o17", "0x1F", "1_000", "190:20:30", "+", ".", "1.5.2", "- x"])
def test_what_only_looks_like_a_number_stays_text(text: str) -> None:
    if text == "- x":
        assert parse(text, "x").data == ["x"]
    else:
        assert parse(f"a: {text}", "x").data == {"a": text}


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "Yes", "NO", "True", "FALSE", "y", "n", "Null", "NULL"]
)
def test_words_of_other_yaml_versions_stay_text(word: str) -> None:
    assert parse(f"a: {word}", "x").data == {"a": word}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-3", -3),
        ("0.25", 0.25),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("false", False),
        ("~", None),
    ],
)
def test_plain_numbers_and_truths_are_read(text: str, value: object) -> None:
    found = parse(f"a: {text}", "x").data["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("quoted", ["'1'", '"1"', "|-\n  1", ">-\n  1"])
def test_what_is_quoted_stays_text(quoted: str) -> None:
    assert parse(f"a: {quoted}", "x").data == {"a": "1"}


def test_a_day_stays_text() -> None:
    assert parse("a: 2021-10-06", "x").data == {"a": "2021-10-06"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3", 3, "ripetuta"),
        ("a:\n  b: 1\n  b: 2", 3, "ripetuta"),
        ("a: 1\nb: &x 1\nc: *x", 2, "rimandi"),
        ("a: &x [*x]", 1, "norma.yaml"),
        ("a: !!python/object/apply:os.system [x]", 1, "etichette"),
        ("a: !ignoto x", 1, "etichette"),
        ("a: !!binary x", 1, "etichette"),
        ("a: !!str 5", 1, "etichette"),
        ("a: !!map {b: 1}", 1, "etichette"),
        ("a: 1\n---\nb: 2", 2, "documento"),
        ("a: [1, 2", 2, "YAML"),
        ("a: 1\n\tb: 2", 2, "YAML"),
        ("? [a]\n: 1", 1, "chiave"),
        ("<<: {a: 1}", 1, "chiave"),
        ("a: 1\nb: 1e999", 2, "numero"),
        ("a: " + "[" * 60 + "]" * 60, 1, "livelli"),
        ("[" * 100_000, 1, "norma.yaml"),
        ("{a: " * 2_000, 1, "norma.yaml"),
        ("a: \x07", 1, "YAML"),
        ("a: ! 5", 1, "etichette"),
        ("a: \ud800", 1, "norma.yaml"),
    ],
)
def test_what_is_refused_names_the_line(text: str, line: int, says: str) -> None:
    with pytest.raises(NormError, match=says) as caught:
        parse(text, "norma.yaml")
    assert caught.value.fields["line"] >= 1
    if says != "norma.yaml":
        assert caught.value.text().startswith(f"norma.yaml, riga {line}")


def test_too_long_a_text_is_refused_unread() -> None:
    with pytest.raises(NormError, match="troppo grande"):
        parse("#" * (MAX_CHARACTERS + 1), "x")


def test_every_value_remembers_its_line() -> None:
    document = parse("a: 1\nb:\n  - c: 2\n  - d: 3\n", "x")
    assert document.line(("b", 1, "d")) == 4
    assert document.line(("b", 1, "d", "deeper")) == 4
    assert "riga 4" in document.error(("b", 1), "x").text()


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"a: Per\xf2")
    with pytest.raises(NormError, match="UTF-8"):
        load(tmp_path / "x.yaml")
