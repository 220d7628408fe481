"""Names the app `content` to Django, wakes its receivers, and names the fields of the editor."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = "Contenidos"

    def ready(self):
        from content import receivers  # noqa: F401 - connects them
        from content.field_names import name_fields

        name_fields()
