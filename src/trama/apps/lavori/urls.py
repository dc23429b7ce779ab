"""Addresses of long work, under ``/lavori/``."""

from django.urls import path

from trama.apps.lavori import views

app_name = "lavori"
urlpatterns = [
    path("", views.index, name="elenco"),
    path("<uuid:key>", views.page, name="lavoro"),
    path("<uuid:key>/stato", views.state, name="stato"),
    path("<uuid:key>/annulla", views.cancel, name="annulla"),
    path("<uuid:key>/ripeti", views.repeat, name="ripeti"),
]
