"""The key of the last save, so that a page whose answer was lost does not race with itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("riconoscere", "0003_piu_schede")]
    operations = [
        migrations.AddField(
            "valutazione", "written_as", models.CharField(blank=True, default="", max_length=32)
        ),
    ]
