"""Addresses of arrivals, under those of Conoscere."""

from django.urls import path

from trama.apps.conoscere.arrivals import views

urlpatterns = [
    path("aggiungi", views.which, name="aggiungi-quale"),
    path("livelli/<str:layer>/aggiungi", views.add, name="aggiungi"),
    path("arrivi/<uuid:key>/ripara", views.mend, name="ripara"),
    path("arrivi/<uuid:key>/conferma", views.confirm, name="conferma"),
    path("ricalcola/storm", views.storm, name="ricalcola-storm"),
    path("ricalcola/warm", views.warm, name="ricalcola-warm"),
    path("ricalcola/<str:analysis>", views.room, name="ricalcola-stanza"),
]
