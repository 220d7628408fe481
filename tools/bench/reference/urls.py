"""Gives the one address of the reference."""

from django.urls import path

from tools.bench.reference.views import page

urlpatterns = [path("", page)]
