"""Registration with Django."""

from django.apps import AppConfig


class Riconoscere(AppConfig):
    """The verb "riconoscere"."""

    name = "trama.apps.riconoscere"
    label = "riconoscere"
    verbose_name = "Riconoscere"
    default_auto_field = "django.db.models.BigAutoField"
