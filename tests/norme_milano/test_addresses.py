"""The addresses of the originals: real ones, each with how it is known; what cannot be attested has none."""

from __future__ import annotations

from urllib.parse import urlsplit

from trama.norms import load_book


def test_every_address_is_of_the_web_and_says_how_it_is_known():
    manifests = load_book().manifests
    found = {name: one.source for name, one in manifests.items() if one.source.url or one.source.page}
    assert set(found) >= {"uso_suolo", "comuni", "gruppo_idrologico", "tessitura", "siti_contaminati"}
    for name, source in found.items():
        for address in filter(None, (source.url, source.page)):
            assert urlsplit(address).scheme == "https", name
            assert urlsplit(address).netloc, name
        assert "non ancora provat" in source.attested, name


def test_a_computed_layer_has_no_address():
    for one in load_book().manifests.values():
        if one.source.computed:
            assert (one.source.url, one.source.page) == (None, None)


def test_what_a_source_names_is_a_field_of_its_layer():
    for one in load_book().manifests.values():
        assert {*one.source.columns, *one.source.kept} <= {spec.name for spec in one.fields}, one.id
