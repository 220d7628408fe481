"""Names the room `territory` to Django."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "territory"
    verbose_name = "Territorio"
