"""Names the app `privacy` to Django, says what is held about people here and below, and wakes its
receivers.
"""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = "Datos personales"

    def ready(self):
        from privacy import receivers  # noqa: F401 - connects them
        from privacy.data_map import register_holdings
        from privacy.personal_data import HOLDINGS

        register_holdings(self.name, *HOLDINGS)
