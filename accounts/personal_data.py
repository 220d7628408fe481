"""Says what this room, the trail and the editor hold about a person, and what erasure leaves of it."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult
from wagtail import VERSION
from wagtail.admin.models import FormState
from wagtail.models import ModelLogEntry

from accounts.data_map import Holding, Row, facts_of, register_holding
from accounts.models import ErasureRequest, User
from accounts.services import read_email_change
from audit.models import AuditEntry

GOES_AWAY = _("Se borra.")
GO_AWAY = _("Se borran.")
# What Wagtail notes about who works in its editor; learners never enter it.
EDITOR_TABLES = (
    "account.EmailAddress",
    "accounts.User_groups",
    "accounts.User_user_permissions",
    "content.CustomDocument",
    "content.CustomImage",
    "content.HomePage",
    "content.StandardPage",
    "courses.CataloguePage",
    "courses.CoursePage",
    "courses.LessonPage",
    "courses.ModulePage",
    "quizzes.QuizPage",
    "wagtailadmin.EditingSession",
    "wagtailadmin.FormState",
    "wagtailcore.Comment",
    "wagtailcore.CommentReply",
    "wagtailcore.ModelLogEntry",
    "wagtailcore.Page",
    "wagtailcore.PageLogEntry",
    "wagtailcore.PageSubscription",
    "wagtailcore.Revision",
    "wagtailcore.TaskState",
    "wagtailcore.UploadedFile",
    "wagtailcore.WorkflowState",
    "wagtaildocs.Document",
    "wagtailimages.Image",
    "wagtailusers.UserProfile",
    *(("wagtailcore.APIToken",) if VERSION >= (8, 0) else ()),
)
PERSON = {
    "first_name": _("Nombres"),
    "last_name": _("Apellidos"),
    "email": _("Correo electrónico"),
    "document_type": _("Documento"),
    "document_number": _("Número del documento"),
    "learner_key": _("Clave interna"),
    "date_joined": _("Cuenta creada"),
    "last_login": _("Último ingreso"),
    "first_entry_at": _("Primer ingreso"),
    "privacy_notice_version": _("Aviso de privacidad que aceptaste"),
}
MEMBERSHIP = {
    "organisation.name": _("Entidad"),
    "organisation.district.name": _("Distrito"),
    "post": _("Cargo"),
    "started_on": _("Desde"),
    "ended_on": _("Hasta"),
    "confirmed_at": _("Confirmado"),
}
GRANT = {
    "role": _("Rol"),
    "is_national": _("Todo el país"),
    "area_codes": _("Regiones"),
    "kinds": _("Tipos de entidad"),
    "starts_on": _("Desde"),
    "ends_on": _("Hasta"),
}
ERASURE_REQUEST = {"asked_at": _("Pedido"), "state": _("Estado"), "decided_at": _("Decidido"), "reason": _("Motivo")}
RECOVERY_CODE = {"issued_at": _("Dado"), "expires_at": _("Vence"), "used_at": _("Usado")}
ACT = {"at": _("Cuándo"), "action": _("Acto"), "was_by_person": _("Lo hiciste tú"), "details": _("Detalle")}
EDITOR = {"table": _("Tabla"), "count": _("Cuántas veces figuras")}


def acts_about(user: User) -> Iterator[Row]:
    """Yield the acts of a person and those on their record. Who else acted, or on whom, is not theirs to take away."""
    key = user.learner_key
    for entry in AuditEntry.objects.filter(Q(actor_key=key) | Q(object_type="person", object_key=str(key))):
        yield {"at": entry.at, "action": entry.action, "was_by_person": entry.actor_key == key, "details": entry.details}


def editor_notes(user: User) -> Iterator[Row]:
    """Yield where the editor names the person as author, reviewer or subscriber, and how often. Learners never enter it."""
    if not (user.grants.exists() or user.is_superuser):
        return
    for relation in User._meta.get_fields(include_hidden=True):
        table = relation.related_model and relation.related_model._meta.label
        if relation.auto_created and not relation.concrete and table in EDITOR_TABLES:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: user})
            if count := rows.count():
                yield {"table": table, "count": count}


def forget_in_editor(learner_key: UUID) -> None:
    """Take away what the editor copied when somebody opened or changed this person there: names stand in its labels."""
    for pk in User.objects.filter(learner_key=learner_key).values_list("pk", flat=True):
        of_person = {"content_type": ContentType.objects.get_for_model(User), "object_id": str(pk)}
        ModelLogEntry.objects.filter(**of_person).delete()
        FormState.objects.filter(**of_person).delete()


def forget_account(learner_key: UUID) -> None:
    """Forget the letters that wait or went out, and delete the person with all that hangs on it, sessions too."""
    for user in User.objects.filter(learner_key=learner_key):
        letters = DBTaskResult.objects.filter(task_path__startswith="accounts.tasks.").values_list("pk", "args_kwargs")
        DBTaskResult.objects.filter(pk__in=[pk for pk, sent in letters if is_letter_to(user, sent["args"])]).delete()
        user.delete()


def forget_earlier_requests(learner_key: UUID) -> None:
    """Delete what the person asked before and was not carried out: the reasons are somebody's words beside the key."""
    earlier = (ErasureRequest.State.DECLINED, ErasureRequest.State.WITHDRAWN)
    ErasureRequest.objects.filter(learner=learner_key, state__in=earlier).delete()


