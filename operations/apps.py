"""Names the room `operations` to Django, and wakes its checks, its pulses and its trail."""

from importlib import import_module

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Operación"

    def ready(self):
        import_module("operations.checks")
        import_module("operations.pulses")
        import_module("operations.receivers")
