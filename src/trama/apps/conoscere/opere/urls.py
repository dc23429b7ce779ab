"""Addresses of funded works, under those of Conoscere."""

from django.urls import path

from trama.apps.conoscere.opere import views

urlpatterns = [
    path("opere", views.works_page, name="opere"),
    path("opere/opera", views.work_page, name="opera"),
    path("opere/forme.geojson", views.shapes, name="opere-forme"),
    path("opere/perche", views.why, name="opere-perche"),
    path("opere/opere.csv", views.as_csv, name="opere-csv"),
    path("opere/opere.gpkg", views.as_geopackage, name="opere-gpkg"),
    path("opere/stima", views.estimate, name="opere-stima"),
]
