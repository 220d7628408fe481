"""Says what the app below, `accounts`, holds about a person: who they are, where they serve, their
roles, codes, letters and sessions.
"""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from accounts.models import MissingInstitution, User
from accounts.services import read_email_change
from privacy.acts import act_in_words
from privacy.data_map import Holding, RetentionRule, facts_of
from privacy.deletion import forget_ended_sessions, forget_letters, forget_recovery_codes

GOES_AWAY = _("Se borra.")
GO_AWAY = _("Se borran.")
PERSON_LABELS = {
    "first_name": _("Nombres"),
    "last_name": _("Apellidos"),
    "email": _("Correo electrónico"),
    "bounced_email": _("Correo que no recibe nuestras cartas"),
    "document_type": _("Documento"),
    "document_number": _("Número del documento"),
    "learner_key": _("Clave interna"),
    "date_joined": _("Cuenta creada"),
    "last_login": _("Último ingreso"),
    "first_entry_at": _("Primer ingreso"),
    "privacy_notice_version": _("Aviso de privacidad que aceptaste"),
    "privacy_notice_at": _("Aviso de privacidad aceptado"),
}
MEMBERSHIP_LABELS = {
    "organisation.name": _("Entidad"),
    "organisation.district.name": _("Distrito"),
    "post": _("Cargo"),
    "started_on": _("Desde"),
    "ended_on": _("Hasta"),
    "ended_at": _("Fin anotado"),
    "confirmed_at": _("Confirmado"),
}
MISSING_LABELS = {
    "words": _("Cómo la escribiste"),
    "post": _("Cargo"),
    "said_at": _("Cuándo"),
}
ROLE_LABELS = {
    "role": _("Rol"),
    "is_national": _("Todo el país"),
    "area_codes": _("Regiones"),
    "kinds": _("Tipos de entidad"),
    "organisation.name": _("Entidad"),
    "starts_on": _("Desde"),
    "ends_on": _("Hasta"),
    "reviewed_on": _("Revisado"),
}
REASON_LABELS = {"at": _("Cuándo"), "act": _("Acto"), "reason": _("Motivo")}
FACTOR_LABELS = {
    "type": _("Clase"),
    "created_at": _("Activado"),
    "last_used_at": _("Usado por última vez"),
}
CODE_LABELS = {"issued_at": _("Dado"), "expires_at": _("Vence"), "used_at": _("Usado")}


def forget_account(learner_key: UUID) -> None:
    """Forget the letters that wait or went out, and delete the person with all that hangs on it,
    sessions too.
    """
    for user in User.objects.filter(learner_key=learner_key):
        letters = DBTaskResult.objects.filter(task_path__startswith="accounts.tasks.").values_list(
            "pk", "args_kwargs"
        )
        DBTaskResult.objects.filter(
            pk__in=[pk for pk, arguments in letters if is_letter_to(user, arguments["args"])]
        ).delete()
        user.delete()


def is_letter_to(user: User, args: list[str]) -> bool:
    """Say whether a letter names the person: by the opaque name, or inside the token of a change of
    e-mail.
    """
    change = read_email_change(args[0]) if args else None
    return user.username in args or (change is not None and change.username == user.username)


WHILE_THERE_IS_AN_ACCOUNT = RetentionRule(
    name="account",
    place=10,
    what=_("Tus nombres, documento, correo, entidad, cargo y roles"),
    term=_("Mientras tengas tu cuenta"),
    why=_("Para que ingreses y para tus certificados. Se borran cuando lo pides."),
)
CODES = RetentionRule(
    name="codes",
    place=90,
    what=_("Códigos para recuperar tu contraseña"),
    term=_("30 días después de vencer"),
    why=_("Para aclarar quién los dio."),
    days=30,
    forget=forget_recovery_codes,
)
LETTERS = RetentionRule(
    name="letters",
    place=100,
    what=_("Notas de los correos para ti"),
    term=_("30 días"),
    why=_("Para saber si un correo salió."),
    days=30,
    forget=forget_letters,
)
SESSIONS = RetentionRule(
    name="sessions",
    place=110,
    what=_("Sesiones en tus equipos"),
    term=_("1 día después de terminar"),
    why=_("Para que no tengas que ingresar cada vez."),
    days=1,
    forget=forget_ended_sessions,
)

