"""Addresses of soils, under those of Conoscere."""

from django.urls import path

from trama.apps.conoscere.suoli import views

urlpatterns = [
    path("suoli", views.map_page, name="suoli"),
    path("suoli/consumo", views.land_take, name="consumo"),
    path("suoli/consumo/calcola", views.weigh, name="consumo-calcola"),
]
