"""Names the privacy notice in force, so that a person's acceptance says which text they read."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User

PRIVACY_NOTICE_VERSION = "2026-11-30"
# What is new since the version before, for who confirmed that one; written anew with each version.
NEWS = (
    _(
        "Quien coordina la capacitación en tu entidad, que ve qué te falta en cada curso, ve "
        "también tu correo, tus cargos, tus certificados y las tres últimas cifras de tu documento."
    ),
    _(
        "Quien coordina, que ve qué te falta en cada curso, y quienes operan el sitio pueden "
        "corregir tus datos con un motivo. El cambio, el motivo y cada mirada quedan anotados en "
        "«Mis datos»."
    ),
)


def has_older_notice(user: User) -> bool:
    """True for who confirmed a notice that is no longer in force.

    Before the first entry nothing was confirmed: that page shows the notice itself.
    """
    return user.first_entry_at is not None and user.privacy_notice_version != PRIVACY_NOTICE_VERSION
