"""Names the room `learning` to Django, and says what it holds about people."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "Aprendizaje"

    def ready(self):
        from learning.personal_data import HOLDINGS
        from privacy.data_map import register_holdings

        register_holdings(self.name, *HOLDINGS)
