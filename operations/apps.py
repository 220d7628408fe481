"""Names the room `operations` to Django, and says what it holds about people."""

from importlib import import_module

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Operación"

    def ready(self):
        import_module("operations.personal_data")
