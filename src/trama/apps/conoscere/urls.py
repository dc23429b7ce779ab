"""Addresses of Conoscere, under ``/conoscere/``."""

from django.urls import include, path

from trama.apps.conoscere import comuni_views, data_views, layer_views, views

app_name = "conoscere"
urlpatterns = [
    path("", views.map_page, name="index"),
    path("mappa", views.map_page, name="mappa"),
    path("mappa/tema/<str:theme_id>", views.theme_panel, name="tema"),
    path("mappa/luogo", views.place_panel, name="luogo"),
    path("tabella", views.table_page, name="tabella"),
    path("tabella.csv", views.table_csv, name="tabella-csv"),
    path("comuni", comuni_views.comuni_page, name="comuni"),
    path("comuni.json", data_views.comuni_json, name="comuni-json"),
    path("comuni/<str:istat>", comuni_views.comune_page, name="comune"),
    path("", include("trama.apps.conoscere.suoli.urls")),
    path("", include("trama.apps.conoscere.rete_verde.urls")),
    path("", include("trama.apps.conoscere.accesso.urls")),
    path("", include("trama.apps.conoscere.servizi.urls")),
    path("livelli", layer_views.catalogue, name="livelli"),
    path("", include("trama.apps.conoscere.arrivals.urls")),
    path("", include("trama.apps.conoscere.indici.urls")),
    path("", include("trama.apps.conoscere.opere.urls")),
    path("", include("trama.apps.conoscere.lum.urls")),
    path("livelli/<str:layer>", layer_views.layer_page, name="livello"),
    path("livelli/<str:layer>/<str:version>/dati", data_views.download, name="scarica"),
    path("perche/<str:trace>.json", layer_views.why_json, name="perche-json"),
    path("perche/<str:trace>", layer_views.why, name="perche"),
    path("piastrelle/<str:layer>/<str:version>.pmtiles", data_views.tiles, name="piastrelle"),
    path("forme/<str:layer>/<str:version>.geojson", data_views.shapes, name="forme"),
    path("raster/<str:theme_id>/<str:version>/<int:z>/<int:x>/<int:y>.png", data_views.raster, name="raster"),
    path("toponimi.geojson", data_views.places, name="toponimi"),
    path("temi/<str:theme_id>.json", data_views.theme, name="tema-json"),
    path("segno.svg", data_views.icon, name="icon"),
]
