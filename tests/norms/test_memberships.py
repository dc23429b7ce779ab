"""Memberships as dated relations: what the loader refuses, and what a day answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from trama.norms.book import NormsPackage, read_book
from trama.norms.errors import NormError

HEAD = "istat,comune,zona,from,to,status,citation\n"
RELATION = """
zone:
  name: {it: Zone, en: Zones}
  description: prova
  groups: {nord: Nord, sud: Sud}
  citations:
    atto: {act: "delibera di prova", place: "art. 1", url: null}
  rows: zone.csv
"""


def _read(folder: Path, rows: str, relation: str = RELATION):
    (folder / "territorio").mkdir()
    (folder / "territorio" / "relations.yaml").write_text(relation, encoding="utf-8")
    (folder / "territorio" / "zone.csv").write_text(HEAD + rows, encoding="utf-8")
    return read_book(NormsPackage("prova", "Prova", folder)).relations["territorio/zone"]


def test_a_comune_moves_on_its_day_and_keeps_its_past(tmp_path):
    rows = (
        "015001,Prova,nord,2016-01-01,2020-06-30,ufficiale,atto\n015001,Prova,sud,2020-07-01,,adottato,atto\n"
    )
    relation = _read(tmp_path, rows)
    assert relation.at(date(2015, 12, 31)) == {}
    assert relation.at(date(2020, 6, 30)) == {"015001": "nord"}
    assert relation.at(date(2020, 7, 1)) == {"015001": "sud"}
    use = relation.use("015001", date(2020, 7, 1))
    assert use is not None
    assert (use.value, use.since, use.path) == ("sud", date(2020, 7, 1), "territorio/zone[015001]")
    assert relation.changes() == [
        date(2015, 12, 31),
        date(2016, 1, 1),
        date(2020, 6, 30),
        date(2020, 7, 1),
    ]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (
            "015001,Prova,nord,2016-01-01,,ufficiale,atto\n015001,Prova,sud,2020-01-01,,ufficiale,atto\n",
            "due zone",
        ),
        ("015001,Prova,est,2016-01-01,,ufficiale,atto\n", "«est» non è tra le zone"),
        ("015001,Prova,nord,2016-01-01,,ufficiale,altro\n", "«altro» non è tra quelle dichiarate"),
        ("15001,Prova,nord,2016-01-01,,ufficiale,atto\n", "sei cifre"),
        ("015001,Prova,nord,2016-01-01,,ufficiale\n", "6 celle invece di 7"),
        ("015001,Prova,nord,2016-13-01,,ufficiale,atto\n", "from"),
    ],
)
def test_rows_that_contradict_each_other_or_the_grammar_are_refused(tmp_path, rows, why):
    with pytest.raises(NormError, match=why):
        _read(tmp_path, rows)


def test_a_missing_table_is_refused_with_file_and_line(tmp_path):
    with pytest.raises(NormError, match=r"relations\.yaml.*accanto"):
        _read(tmp_path, "", RELATION.replace("zone.csv", "altrove.csv"))


def test_keys_are_closed(tmp_path):
    with pytest.raises(NormError, match="non prevista"):
        _read(tmp_path, "", RELATION + "  colore: rosso\n")
