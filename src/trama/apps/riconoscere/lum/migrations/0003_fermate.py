"""The stops a perimeter was drawn for, and where they were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lum", "0002_postgis")]
    operations = [
        migrations.AddField("proposta", "fermate", models.TextField(blank=True, default=""), False),
        migrations.AddField(
            "proposta", "dove", models.CharField(blank=True, default="", max_length=40), False
        ),
    ]
