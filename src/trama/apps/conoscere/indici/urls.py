"""Addresses of the indices, under those of Conoscere."""

from django.urls import path

from trama.apps.conoscere.indici import views

urlpatterns = [
    path("indici", views.catalogue, name="indici"),
    path("indici/<str:index_id>.json", views.index_json, name="indice-json"),
    path("indici/<str:index_id>", views.index_page, name="indice"),
    path("indici/<str:index_id>/tabella", views.table_page, name="indice-tabella"),
    path("indici/<str:index_id>/graduatoria.csv", views.ranking_csv, name="indice-csv"),
]
