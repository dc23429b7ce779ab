"""Addresses of the redraw of LUM, under Riconoscere."""

from django.urls import path

from trama.apps.riconoscere.lum import api, views

app_name = "lum"
urlpatterns = [
    path("", views.index, name="index"),
    path("api/verifica", api.check, name="api-verifica"),
    path("api/proposte", api.begin, name="api-proposte"),
    path("api/proposte/<uuid:key>", api.proposal, name="api-proposta"),
    path("proposte/<uuid:key>", views.proposal, name="proposta"),
    path("proposte/<uuid:key>/storia", views.history, name="storia"),
    path("proposte/<uuid:key>/riprendi/<int:number>", views.recover, name="riprendi"),
    path("proposte/<uuid:key>/invia", views.send, name="invia"),
    path("proposte/<uuid:key>/accogli", views.accept, name="accogli"),
    path("proposte/<uuid:key>/rinvia", views.give_back, name="rinvia"),
    path("proposte/<uuid:key>/chiudi", views.close, name="chiudi"),
    path("proposte/<uuid:key>/ritira", views.withdraw, name="ritira"),
    path("<slug:code>", views.lum, name="lum"),
    path("<slug:code>/ridisegna", views.redraw, name="ridisegna"),
    path("<slug:code>/rilievo", views.survey, name="rilievo"),
]
