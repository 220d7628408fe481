"""Names the room `support` to Django, says what it holds about people, and what they are told."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = "Ayuda"

    def ready(self):
        from notices.journals import register_journal
        from notices.kinds import register_kinds
        from privacy.data_map import register_holdings
        from support import receivers  # noqa: F401 - they listen from now on
        from support.notices import ANSWERS, KINDS
        from support.personal_data import HOLDINGS

        register_kinds(*KINDS)
        register_journal(ANSWERS)
        register_holdings(self.name, *HOLDINGS)
