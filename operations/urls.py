"""Gives the addresses that probes ask."""

from django.urls import path

from operations import views

app_name = "operations"
urlpatterns = [
    path("salud/vivo", views.alive, name="alive"),
    path("salud/listo", views.ready, name="ready"),
]
