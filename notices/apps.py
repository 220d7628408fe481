"""Names the room `notices` to Django, says what it holds about people, and wakes its receivers."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "Avisos"

    def ready(self):
        from notices import receivers  # noqa: F401 - connects them
        from notices.account_notices import KINDS, TRAIL
        from notices.journals import register_journal
        from notices.kinds import register_kinds
        from notices.personal_data import HOLDINGS
        from privacy.data_map import register_holdings

        register_kinds(*KINDS)
        register_journal(TRAIL)
        register_holdings(self.name, *HOLDINGS)
