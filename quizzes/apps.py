"""Names the room `quizzes` to Django, brings its screen to learning's route and wakes its receivers."""

from importlib import import_module

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = "Cuestionarios"

    def ready(self):
        import_module("learning.activities").register_activity_view("quiz", import_module("quizzes.views").quiz)
        import_module("quizzes.receivers")
        import_module("quizzes.personal_data")
