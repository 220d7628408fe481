"""Names the room `reporting` to Django and wakes its receivers."""

from importlib import import_module

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "Cifras"

    def ready(self):
        import_module("reporting.receivers")
