"""On PostgreSQL with PostGIS the register is a spatial table that other tools read as it is."""

from __future__ import annotations

import pytest
import shapely
from django.db import connection

from tests.apps.riconoscere.small_territory import CAR_PARK_M
from trama.apps.riconoscere.models import Valutazione

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: make test-postgres")


def test_the_area_is_a_geometry_that_the_database_keeps_by_itself() -> None:
    row = Valutazione.objects.create(
        nome="Parcheggio", sheet="scheda_drenaggio", day="2026-01-15", geometry=shapely.to_wkb(CAR_PARK_M)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Area(geom), ST_SRID(geom) FROM riconoscere_valutazione WHERE id = %s", [row.pk]
        )
        area, srid = cursor.fetchone()
        cursor.execute(
            "SELECT srid, type FROM geometry_columns WHERE f_table_name = 'riconoscere_valutazione'"
        )
        declared = cursor.fetchall()
    assert area == pytest.approx(CAR_PARK_M.area)
    assert srid == 32632
    assert declared == [(32632, "GEOMETRY")]


def test_an_evaluation_without_an_area_has_none() -> None:
    row = Valutazione.objects.create(nome="", sheet="scheda_drenaggio", day="2026-01-15")
    with connection.cursor() as cursor:
        cursor.execute("SELECT geom FROM riconoscere_valutazione WHERE id = %s", [row.pk])
        assert cursor.fetchone() == (None,)


def test_places_are_found_by_the_spatial_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'valutazione_geom'")
        assert "gist" in cursor.fetchone()[0]
