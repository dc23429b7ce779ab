"""The key of the last save, so that a page whose answer was lost does not race with itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invarianza", "0001_pratiche")]
    operations = [
        migrations.AddField("pratica", "written_as", models.CharField(blank=True, default="", max_length=32)),
    ]
