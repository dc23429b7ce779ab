"""Addresses of the atlas of LUM, under those of Conoscere."""

from django.urls import path

from trama.apps.conoscere.lum import views

urlpatterns = [
    path("lum", views.atlas, name="lum"),
    path("lum/forme.geojson", views.shapes, name="lum-forme"),
    path("lum/atlante.pdf", views.atlas_pdf, name="lum-atlante-pdf"),
    path("lum/calcola", views.compute, name="lum-calcola"),
    path("lum/<slug:code>", views.sheet, name="lum-scheda"),
    path("lum/<slug:code>/scheda.pdf", views.sheet_pdf, name="lum-pdf"),
]
