"""Names the room `quizzes` to Django, brings its screen to learning's route, answers the bank and
wakes its receivers.
"""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = "Cuestionarios"

    def ready(self):
        from learning.activities import register_activity_view, register_waits
        from privacy.data_map import register_holdings
        from questions.uses import register_asker
        from quizzes import receivers  # noqa: F401 - they listen from now on
        from quizzes.asking import QUIZZES
        from quizzes.personal_data import HOLDINGS
        from quizzes.views import quiz
        from quizzes.waits import waits_of

        register_holdings(self.name, *HOLDINGS)
        register_activity_view("quiz", quiz)
        register_waits("quiz", waits_of)
        register_asker(QUIZZES)
