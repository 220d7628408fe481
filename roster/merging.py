"""Says what would happen if two accounts became one, before anybody decides."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.corrections import account_mark, holds_any_role, request_digest
from accounts.merging import takes_way_in
from accounts.models import Membership, RecoveryCode, RoleGrant, User
from accounts.permissions import may_act_on
from accounts.services import BeyondTheCeiling
from certificates.models import Certificate
from courses.editions import outline_of
from learning.models import Enrolment
from learning.services import SameCourse, same_courses
from privacy.erasure import ErasureWaits
from privacy.queries import waits_for_erasure
from quizzes.services import AttemptIsOpen, has_open_attempt


@dataclass(frozen=True)
class Preview:
    """What a merge would do, in sentences, and why it cannot be done now (None: it can)."""

    mark: str
    lines: list[str]
    refusal: Exception | None


def preview(person: User, other: User, actor: User, now: datetime) -> Preview:
    """Return what merging `other` into `person` would do in the name of somebody."""
    keys = person.learner_key, other.learner_key
    refusal: Exception | None = None
    if not may_act_on(actor, other):
        refusal = BeyondTheCeiling("accounts_merged")
    elif has_open_attempt(*keys):
        refusal = AttemptIsOpen()
    elif waits_for_erasure(*keys):
        refusal = ErasureWaits()
    lines = [*of_account(person, other, now), *of_study(person, other)]
    mark = request_digest(account_mark(other), lines)
    return Preview(mark, lines, refusal)


def of_account(person: User, other: User, now: datetime) -> list[str]:
    """Return what becomes of names, documents, e-mails, posts and roles."""
    words = {"name": person.get_full_name()}
    lines = [_("El nombre que queda es «%(name)s».") % words]
    if person.searched_name != other.searched_name:
        lines.insert(0, _("Los nombres no son iguales: comprueba que es la misma persona."))
    if other.document_index and not person.document_index:
        lines.append(_("La cuenta que queda toma el documento de la otra."))
    if other.email and not person.email and not holds_any_role(person, now):
        lines.append(_("La cuenta que queda toma el correo de la otra."))
    serving = Membership.objects.filter(ended_on=None).select_related("organisation")
    own, others = (serving.filter(user=user).first() for user in (person, other))
    post = own or others
    if post:
        words = {"place": post.organisation.name}
        lines.append(_("Trabaja en %(place)s. Los demás cargos quedan en su historia.") % words)
    held = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate(now)), user=other)
    for grant in held.exclude(role=RoleGrant.Role.LEARNER):
        words = {"role": grant.get_role_display()}
        lines.append(_("El rol de %(role)s de la otra cuenta termina, y no se da.") % words)
    return [*lines, *of_entrance(person, other, now)]


def of_entrance(person: User, other: User, now: datetime) -> list[str]:
    """Return how the person comes in afterwards."""
    if takes_way_in(person, other, now):
        told = _("Con su correo o su documento se entra a la que queda, con la contraseña de la "
                 "otra: la que queda nunca tuvo una.")  # fmt: skip
    elif person.has_usable_password():
        told = _("Con su correo o su documento se entra a la que queda, con la contraseña de la "
                 "que queda.")  # fmt: skip
    else:
        told = _("La que queda no tiene contraseña: después de unirlas, dale un código con "
                 "«Ayúdala a ingresar».")  # fmt: skip
    lines = [told]
    if RecoveryCode.objects.filter(user=other, used_at=None, expires_at__gt=now).exists():
        lines.append(_("La papeleta o el código que tenía la otra deja de servir."))
    return lines


def of_study(person: User, other: User) -> list[str]:
    """Return what becomes of courses and certificates."""
    pairs = same_courses(person.learner_key, other.learner_key)
    lines = [in_words(pair, person) for pair in pairs]
    others = Enrolment.objects.filter(learner=other.learner_key)
    in_force = others.exclude(state=Enrolment.State.WITHDRAWN).count() - len(pairs)
    if in_force:
        words = {"count": in_force}
        lines.append(
            ngettext(
                "Pasa %(count)d curso de la otra cuenta, con su avance y sus notas.",
                "Pasan %(count)d cursos de la otra cuenta, con su avance y sus notas.",
                in_force,
            )
            % words
        )
    count = Certificate.objects.filter(learner=other.learner_key).count()
    if count:
        lines.append(
            ngettext(
                "Pasa %(count)d certificado: vale como antes, con el nombre que lleva.",
                "Pasan %(count)d certificados: valen como antes, con el nombre que llevan.",
                count,
            )
            % {"count": count}
        )
    return lines


def in_words(pair: SameCourse, person: User) -> str:
    """Return what stays of a course in which both accounts are."""
    words = {"course": outline_of(pair.stays.course.latest_edition_id).title}
    is_over = pair.stays.state == Enrolment.State.COMPLETED
    if pair.makes_way.state == Enrolment.State.COMPLETED:
        return (
            _(
                "Terminó «%(course)s» con las dos cuentas: se cuenta una vez, y valen los dos "
                "certificados."
            )
            % words
        )
    if is_over:
        return (
            _(
                "«%(course)s» queda terminado. Lo que tiene en curso con la otra cuenta se guarda "
                "y ya no sigue."
            )
            % words
        )
    if pair.stays.learner == person.learner_key:
        return (
            _(
                "En «%(course)s» sigue con lo que avanzó en la cuenta que queda. Lo de la otra se "
                "guarda y no se suma."
            )
            % words
        )
    return (
        _(
            "En «%(course)s» sigue con lo que avanzó en la otra cuenta, que es más. Lo de la que "
            "queda se guarda y no se suma."
        )
        % words
    )
