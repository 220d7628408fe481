"""Names the privacy notice in force, so that a person's acceptance says which text they read."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User

PRIVACY_NOTICE_VERSION = "2026-11-29.2"
# What is new since the version before, for who confirmed that one; written anew with each version.
NEWS = (
    _(
        "Los ministerios y quienes coordinan la capacitación ven los números exactos de cada lugar "
        "y de cada entidad, sin nombres."
    ),
    _(
        "Si en tu entidad trabajan pocas personas, de esos números se puede deducir si terminaste "
        "un curso."
    ),
    _(
        "Tu nombre lo ven solo quien coordina la capacitación en tu entidad, que ve qué te falta "
        "en cada curso, y quienes operan el sitio, que ven lo necesario para atenderte. Cada vez "
        "que miran tus datos queda anotado."
    ),
)


def has_older_notice(user: User) -> bool:
    """True for who confirmed a notice that is no longer in force.

    Before the first entry nothing was confirmed: that page shows the notice itself.
    """
    return user.first_entry_at is not None and user.privacy_notice_version != PRIVACY_NOTICE_VERSION
