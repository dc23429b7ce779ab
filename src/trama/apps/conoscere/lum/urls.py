"""Addresses of the atlas of LUM, under those of Conoscere."""

from django.urls import path

from trama.apps.conoscere.lum import files, views

urlpatterns = [
    path("lum", views.atlas, name="lum"),
    path("lum/forme.geojson", views.shapes, name="lum-forme"),
    path("lum/atlante.pdf", files.atlas_pdf, name="lum-atlante-pdf"),
    path("lum/atlante.csv", files.atlas_as_csv, name="lum-atlante-csv"),
    path("lum/atlante.json", files.atlas_as_json, name="lum-atlante-json"),
    path("lum/calcola", views.compute, name="lum-calcola"),
    path("lum/<slug:code>", views.sheet, name="lum-scheda"),
    path("lum/<slug:code>/scheda.pdf", files.sheet_pdf, name="lum-pdf"),
    path("lum/<slug:code>/scheda.csv", files.sheet_as_csv, name="lum-csv"),
    path("lum/<slug:code>/scheda.json", files.sheet_as_json, name="lum-json"),
]
