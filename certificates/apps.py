"""Names the room `certificates` to Django and wakes its receivers."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "Certificados"

    def ready(self):
        # Models can be imported only now; a plain import connects the receivers.
        import certificates.receivers  # noqa: F401
        from certificates.notices import KINDS, REGISTER, REVOCATIONS
        from certificates.personal_data import HOLDINGS
        from notices.journals import register_journal
        from notices.kinds import register_kinds
        from privacy.data_map import register_holdings

        register_kinds(*KINDS)
        register_journal(REGISTER)
        register_journal(REVOCATIONS)
        register_holdings(self.name, *HOLDINGS)
