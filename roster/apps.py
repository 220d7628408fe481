"""Names the room `roster` to Django, tells the data map what it holds and `notices` what people are
told.
"""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "roster"
    verbose_name = "Personas"

    def ready(self):
        from notices.journals import register_journal, register_weekly
        from notices.kinds import register_kinds
        from privacy.data_map import register_holdings
        from roster import receivers  # noqa: F401 - they listen from now on
        from roster.digest import DIGEST, digests_of_week
        from roster.notices import DECISIONS, KINDS, POSTS, REJECTIONS
        from roster.personal_data import HOLDINGS

        register_kinds(*KINDS, DIGEST)
        register_weekly("digests", digests_of_week)
        register_journal(DECISIONS)
        register_journal(REJECTIONS)
        register_journal(POSTS)
        register_holdings(self.name, *HOLDINGS)
