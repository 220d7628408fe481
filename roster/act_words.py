"""Says in words what was done in the account of a person, and to what of it."""

from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import RoleGrant

WORDS_OF_ACTS = {
    "accounts_merged": gettext_lazy("Dos cuentas, unidas"),
    "attempt_given": gettext_lazy("Intento adicional dado"),
    "certificate_replaced": gettext_lazy("Certificado emitido otra vez"),
    "certificate_revoked": gettext_lazy("Certificado revocado"),
    "enrolled_again": gettext_lazy("Inscripción de nuevo"),
    "enrolment_withdrawn": gettext_lazy("Retiro de un curso"),
    "person_activated": gettext_lazy("Cuenta activada otra vez"),
    "person_corrected": gettext_lazy("Datos corregidos"),
    "person_deactivated": gettext_lazy("Cuenta desactivada"),
    "person_document_given": gettext_lazy("Documento que tenía otra cuenta, dado"),
    "person_document_taken": gettext_lazy("Documento quitado: es de otra persona"),
    "person_moved": gettext_lazy("Cambio de entidad o de cargo"),
    "time_given": gettext_lazy("Tiempo adicional dado"),
    "post_ended": gettext_lazy("Cargo terminado"),
    "post_put_back": gettext_lazy("Cargo terminado por error, puesto otra vez"),
    "role_ended": gettext_lazy("Rol terminado"),
    "role_granted": gettext_lazy("Rol dado"),
    "second_factor_removed": gettext_lazy("Segundo factor quitado"),
    "transfer_rejected": gettext_lazy("Traslado rechazado"),
}
WORDS_OF_FIELDS = {
    "document": gettext_lazy("Documento"),
    "email": gettext_lazy("Correo"),
    "first_name": gettext_lazy("Nombres"),
    "last_name": gettext_lazy("Apellidos"),
    "post": gettext_lazy("Cargo"),
}
# Facts of the trail that are keys of something with a title.
ABOUT = ("quiz", "course", "certificate")


def act_in_words(action: str, facts: dict[str, Any], titles: dict[str, str]) -> str:
    """Return what was done, and to what of the account: its fields, a role, a course, a quiz
    or a certificate, whose titles come by key.
    """
    roles = dict(RoleGrant.Role.choices)
    of = [str(WORDS_OF_FIELDS.get(field, "")) for field in facts.get("fields", ())]
    of += [str(roles.get(facts.get("role"), ""))]
    of += [titles.get(facts.get(kind, ""), "") for kind in ABOUT]
    words, about = str(WORDS_OF_ACTS.get(action, "")), ", ".join(filter(None, of))
    return f"{words}: {about}" if about else words