PERSON = Holding(
    name="person",
    title=_("Quién eres"),
    tables=("accounts.User", "accounts.Session", "django_tasks_database.DBTaskResult"),
    retention=(WHILE_THERE_IS_AN_ACCOUNT, SESSIONS, LETTERS),
    labels=PERSON_LABELS,
    rows=lambda user: facts_of([user], PERSON_LABELS),
    after_erasure=_("Se borra: nombres, documento, correo, contraseña y sesiones."),
    of_person=(_("Quién es"), _("Se borra: nombres, documento, correo, contraseña y sesiones.")),
    erase=forget_account,
)
MEMBERSHIPS = Holding(
    name="memberships",
    title=_("Dónde trabajas y trabajaste"),
    tables=("accounts.Membership", "accounts.Transfer"),
    retention=(WHILE_THERE_IS_AN_ACCOUNT,),
    labels=MEMBERSHIP_LABELS,
    rows=lambda user: facts_of(
        user.memberships.select_related("organisation__district").order_by("started_on"),
        MEMBERSHIP_LABELS,
    ),
    after_erasure=GOES_AWAY,
    of_person=(_("Dónde trabaja y trabajó"), GOES_AWAY),
)
MISSING_INSTITUTION = Holding(
    name="missing_institution",
    title=_("La entidad que no encontraste en la lista"),
    tables=("accounts.MissingInstitution",),
    retention=(WHILE_THERE_IS_AN_ACCOUNT,),
    labels=MISSING_LABELS,
    rows=lambda user: facts_of(MissingInstitution.objects.filter(user=user), MISSING_LABELS),
    after_erasure=GOES_AWAY,
    of_person=(_("La entidad que no encontró en la lista"), GOES_AWAY),
)
ROLES = Holding(
    name="roles",
    title=_("Roles que tienes o tuviste"),
    tables=("accounts.RoleGrant",),
    retention=(WHILE_THERE_IS_AN_ACCOUNT,),
    labels=ROLE_LABELS,
    rows=lambda user: facts_of(
        user.grants.select_related("organisation").order_by("starts_on"), ROLE_LABELS
    ),
    after_erasure=GO_AWAY,
    of_person=(_("Roles que tiene o tuvo"), GOES_AWAY),
)
REASONED_ACTS = Holding(
    name="reasoned_acts",
    title=_("Lo que otros cambiaron en tu cuenta, y por qué"),
    tables=("accounts.ReasonedAct",),
    retention=(WHILE_THERE_IS_AN_ACCOUNT,),
    labels=REASON_LABELS,
    rows=lambda user: facts_of(
        user.reasoned_acts.order_by("at", "pk"),
        REASON_LABELS,
        {"act": lambda row: act_in_words(row.action)},
    ),
    after_erasure=GOES_AWAY,
    of_person=(_("Lo que otros cambiaron en su cuenta, y por qué"), GOES_AWAY),
)
SECOND_FACTOR = Holding(
    name="second_factor",
    title=_("Tu segundo factor para ingresar"),
    tables=("mfa.Authenticator",),
    retention=(WHILE_THERE_IS_AN_ACCOUNT,),
    labels=FACTOR_LABELS,
    rows=lambda user: facts_of(
        Authenticator.objects.filter(user=user).order_by("created_at"), FACTOR_LABELS
    ),
    after_erasure=GOES_AWAY,
    of_person=(_("Su segundo factor para ingresar"), GOES_AWAY),
)
RECOVERY_CODES = Holding(
    name="recovery_codes",
    title=_("Códigos para recuperar tu contraseña"),
    tables=("accounts.RecoveryCode",),
    retention=(CODES,),
    labels=CODE_LABELS,
    rows=lambda user: facts_of(user.recovery_codes.order_by("issued_at"), CODE_LABELS),
    after_erasure=GO_AWAY,
    of_person=(_("Códigos para recuperar su contraseña"), GOES_AWAY),
)
