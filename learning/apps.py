"""Names the room `learning` to Django, and says what it holds about people."""

from importlib import import_module

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "Aprendizaje"

    def ready(self):
        import_module("learning.personal_data")
