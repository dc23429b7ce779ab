"""The English of the site: compiled as it is written, and complete for what Conoscere says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from django.test import Client

PROJECT = Path(__file__).resolve().parents[3]
SITE = PROJECT / "src" / "trama" / "site"
CATALOGUE = SITE / "locale" / "en" / "LC_MESSAGES" / "django.po"
TEMPLATES = [
    *(SITE / "templates").glob("*.html"),
    *(PROJECT / "src/trama/apps/conoscere/templates").rglob("*.html"),
]
_TEXT = re.compile(r"""\{% translate (?:"([^"]*)"|'([^']*)')""")


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


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_has_its_english(compiler, template: Path) -> None:
    known = compiler.read_po(CATALOGUE)
    texts = {one or other for one, other in _TEXT.findall(template.read_text(encoding="utf-8"))}
    assert texts - set(known) == set()


def test_the_site_speaks_italian_until_a_person_chooses_english(site: Client) -> None:
    page = site.get("/conoscere/mappa", headers={"Accept-Language": "en"}).content.decode()
    assert "Cerca un comune" in page
    site.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert "Find a comune" in site.get("/conoscere/mappa").content.decode()
    assert "unofficial value" in site.get("/").content.decode()
