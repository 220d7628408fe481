"""Names the room `learning` to Django, says what it holds about people and wakes its receivers."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "Aprendizaje"

    def ready(self):
        # A plain import connects the receivers.
        import learning.receivers  # noqa: F401
        from learning.personal_data import HOLDINGS
        from privacy.data_map import register_holdings

        register_holdings(self.name, *HOLDINGS)
