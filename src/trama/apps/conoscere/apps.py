"""Registration of the app."""

from django.apps import AppConfig


class Conoscere(AppConfig):
    """The verb "conoscere"."""

    name = "trama.apps.conoscere"
    verbose_name = "Conoscere"

    def ready(self) -> None:
        """Say which long work this app does."""
        from trama.apps.conoscere.accesso import computing
        from trama.apps.conoscere.arrivals import outcomes
        from trama.apps.conoscere.lum import kinds as lum
        from trama.apps.conoscere.opere import kinds

        computing.register_kinds()
        outcomes.register_kinds()
        kinds.register_kinds()
        lum.register_kinds()
