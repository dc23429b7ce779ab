"""Registration with Django."""

from django.apps import AppConfig


class Lum(AppConfig):
    """The room where comuni redraw the perimeters of their LUM, under the verb "riconoscere"."""

    name = "trama.apps.riconoscere.lum"
    label = "lum"
    verbose_name = "Luoghi Urbani per la Mobilità"
    default_auto_field = "django.db.models.BigAutoField"
