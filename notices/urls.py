"""Gives the addresses of notices and letters."""

from django.urls import path

from lib import routes as routes  # gives <number:…>
from notices import views

app_name = "notices"
urlpatterns = [
    path("avisos/", views.notices, name="notices"),
    path("avisos/leidos/", views.read_all, name="read_all"),
    path("avisos/<number:number>/leido/", views.read, name="read"),
    path("avisos/correos/", views.choices, name="choices"),
    path("avisos/sin-recordatorios/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("cartas/", views.letters, name="letters"),
    path("cartas/otra-vez/", views.all_again, name="all_again"),
    path("cartas/<number:number>/otra-vez/", views.again, name="again"),
    path("cartas/retenidas/enviar/", views.release, name="release_all"),
    path("cartas/retenidas/descartar/", views.discard, name="discard_all"),
    path("cartas/<number:number>/enviar/", views.release, name="release"),
    path("cartas/<number:number>/descartar/", views.discard, name="discard"),
]
