"""Addresses of hydraulic invariance, under Riconoscere."""

from django.urls import path, re_path

from trama.apps.riconoscere.invarianza import api, views

app_name = "invarianza"
_ID = r"(?P<key>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"

urlpatterns = [
    path("", views.index, name="index"),
    path("nuova", views.new, name="nuova"),
    path("da-file", views.from_file, name="da-file"),
    re_path(rf"^{_ID}\.(?P<form>pdf|json|gpkg)$", views.download, name="scarica"),
    path("<uuid:key>", views.pratica, name="pratica"),
    path("<uuid:key>/storia", views.history, name="storia"),
    path("<uuid:key>/riprendi/<int:number>", views.recover, name="riprendi"),
    path("api/prova", api.try_out, name="api-prova"),
    path("api/pratiche", api.begin, name="api-pratiche"),
    path("api/pratiche/<uuid:key>", api.pratica, name="api-pratica"),
]
