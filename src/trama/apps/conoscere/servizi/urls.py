"""Addresses of the atlas of services, under those of Conoscere."""

from django.urls import path

from trama.apps.conoscere.servizi import files, views

urlpatterns = [
    path("servizi", views.atlas_page, name="servizi"),
    path("servizi.csv", files.as_csv, name="servizi-csv"),
    path("servizi.json", files.as_json, name="servizi-json"),
    path("servizi/punti.geojson", files.points, name="servizi-punti"),
    path("servizi/comuni/<str:istat>.csv", files.comune_csv, name="servizi-comune-csv"),
    path("servizi/comuni/<str:istat>.json", files.comune_json, name="servizi-comune-json"),
    path("servizi/comuni/<str:istat>.pdf", files.comune_sheet_pdf, name="servizi-comune-pdf"),
    path("servizi/poli/<str:istat>.pdf", files.pole_sheet_pdf, name="servizi-polo-pdf"),
    path("servizi/comuni/<str:istat>", views.comune_page, name="servizi-comune"),
    path("servizi/poli/<str:istat>", views.pole_page, name="servizi-polo"),
]
