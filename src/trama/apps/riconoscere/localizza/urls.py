"""Addresses of siting, under Riconoscere."""

from django.urls import path

from trama.apps.riconoscere.localizza import views

app_name = "localizza"

urlpatterns = [
    path("", views.page, name="index"),
    path("giudizio", views.judgement, name="giudizio"),
    path("punto", views.spot, name="punto"),
    path("giudizio.pdf", views.as_pdf, name="pdf"),
    path("giudizio.json", views.as_document, name="json"),
]
