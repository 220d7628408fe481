"""Names the room `web` to Django, and wakes its log of faults."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "web"
    verbose_name = "Sitio"

    def ready(self):
        from web import receivers  # noqa: F401 - it listens from now on
