"""Registration with Django."""

from django.apps import AppConfig


class Localizza(AppConfig):
    """The room of siting, under the verb "riconoscere"."""

    name = "trama.apps.riconoscere.localizza"
    label = "localizza"
    verbose_name = "Criteri localizzativi"
    default_auto_field = "django.db.models.BigAutoField"
