"""Gives the addresses of help and privacy."""

from django.urls import path

from lib import routes as routes  # gives <number:…>
from operations import help_views

app_name = "operations"
urlpatterns = [
    path("ayuda/", help_views.help_page, name="help"),
    path("ayuda/recibido/<str:receipt>/", help_views.help_received, name="help_received"),
    path("ayuda/pedidos/", help_views.help_requests, name="help_requests"),
    path("ayuda/pedidos/<number:number>/respondido/", help_views.answered, name="help_answered"),
    path("privacidad/", help_views.privacy, name="privacy"),
]
