"""On PostgreSQL with PostGIS the perimeter is also a geometry column, computed by the database from the WKB.

QGIS and ogr2ogr then see a normal spatial table. Elsewhere there is nothing to do: the WKB is the datum.
"""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ADD = """
ALTER TABLE lum_proposta ADD COLUMN geom geometry(Geometry, 32632)
    GENERATED ALWAYS AS (ST_SetSRID(ST_GeomFromWKB(geometry), 32632)) STORED;
CREATE INDEX proposta_geom ON lum_proposta USING gist (geom);
"""
DROP = "ALTER TABLE lum_proposta DROP COLUMN IF EXISTS geom;"


def _has_postgis(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    if schema_editor.connection.vendor != "postgresql":
        return False
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
        return cursor.fetchone() is not None


def add(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if _has_postgis(schema_editor):
        schema_editor.execute(ADD)


def drop(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if _has_postgis(schema_editor):
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("lum", "0001_perimetri")]
    operations = [migrations.RunPython(add, drop)]
