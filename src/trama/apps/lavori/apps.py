"""Registration with Django."""

from django.apps import AppConfig


class Lavori(AppConfig):
    """Long work done for the four verbs."""

    name = "trama.apps.lavori"
    label = "lavori"
    verbose_name = "Lavori"
    default_auto_field = "django.db.models.BigAutoField"
