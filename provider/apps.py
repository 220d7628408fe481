"""Names the room `provider` to Django, and wakes what keeps its one row fresh."""

from django.apps import AppConfig


class ProviderConfig(AppConfig):
    name = "provider"
    verbose_name = "Institución responsable"

    def ready(self):
        from provider import receivers  # noqa: F401 - connects them
