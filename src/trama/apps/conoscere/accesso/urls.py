"""Addresses of access, under those of Conoscere."""

from django.urls import path

from trama.apps.conoscere.accesso import changed, computing, exports, siting, tracing, trying, views

urlpatterns = [
    path("accesso", views.page, name="accesso"),
    path("accesso/luogo", views.place, name="accesso-luogo"),
    path("accesso/calcola", computing.start, name="accesso-calcola"),
    path("accesso/dove", siting.find, name="accesso-dove"),
    path("accesso/prova", trying.attempt, name="accesso-prova"),
    path("accesso/servizi.geojson", changed.services, name="accesso-servizi"),
    path("accesso/perche", tracing.why, name="accesso-perche"),
    path("accesso.json", exports.as_json, name="accesso-json"),
    path("accesso.csv", exports.as_csv, name="accesso-csv"),
    path("accesso/<str:key>/<int:z>/<int:x>/<int:y>.png", views.tile, name="accesso-piastrella"),
]
