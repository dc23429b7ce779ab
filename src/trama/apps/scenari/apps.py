"""Registration with Django."""

from django.apps import AppConfig


class Scenari(AppConfig):
    """Scenarios of nature-based solutions."""

    name = "trama.apps.scenari"
    label = "scenari"
    verbose_name = "Scenari"
    default_auto_field = "django.db.models.BigAutoField"
