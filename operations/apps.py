"""Names the app `operations` to Django, and wakes its checks, its pulses and its trail."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Operación"

    def ready(self):
        from operations import checks, first_steps, pulses, receivers  # noqa: F401 - registers, connects them
        from operations.personal_data import HOLDINGS
        from privacy.data_map import register_holdings

        register_holdings(self.name, *HOLDINGS)
