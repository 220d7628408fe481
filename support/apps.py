"""Names the room `support` to Django, and says what it holds about people."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = "Ayuda"

    def ready(self):
        from privacy.data_map import register_holdings
        from support.personal_data import HOLDINGS

        register_holdings(self.name, *HOLDINGS)
