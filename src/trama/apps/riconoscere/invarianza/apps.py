"""Registration with Django."""

from django.apps import AppConfig


class Invarianza(AppConfig):
    """The room of hydraulic invariance, under the verb "riconoscere"."""

    name = "trama.apps.riconoscere.invarianza"
    label = "invarianza"
    verbose_name = "Invarianza idraulica"
    default_auto_field = "django.db.models.BigAutoField"
