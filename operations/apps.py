"""Names the room `operations` to Django, says what it holds about people, and wakes its checks, its pulses and its trail."""

from importlib import import_module

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Operación"

    def ready(self):
        from operations.personal_data import HOLDINGS
        from privacy.data_map import register_holdings

        register_holdings(self.name, *HOLDINGS)
        import_module("operations.checks")
        import_module("operations.pulses")
        import_module("operations.receivers")
