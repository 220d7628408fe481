"""Names the room `content` to Django wakes its receivers, and names the fields of the editor."""

from importlib import import_module

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = "Contenidos"

    def ready(self):
        import_module("content.receivers")
        import_module("content.field_names").name_fields()
