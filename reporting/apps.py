"""Names the app `reporting` to Django, says what it holds about people, and wakes its receivers."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "Cifras"

    def ready(self):
        from privacy.data_map import register_holdings
        from reporting import receivers  # noqa: F401 - connects them
        from reporting.personal_data import HOLDINGS

        register_holdings(self.name, *HOLDINGS)
