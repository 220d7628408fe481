"""Names the app `questions` to Django, and says what it holds about people."""

from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "questions"
    verbose_name = "Preguntas"

    def ready(self):
        from privacy.data_map import register_holdings
        from questions.personal_data import HOLDINGS

        register_holdings(self.name, *HOLDINGS)
