"""Gives the addresses of the first day of a site."""

from django.urls import path

from operations import views

app_name = "operations"
urlpatterns = [
    path("", views.first_day, name="first_day"),
    path("operadores/", views.second_operator, name="second_operator"),
    path("institucion/", views.provider, name="provider"),
    path("correo/", views.mail, name="mail"),
    path("region/", views.first_region, name="first_region"),
]
