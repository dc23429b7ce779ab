"""An index that does not hold together is refused with the file that says it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from trama.norms import load_book
from trama.norms.book import NormsPackage, read_book
from trama.norms.errors import NormError, UnknownParameter

INDEX = """
id: prova
title: {it: Prova, en: Trial}
asks: {it: Che cosa?, en: What?}
high_is: {it: alto, en: high}
formula: "media"
rules: prova
goalposts: traguardi
weights: pesi
pillar_weights: pesi_pilastri
classes: prova/classi
pillars:
  uno:
    name: {it: Uno, en: One}
    indicators: [a, b]
indicators:
  a: {name: {it: A, en: A}, unit: "%", direction: "+", source: qui}
  b: {name: {it: B, en: B}, unit: "%", direction: "-", source: qui}
"""
TABLES = {
    "traguardi": "{a: {low: 0, high: 1}, b: {low: 0, high: 1}}",
    "pesi": "{a: 1, b: 1}",
    "pesi_pilastri": "{uno: 1}",
    "classi": '{"1": {from: 0.0}}',
}
PARAMETER = """
{name}:
  name: {{it: N, en: N}}
  description: D
  unit: text
  kind: table
  values:
    - {{from: "2024-02-28", value: {value}, status: ipotesi, citation: {{act: prova, place: qui, url: null}}}}
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., None]:
    def write(index: str = INDEX, **tables: str) -> None:
        folder = tmp_path / "prova"
        folder.mkdir()
        (folder / "index.yaml").write_text(index)
        rows = {**TABLES, **tables}
        (folder / "parameters.yaml").write_text(
            "".join(PARAMETER.format(name=name, value=value) for name, value in rows.items() if value)
        )
        read_book(NormsPackage("prova", "Prova", tmp_path))

    return write


def test_a_whole_index_is_read(read: Callable[..., None]) -> None:
    read()


@pytest.mark.parametrize(
    ("index", "tables", "sentence"),
    [
        (INDEX, {"traguardi": "{a: {low: 0, high: 1}}"}, "b vuole due numeri"),
        (INDEX, {"traguardi": "{a: {low: 2, high: 1}, b: {low: 0, high: 1}}"}, "low minore di high"),
        (INDEX, {"pesi": "{a: 1, b: -1}"}, "il peso di b"),
        (INDEX, {"pesi": "{a: 0, b: 0}"}, "non possono essere tutti zero"),
        (INDEX.replace("[a, b]", "[a]"), {}, "l'indicatore b deve stare"),
        (INDEX.replace('direction: "-"', "direction: band"), {}, "chiede la tabella bands"),
        (INDEX.replace('unit: "%"', "unit: furlong"), {}, "unità «furlong» sconosciuta"),
        (
            INDEX.replace("source: qui}", "source: qui, measure: {kind: guess}}", 1),
            {},
            "indicators.a.measure",
        ),
    ],
)
def test_a_mistake_is_refused_with_its_reason(
    read: Callable[..., None], index: str, tables: dict[str, str], sentence: str
) -> None:
    with pytest.raises(NormError, match=r"prova/index\.yaml") as refused:
        read(index, **tables)
    assert sentence in str(refused.value)


def test_a_table_that_is_not_there_is_named(read: Callable[..., None]) -> None:
    with pytest.raises(UnknownParameter, match="prova/pesi_pilastri"):
        read(pesi_pilastri="")


def test_the_plan_s_two_indices_declare_what_nobody_has_too() -> None:
    """Counted in the register of defaults: 21 rows, of which three hold two indicators, and 15 rows."""
    indices = load_book().indices
    assert {name: len(index.order) for name, index in indices.items()} == {"vulnerabilita": 24, "qualita": 15}
    unmeasured = [one for one in indices["vulnerabilita"].indicators.values() if one.measure is None]
    assert all(one.source for one in unmeasured)
