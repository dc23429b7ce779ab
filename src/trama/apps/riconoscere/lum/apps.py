"""Registration with Django."""

from django.apps import AppConfig


class Lum(AppConfig):
    """The room where comuni redraw the perimeters of their LUM, under the verb "riconoscere"."""

    name = "trama.apps.riconoscere.lum"
    label = "lum"
    verbose_name = "Luoghi Urbani per la Mobilità"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how what this register holds reaches the lake."""
        from trama.apps.conoscere.lum import settling
        from trama.apps.riconoscere.lum import publishing

        settling.register(publishing.settle)
