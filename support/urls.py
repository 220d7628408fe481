"""Gives the addresses of Help."""

from django.urls import path

from lib import routes as routes  # gives <number:…>
from support import views

app_name = "support"
urlpatterns = [
    path("ayuda/", views.help_page, name="help"),
    path("ayuda/recibido/<str:receipt>/", views.help_received, name="help_received"),
    path("ayuda/pedidos/", views.help_requests, name="help_requests"),
    path("ayuda/pedidos/<number:number>/", views.help_request, name="help_request"),
    path("ayuda/pedidos/<number:number>/pasar/", views.hand_on_request, name="hand_on"),
    path("ayuda/mis-preguntas/", views.own_help, name="own_help"),
]
