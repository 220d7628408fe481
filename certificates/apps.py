"""Names the room `certificates` to Django and wakes its receivers."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "Certificados"

    def ready(self):
        # Models can be imported only now; a plain import connects the receivers.
        import certificates.receivers  # noqa: F401
        from certificates.personal_data import HOLDINGS
        from privacy.data_map import register_holdings

        register_holdings(self.name, *HOLDINGS)
