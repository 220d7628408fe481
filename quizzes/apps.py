"""Names the room `quizzes` to Django, brings its screen to learning's route and wakes its receivers."""

from importlib import import_module

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = "Cuestionarios"

    def ready(self):
        from privacy.data_map import register_holdings
        from quizzes.personal_data import HOLDINGS

        register_holdings(self.name, *HOLDINGS)
        activities = import_module("learning.activities")
        activities.register_activity_view("quiz", import_module("quizzes.views").quiz)
        activities.register_waits("quiz", import_module("quizzes.queries").waits_of)
        import_module("quizzes.receivers")
