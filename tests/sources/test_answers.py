"""Answers in YAML: values, reasons, and every way of writing them wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from trama.kernel.errors import TramaError
from trama.norms.errors import NormError
from trama.sources import answers
from trama.sources.answers import GivenAnswer, read_answers, read_answers_file

KEYS = ["A2", "C1", "C3_scarico", "falda_profonda"]


def test_bare_values_and_values_with_a_reason_are_read() -> None:
    found = read_answers(
        "A2: {value: 2, motivo: il suolo è stato bonificato}\nC3_scarico: suolo\n", "r.yaml", KEYS
    )
    assert found == {
        "A2": GivenAnswer(2, "il suolo è stato bonificato", 1),
        "C3_scarico": GivenAnswer("suolo", "", 2),
    }


@pytest.mark.parametrize("text", ["no", "yes", "on", "off", "si", "015146", "2026-01-15"])
def test_words_and_codes_stay_text(text: str) -> None:
    assert read_answers(f"A2: {text}", "r.yaml", KEYS)["A2"].value == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        ("0.5", 0.5),
        ("true", True),
        ("[a, b]", ["a", "b"]),
        ("[]", []),
        ("{suolo: 0.6, fognatura: 0.4}", {"suolo": 0.6, "fognatura": 0.4}),
        ("", None),
    ],
)
def test_each_kind_of_value_is_carried_as_it_is(text: str, value: object) -> None:
    assert read_answers(f"A2: {text}", "r.yaml", KEYS)["A2"].value == value


def test_an_empty_file_gives_no_answers() -> None:
    assert read_answers("# niente ancora\n", "r.yaml", KEYS) == {}


def test_an_unknown_key_is_refused_with_the_closest_and_all_the_known_ones() -> None:
    with pytest.raises(answers.UnknownQuestion) as caught:
        read_answers("A2: 1\nfalda_profnda: 3\n", "r.yaml", KEYS)
    assert caught.value.text() == (
        "r.yaml, riga 2: la scheda non prevede «falda_profnda». Forse «falda_profonda». "
        "Chiavi ammesse: A2, C1, C3_scarico, falda_profonda."
    )


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("A2: 1\nA2: 2", NormError, "riga 2: la chiave «A2» è ripetuta"),
        ("A2: {value: 1, motivo: breve}", answers.UnreadableAnswer, "almeno 10 caratteri"),
        ("A2: {value: 1, motivo: }", answers.UnreadableAnswer, "almeno 10"),
        ("A2: {value: 1, motivo: '          '}", answers.UnreadableAnswer, "almeno 10"),
        ("A2: {value: 1, motivo: 12345678901}", answers.UnreadableAnswer, "testo"),
        ("A2: {motivo: perché è proprio così}", answers.UnreadableAnswer, "nient'altro"),
        ("A2: {value: 1, perche: x}", answers.UnreadableAnswer, "nient'altro"),
        ("A2: [[1]]", answers.UnreadableAnswer, "elenco"),
        ("A2: {a: b}", answers.UnreadableAnswer, "quota"),
        ("A2: {}", answers.UnreadableAnswer, "quota"),
        ("- A2\n- C1", NormError, "servono righe"),
        ("A2", NormError, "servono righe"),
        ("A2: &x 1\nC1: *x", NormError, "rimandi"),
        ("A2: !!python/object:os.system x", NormError, "etichette"),
        ("A2: 1\n---\nA2: 2", NormError, "documento"),
        ("A2: [1", NormError, "YAML"),
        ("{a: " * 20_000, NormError, "parentesi"),
        ("x" * 300_000, answers.AnswersTooLarge, "100 kB"),
        (b"A2: Per\xf2", answers.AnswersNotText, "riga 1"),
    ],
)
def test_answers_written_wrong_say_where_and_why(
    text: str | bytes, error: type[TramaError], says: str
) -> None:
    with pytest.raises(error, match=says):
        read_answers(text, "r.yaml", KEYS)


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_bytes(b"\xef\xbb\xbfA2: 1\n")
    assert read_answers_file(tmp_path / "r.yaml", KEYS)["A2"].value == 1


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(answers.AnswersNotThere, match=r"r\.yaml"):
        read_answers_file(tmp_path / "r.yaml", KEYS)
