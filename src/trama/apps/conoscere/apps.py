"""Registration of the app."""

from django.apps import AppConfig


class Conoscere(AppConfig):
    """The verb "conoscere"."""

    name = "trama.apps.conoscere"
    verbose_name = "Conoscere"
