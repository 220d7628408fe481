"""Names the room `content` to Django and wakes its receivers."""

from importlib import import_module

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = "Contenidos"

    def ready(self):
        import_module("content.receivers")
