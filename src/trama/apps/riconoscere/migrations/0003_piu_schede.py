"""One evaluation holds answers and outcomes of every sheet; those made with one keep it under its name."""

from typing import Any

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def by_sheet(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put answers, result, outcome and trace under the sheet they belong to."""
    row: Any
    for row in apps.get_model("riconoscere", "Valutazione").objects.iterator():
        _nest(row, row.sheet)
        row.results = {row.sheet: row.result} if row.result is not None else {}
        row.save(update_fields=["answers", "outcomes", "results"])
    version: Any
    versions = apps.get_model("riconoscere", "ValutazioneVersione").objects
    for version in versions.select_related("valutazione").iterator():
        _nest(version, version.valutazione.sheet)
        version.save(update_fields=["answers", "outcomes"])


def _nest(saved: Any, sheet: str) -> None:
    saved.answers = {sheet: saved.answers} if saved.answers else {}
    saved.outcomes = {sheet: {"esito": saved.outcome, "trace": saved.trace}} if saved.outcome else {}


def by_one_sheet(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep the answers and outcome of the sheet each evaluation was begun with; those of others are lost."""
    row: Any
    for row in apps.get_model("riconoscere", "Valutazione").objects.iterator():
        _flatten(row, row.sheet)
        row.result = row.results.get(row.sheet)
        row.save(update_fields=["answers", "outcome", "trace", "result"])
    version: Any
    versions = apps.get_model("riconoscere", "ValutazioneVersione").objects
    for version in versions.select_related("valutazione").iterator():
        _flatten(version, version.valutazione.sheet)
        version.save(update_fields=["answers", "outcome", "trace"])


def _flatten(saved: Any, sheet: str) -> None:
    saved.answers = saved.answers.get(sheet, {})
    kept = saved.outcomes.get(sheet, {})
    saved.outcome, saved.trace = kept.get("esito", ""), kept.get("trace", "")


class Migration(migrations.Migration):
    dependencies = [("riconoscere", "0002_postgis")]
    operations = [
        *(
            migrations.AddField(model, "outcomes", models.JSONField(default=dict))
            for model in ("valutazione", "valutazioneversione")
        ),
        migrations.AddField("valutazione", "results", models.JSONField(default=dict)),
        migrations.RunPython(by_sheet, by_one_sheet),
        migrations.RemoveField("valutazione", "result"),
        *(
            migrations.RemoveField(model, field)
            for model in ("valutazione", "valutazioneversione")
            for field in ("outcome", "trace")
        ),
    ]
