"""On PostgreSQL with PostGIS the proposals are a spatial table that other tools read as it is."""

from __future__ import annotations

import pytest
import shapely
from django.db import connection

from trama.apps.riconoscere.lum.models import Proposta

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: make test-postgres")


def test_the_perimeter_is_a_geometry_that_the_database_keeps_by_itself() -> None:
    shape = shapely.box(500_000, 5_030_000, 500_100, 5_030_050)
    row = Proposta.objects.create(
        codice="x", nome="x", istat="015002", comune="y", geometry=shapely.to_wkb(shape)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Area(geom), ST_SRID(geom) FROM lum_proposta WHERE id = %s", [row.pk])
        assert cursor.fetchone() == (pytest.approx(5000.0), 32632)
