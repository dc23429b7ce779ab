"""The site as an ASGI application: `uvicorn trama.site.asgi:application`."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trama.site.settings")
application = get_asgi_application()

# What a server has loaded stays, and so do the shapes it keeps in memory: walking them all, the collector
# took 50 ms from a gesture in twenty.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
