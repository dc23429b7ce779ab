"""The English of the site: compiled as written, and complete for the rooms that are said to speak it."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType
from django.test import Client

from trama.site.script_words import SENTENCES
from trama.site.tags import said

PROJECT = Path(__file__).resolve().parents[3]
SOURCE = PROJECT / "src" / "trama"
CATALOGUE = SOURCE / "site" / "locale" / "en" / "LC_MESSAGES" / "django.po"
ROOMS = (
    *("site", "apps/conoscere", "apps/lavori"),
    *("apps/riconoscere/templates", "apps/riconoscere/localizza"),
)
"""The rooms that speak English: not one text of theirs is without it. Elsewhere all is Italian."""
TEMPLATES = [path for room in ROOMS for path in sorted((SOURCE / room).rglob("*.html"))]
PYTHON = [
    path
    for room in ROOMS
    for path in sorted((SOURCE / room).rglob("*.py"))
    if "gettext" in path.read_text("utf-8")
]
_TEXT = re.compile(r"""\{% translate (?:"([^"]*)"|'([^']*)')(?: context "([^"]*)")?""")
_BLOCK = re.compile(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
_SAID = re.compile(r'\bphrase\(\s*"([^"]*)"')
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_MUTE = re.compile(r"<(script|style|code|kbd|svg)\b.*?</\1>", re.DOTALL)
_ITALIAN = re.compile(r'<(\w+)[^<>]*\slang="it"[^<>]*>.*?</\1>', re.DOTALL)
_SPOKEN = re.compile(r'(?:aria-label|title|placeholder|data-label|alt)="([^"]*)"')
SAME = {
    *(
        "UPA",
        "PDF",
        "JSON",
        "GeoJSON",
        "CSV",
        "GeoPackage",
        "GeoTIFF",
        "GeoParquet",
        "COG",
        "MB",
        "CUP",
        "LUM",
    ),
    *("EPSG", "SHA", "STORM", "WARM", "DXF", "body", "map", "valuta", "Trama", "English", "Riconoscere"),
    *("dren", "mm", "m³"),
}
"""Words that are the same in both languages: acronyms, formats, names (and the classes of a page's body)."""


def texts_of(template: Path) -> set[str]:
    """Return what a template hands over to be translated, as Django looks it up: a per cent is doubled."""
    body = template.read_text(encoding="utf-8")
    blocks = {_VARIABLE.sub(r"%(\1)s", block.replace("%", "%%")) for block in _BLOCK.findall(body)}
    asked = [((one or other).replace("%", "%%"), context) for one, other, context in _TEXT.findall(body)]
    return {f"{context}\x04{text}" if context else text for text, context in asked} | blocks


def bare_words(template: str) -> set[str]:
    """Return the words a template shows without handing them over, but for those said to be Italian.

    >>> sorted(bare_words('<p title="Apri">Ciao {{ name }}</p>{% translate "no" %}<i lang="it">sì</i>'))
    ['Apri', 'Ciao']
    """
    shown, inside = [], False
    for token in Lexer(template).tokenize():
        words = token.contents.split()
        if token.token_type == TokenType.BLOCK and words[0] in ("blocktranslate", "endblocktranslate"):
            inside = words[0] == "blocktranslate"
        shown.append(token.contents if token.token_type == TokenType.TEXT and not inside else " ")
    page = _ITALIAN.sub(" ", _MUTE.sub(" ", "".join(shown)))
    text = " ".join([*_SPOKEN.findall(page), re.sub(r"&\w+;", " ", re.sub(r"<[^<>]*>", " ", page))])
    return set(re.findall(r"[^\W\d_]{2,}", text)) - SAME


@pytest.fixture(scope="module")
def compiler():
    spec = importlib.util.spec_from_file_location(
        "compile_messages", PROJECT / "scripts" / "compile_messages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_compiled_catalogue_is_that_of_its_source(compiler) -> None:
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiler.to_mo(compiler.read_po(CATALOGUE))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_text_of_a_template_has_its_english(compiler, template: Path) -> None:
    assert texts_of(template) - set(compiler.read_po(CATALOGUE)) == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_no_word_of_a_template_is_left_in_one_language(template: Path) -> None:
    assert bare_words(template.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("module", PYTHON, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_text_of_the_code_has_its_english(compiler, module: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call)]
    asked = [
        one for one in calls if getattr(one.func, "id", "") in {"_", "gettext", "gettext_noop"} and one.args
    ]
    texts = {one.args[0].value for one in asked if isinstance(one.args[0], ast.Constant)}
    assert texts - set(compiler.read_po(CATALOGUE)) == set()


def test_every_sentence_of_the_scripts_is_among_those_handed_to_the_page() -> None:
    said = {
        sentence
        for script in sorted((PROJECT / "frontend" / "src").rglob("*.ts"))
        for sentence in _SAID.findall(script.read_text(encoding="utf-8"))
    }
    assert said == set(SENTENCES)


def test_what_is_put_into_a_text_is_in_its_english_too(compiler) -> None:
    """A ``%(name)s`` lost in translation is a figure lost on the page."""
    known = compiler.read_po(CATALOGUE)
    wrong = {
        text: english
        for text, english in known.items()
        if text and sorted(re.findall(r"%\(\w+\)\w", text)) != sorted(re.findall(r"%\(\w+\)\w", english))
    }
    assert wrong == {}


def test_the_site_speaks_italian_until_a_person_chooses_english(site: Client) -> None:
    page = site.get("/conoscere/mappa", headers={"Accept-Language": "en"}).content.decode()
    assert "Cerca un comune" in page
    site.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert "Find a comune" in site.get("/conoscere/mappa").content.decode()
    assert "unofficial value" in site.get("/").content.decode()


def test_a_level_of_the_plan_is_no_layer_of_data() -> None:
    from django.utils.translation import gettext, override, pgettext

    with override("en"):
        assert (pgettext("LUM", "Livello"), pgettext("servizi", "Livello")) == ("Level", "Level")
        assert gettext("Livello") == "Layer"


def test_numbers_keep_their_figures_and_change_their_words(site: Client) -> None:
    """Thousands and decimals stay as in the documents of the plan; units that are words are translated."""
    from django.utils.translation import override

    with override("en"):
        assert said("1.234 abitanti") == "1.234 inhabitants"
        assert said("dato mancante") == "missing datum"
        assert said("3,5 m³") == "3,5 m³"
    assert said("1.234 abitanti") == "1.234 abitanti"
    site.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = site.get("/conoscere/comuni/015146").content.decode()
    assert ">Why?<" in page
    assert "Mean night anomaly<" in page
    assert "Perché?" not in page
