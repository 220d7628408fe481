"""Names the room `certificates` to Django and wakes its receivers."""

from importlib import import_module

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "Certificados"

    def ready(self):
        import_module("certificates.receivers")
        import_module("certificates.personal_data")
