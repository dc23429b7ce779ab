"""An institution's own files: wrong ones are answered with file and line when read, not when used."""

from __future__ import annotations

from pathlib import Path

import pytest

from trama.norms import load_book, load_parameter
from trama.norms.errors import NormError, UnknownParameter

DATED = """
  values:
    - from: "2024-02-28"
      status: adottato
      citation: {act: "Decreto 1", place: "tabella 1", url: null}
      value: """
LAMBDA = 'lambda:\n  name: {it: L, en: L}\n  description: d\n  unit: "1"\n  kind: scalar' + DATED
WEIGHTS = 'pesi:\n  name: {it: P, en: P}\n  description: d\n  unit: "1"\n  kind: table' + DATED


def lay(root: Path, place: str, text: str) -> Path:
    file = root / place
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("value", ['"0.2"', ".nan", "true", "x", "[1, 2]"])
def test_a_number_that_is_not_one_is_refused_on_reading(tmp_path: Path, value: str) -> None:
    own = lay(tmp_path, "sttm1/storm/parameters.yaml", LAMBDA + value)
    with pytest.raises(NormError, match=r"^sttm1/storm/parameters.yaml, riga 1: «lambda»: "):
        load_book(overlay=own)


def test_a_number_that_is_one_takes_the_place_of_the_shipped(tmp_path: Path) -> None:
    own = lay(tmp_path, "sttm1/storm/parameters.yaml", LAMBDA + "0.05")
    assert load_book(overlay=own).parameters["sttm1/storm/lambda"].values[0].value == 0.05


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WEIGHTS + "{A1: 0.5}", "gli mancano le righe A2, A3, B1"),
        (WEIGHTS.replace("table", "scalar") + "1", "è di tipo scalar: deve essere table"),
        (WEIGHTS.replace('"1"', "point") + "{A1: 0.5}", "è in «point»: deve essere in «1»"),
    ],
)
def test_a_parameter_unlike_the_one_it_replaces_is_refused(tmp_path: Path, text: str, says: str) -> None:
    own = lay(tmp_path, "sttm1/scheda_drenaggio/parameters.yaml", text)
    with pytest.raises(NormError, match=says):
        load_book(overlay=own)


@pytest.mark.parametrize("name", ["parameters.yaml", "sheet.yaml", "relations.yaml"])
def test_a_list_where_keys_belong_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NormError, match=r"riga 1: il file deve essere un insieme di chiavi\."):
        load_book(overlay=lay(tmp_path, f"sttm1/storm/{name}", "- a\n"))


def test_a_folder_with_the_name_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sttm1" / "parameters.yaml").mkdir(parents=True)
    with pytest.raises(NormError, match="non si legge come file"):
        load_book(overlay=tmp_path)


def test_what_is_wrong_is_said_in_italian(tmp_path: Path) -> None:
    own = lay(tmp_path, "sttm1/storm/parameters.yaml", LAMBDA.replace("Decreto 1", "D") + "0.2")
    with pytest.raises(NormError, match="servono almeno 3 caratteri"):
        load_book(overlay=own)


GOOD = (
    "{A1: 0.4, A2: 0.4, A3: 0.2, B1: 0.4, B2: 0.4, B3: 0.2, "
    "C1: 0.3, C2: 0.2, C3: 0.15, C4: 0.2, C5: 0.05, C6: 0.1}"
)
OPTIONS = (
    'punteggi_c6:\n  name: {it: P, en: P}\n  description: d\n  unit: "point"\n  kind: table'
    + DATED
    + "{nessuna: "
    "{label: n, points: 0}, piano: {label: p, points: 2}, piano_e_risorse: {label: r, points: 3}, contratto: "
    "{label: c, points: 4}, contratto_e_controllo: {label: m, points: 99}}"
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WEIGHTS + GOOD.replace("A3: 0.2", "A3: -0.2"), "il peso di A3 deve essere un numero da 0 in su"),
        (WEIGHTS + GOOD.replace("A3: 0.2", "A3: 0.3"), r"\(A\) devono sommare a 1: sommano a 1\.1"),
        (WEIGHTS + GOOD.replace("0.4", "0").replace("0.2", "0"), "devono sommare a 1"),
        (OPTIONS, "«punteggi_c6» dà 99 punti: la scala va da 0 a 5"),
    ],
    ids=["negative", "too much", "all zero", "points off the scale"],
)
def test_weights_and_points_that_mean_nothing_are_refused(tmp_path: Path, text: str, says: str) -> None:
    own = lay(tmp_path, "sttm1/scheda_drenaggio/parameters.yaml", text)
    with pytest.raises(NormError, match=says):
        load_book(overlay=own)


def test_weights_that_sum_to_one_are_taken(tmp_path: Path) -> None:
    own = lay(tmp_path, "sttm1/scheda_drenaggio/parameters.yaml", WEIGHTS + GOOD)
    assert load_book(overlay=own).parameters["sttm1/scheda_drenaggio/pesi"].values[0].value["C1"] == 0.3


def test_one_parameter_read_alone_is_the_one_of_the_book(tmp_path: Path) -> None:
    for path, parameter in load_book().parameters.items():
        assert load_parameter(path) == parameter
    own = lay(tmp_path, "sttm1/storm/parameters.yaml", LAMBDA + "0.05")
    assert load_parameter("sttm1/storm/lambda", overlay=own).values[0].value == 0.05


@pytest.mark.parametrize("path", ["sttm1/storm/lambd", "sttm1/niente/lambda", "lambda"])
def test_one_parameter_that_is_not_there_is_named(path: str) -> None:
    with pytest.raises(UnknownParameter, match=path):
        load_parameter(path)


def test_one_parameter_read_alone_is_read_as_strictly(tmp_path: Path) -> None:
    own = lay(tmp_path, "sttm1/storm/parameters.yaml", LAMBDA + '"0.2"')
    with pytest.raises(NormError, match=r"^sttm1/storm/parameters.yaml, riga 1: «lambda»: "):
        load_parameter("sttm1/storm/lambda", overlay=own)
