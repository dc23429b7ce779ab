"""Addresses of the scenarios."""

from django.urls import path, re_path

from trama.apps.scenari import api, views

app_name = "scenari"
_ID = r"(?P<key>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"

urlpatterns = [
    path("", views.index, name="index"),
    path("nuovo", views.new, name="nuovo"),
    path("confronto", views.compare, name="confronto"),
    path("<uuid:key>", views.scenario, name="scenario"),
    path("<uuid:key>/copia", views.copy, name="copia"),
    path("<uuid:key>/ricalcola", views.recompute, name="ricalcola"),
    path("<uuid:key>/togli", views.remove, name="togli"),
    re_path(rf"^{_ID}\.(?P<form>geojson|gpkg|csv|json)$", views.download, name="scarica"),
    path("api/effetti", api.effects, name="api-effetti"),
    path("api/scenari", api.begin, name="api-scenari"),
    path("api/scenari/<uuid:key>", api.scenario, name="api-scenario"),
]
