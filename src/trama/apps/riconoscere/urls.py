"""Addresses of Riconoscere."""

from django.urls import path, re_path

from trama.apps.riconoscere import api, views

app_name = "riconoscere"
_ID = r"(?P<key>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"

urlpatterns = [
    path("", views.index, name="index"),
    path("valuta", views.new, name="valuta"),
    path("valuta/<uuid:key>", views.evaluation, name="valutazione"),
    path("valuta/<uuid:key>/storia", views.history, name="storia"),
    path("valuta/<uuid:key>/riprendi/<int:number>", views.recover, name="riprendi"),
    path("valuta/<uuid:key>/rivaluta", views.renew, name="rivaluta"),
    re_path(rf"^valuta/{_ID}\.(?P<form>pdf|json|geojson)$", views.download, name="scarica"),
    path("api/prova", api.try_out, name="api-prova"),
    path("api/valutazioni", api.begin, name="api-valutazioni"),
    path("api/valutazioni/<uuid:key>", api.evaluation, name="api-valutazione"),
    path("api/perimetro", api.outline, name="api-perimetro"),
]
