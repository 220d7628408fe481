"""Revokes one certificate, with its reason, in the name of an operator."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role, holds_role
from certificates.codes import is_well_formed, normalise
from certificates.models import Certificate
from certificates.queries import certificate_with_code
from certificates.services import CannotBeRevoked, revoke_certificate


class Command(BaseCommand):
    help = "Declares a certificate not valid from now on. Its page says so at once."

    def add_arguments(self, parser):
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--reason", required=True, help="Why, in words that the holder will read")
        parser.add_argument("--as", dest="actor", metavar="E-MAIL", required=True, help="The operator who decides")

    def handle(self, *args, **options):
        actor = User.objects.filter(email__iexact=options["actor"]).first()
        if actor is None or not holds_role(actor, Role.OPERATOR):
            raise CommandError("Only an operator revokes a certificate: --as names none.")
        reason = options["reason"].strip()
        limit = Certificate._meta.get_field("revocation_reason").max_length
        if not 1 <= len(reason) <= limit:
            raise CommandError(f"The reason takes from 1 to {limit} characters.")
        code = normalise(options["code"])
        if not is_well_formed(code):
            raise CommandError("That is no code of a certificate: check its last group.")
        certificate = certificate_with_code(code)
        if certificate is None:
            raise CommandError("There is no certificate with that code.")
        try:
            revoked = revoke_certificate(certificate=certificate, reason=reason, actor=actor, now=timezone.now())
        except CannotBeRevoked:
            raise CommandError("It was replaced by another: revoke that one.") from None
        self.stdout.write(f"Certificate {revoked.code} is revoked since {timezone.localtime(revoked.revoked_at):%d/%m/%Y %H:%M} (Lima).")
