"""Names the room `learning` to Django, says what it holds about people and wakes its receivers."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "Aprendizaje"

    def ready(self):
        # A plain import connects the receivers.
        import learning.receivers  # noqa: F401
        from learning.notices import JOURNAL, KINDS, reminders_of_today
        from learning.personal_data import HOLDINGS
        from notices.journals import register_daily, register_journal
        from notices.kinds import register_kinds
        from privacy.data_map import register_holdings

        register_kinds(*KINDS)
        register_journal(JOURNAL)
        register_daily("reminders", reminders_of_today)
        register_holdings(self.name, *HOLDINGS)
