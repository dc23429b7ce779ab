"""One value of the norms, read alone, is the one that the whole book gives, and costs no grammar."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from trama.kernel.errors import TramaError
from trama.norms import load_book, value_in_force
from trama.norms.plain import _plain

DAYS = (date(2016, 1, 1), date(2024, 2, 28), date(2026, 11, 21))
LAMBDA = "sttm1/storm/lambda"


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_number_read_alone_is_the_one_of_the_book_or_the_same_refusal(day: date) -> None:
    book, plain = load_book(), 0
    for path, parameter in book.parameters.items():
        if parameter.kind != "scalar":
            continue
        folder, _, key = path.rpartition("/")
        plain += _plain(book.package.root, folder, key, day) is not None
        try:
            expected = book.value(path, day)
        except TramaError as refusal:
            with pytest.raises(type(refusal), match="non è in vigore"):
                value_in_force(path, day)
        else:
            assert value_in_force(path, day) == expected
    assert plain or day < DAYS[1], "no number was read the short way"


def test_an_own_value_takes_the_place_of_the_package_s(tmp_path: Path) -> None:
    text = (load_book().package.root / "sttm1/storm/parameters.yaml").read_text(encoding="utf-8")
    own = tmp_path / "sttm1/storm"
    own.mkdir(parents=True)
    (own / "parameters.yaml").write_text(
        text[: text.index("cn_impermeabile:")].replace("value: 0.2", "value: 0.05"), encoding="utf-8"
    )
    assert value_in_force(LAMBDA, DAYS[2], overlay=tmp_path).value == 0.05
    assert value_in_force("sttm1/storm/cn_impermeabile", DAYS[2], overlay=tmp_path).value == 98


def test_tables_unknown_names_and_packages_go_the_long_way() -> None:
    table = "sttm1/storm/suolo_dusaf"
    assert value_in_force(table, DAYS[2]) == load_book().value(table, DAYS[2])
    for path in ("sttm1/storm/inesistente", "inesistente/lambda", "lambda", "../../lambda"):
        with pytest.raises(TramaError, match="non esiste"):
            value_in_force(path, DAYS[2])
    with pytest.raises(TramaError, match="inesistente"):
        value_in_force(LAMBDA, DAYS[2], name="inesistente")


def test_one_value_imports_neither_the_grammar_nor_the_lake() -> None:
    code = (
        "import sys, datetime; from trama.analyses.installation import norm_in_force; "
        f"norm_in_force({LAMBDA!r}, datetime.date(2026, 11, 21)); "
        "print(*({'pydantic', 'trama.lake.lake', 'trama.norms.book', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
