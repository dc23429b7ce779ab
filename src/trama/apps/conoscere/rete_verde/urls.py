"""Addresses of the Rete Verde, under those of Conoscere."""

from django.urls import path

from trama.apps.conoscere.rete_verde import views

urlpatterns = [
    path("rete-verde", views.page, name="rete-verde"),
    path("rete-verde.json", views.as_json, name="rete-verde-json"),
    path("rete-verde/ordine.csv", views.order_csv, name="rete-verde-csv"),
    path("rete-verde/rete-verde.gpkg", views.geopackage, name="rete-verde-gpkg"),
]
