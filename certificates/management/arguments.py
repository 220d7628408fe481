"""Reads what commands about certificates are told."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from certificates.codes import is_well_formed, normalise
from certificates.models import Certificate
from certificates.queries import certificate_with_code


def certificate_named(typed: str) -> Certificate:
    """Return the certificate with a code, however it was typed.

    Raises CommandError when there is none.
    """
    code = normalise(typed)
    if not is_well_formed(code):
        raise CommandError(_("Ese código no es de un certificado: compáralo letra por letra."))
    certificate = certificate_with_code(code)
    if certificate is None:
        raise CommandError(_("No hay un certificado con ese código."))
    return certificate