def is_letter_to(user: User, args: list[str]) -> bool:
    """Say whether a letter names the person: by the opaque name, or inside the token of a change of e-mail."""
    change = read_email_change(args[0]) if args else None
    return user.username in args or (change is not None and change.username == user.username)


register_holding(
    Holding(
        "accounts",
        "person",
        _("Quién eres"),
        ("accounts.User", "accounts.Session", "django_tasks_database.DBTaskResult"),
        PERSON,
        lambda user: facts_of([user], PERSON),
        _("Se borra: nombres, documento, correo, contraseña y sesiones."),
        forget_account,
        of_person=(_("Quién es"), _("Se borra: nombres, documento, correo, contraseña y sesiones.")),
    )
)
register_holding(
    Holding(
        "accounts",
        "memberships",
        _("Dónde trabajas y trabajaste"),
        ("accounts.Membership",),
        MEMBERSHIP,
        lambda user: facts_of(user.memberships.select_related("organisation__district").order_by("started_on"), MEMBERSHIP),
        GOES_AWAY,
        of_person=(_("Dónde trabaja y trabajó"), GOES_AWAY),
    )
)
register_holding(
    Holding(
        "accounts",
        "roles",
        _("Roles que tienes o tuviste"),
        ("accounts.RoleGrant",),
        GRANT,
        lambda user: facts_of(user.grants.order_by("starts_on"), GRANT),
        GO_AWAY,
        of_person=(_("Roles que tiene o tuvo"), GOES_AWAY),
    )
)
register_holding(
    Holding(
        "accounts",
        "erasure_requests",
        _("Pedidos de borrado"),
        ("accounts.ErasureRequest",),
        ERASURE_REQUEST,
        lambda user: facts_of(ErasureRequest.objects.filter(learner=user.learner_key), ERASURE_REQUEST),
        _("Queda la fecha sin tu nombre, para borrar otra vez si se restaura una copia antigua. Se borran tus pedidos anteriores."),
        forget_earlier_requests,
        of_person=(
            _("Pedidos de borrado"),
            _("Queda la fecha sin su nombre, para borrar otra vez si se restaura una copia antigua. Se borran sus pedidos anteriores."),
        ),
    )
)
register_holding(
    Holding(
        "accounts",
        "recovery_codes",
        _("Códigos para recuperar tu contraseña"),
        ("accounts.RecoveryCode",),
        RECOVERY_CODE,
        lambda user: facts_of(user.recovery_codes.order_by("issued_at"), RECOVERY_CODE),
        GO_AWAY,
        of_person=(_("Códigos para recuperar su contraseña"), GOES_AWAY),
    )
)
register_holding(
    Holding(
        "accounts",
        "trail",
        _("Historial: lo que hiciste y quién miró tu registro"),
        ("audit.AuditEntry",),
        ACT,
        acts_about,
        _("Queda sin tu nombre."),
        of_person=(_("Historial: lo que hizo y quién miró su registro"), _("Queda sin su nombre.")),
    )
)
register_holding(
    Holding(
        "accounts",
        "editor",
        _("Tu trabajo en el editor de contenidos"),
        EDITOR_TABLES,
        EDITOR,
        editor_notes,
        _("Quedan las páginas, sin tu nombre. Se borran tus comentarios."),
        forget_in_editor,
        of_person=(_("Su trabajo en el editor de contenidos"), _("Quedan las páginas, sin su nombre. Se borran sus comentarios.")),
    )
)
