"""Addresses: the territory at the root, one folder per verb."""

from django.conf import settings
from django.urls import include, path

from trama.apps.conoscere.views import home

urlpatterns = [
    path("", home, name="home"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("lavori/", include("trama.apps.lavori.urls")),
    path("riconoscere/invarianza/", include("trama.apps.riconoscere.invarianza.urls")),
    path("riconoscere/localizza/", include("trama.apps.riconoscere.localizza.urls")),
    path("riconoscere/lum/", include("trama.apps.riconoscere.lum.urls")),
    *(path(f"{room}/", include(f"trama.apps.{room}.urls")) for room in settings.ROOMS),
]
handler400 = "trama.site.errors.bad_request"
handler404 = "trama.site.errors.page_not_found"
handler500 = "trama.site.errors.server_error"
