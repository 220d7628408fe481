"""Gives the address of the privacy notice."""

from django.urls import path

from operations import views

app_name = "operations"
urlpatterns = [path("privacidad/", views.privacy, name="privacy")]
