"""Says what Wagtail's editor holds about who works in it; learners never enter it."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from wagtail import VERSION
from wagtail.admin.models import FormState
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, get_page_models
from wagtail.users.models import UserProfile

from accounts.models import User
from privacy.accounts_data import WHILE_THERE_IS_AN_ACCOUNT
from privacy.data_map import Holding, Row

EDITOR_LABELS = {"table": _("Tabla"), "count": _("Cuántas veces figuras")}
# Pages, pictures and documents name people through fields that they inherit from Wagtail, whatever
# app they belong to.
EDITOR_TABLES = (
    *(page._meta.label for page in get_page_models()),
    get_image_model()._meta.label,
    get_document_model()._meta.label,
    "account.EmailAddress",
    "accounts.User_groups",
    "accounts.User_user_permissions",
    "wagtailadmin.EditingSession",
    "wagtailadmin.FormState",
    "wagtailcore.Comment",
    "wagtailcore.CommentReply",
    "wagtailcore.ModelLogEntry",
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


def editor_notes(user: User) -> Iterator[Row]:
    """Yield where the editor names the person as author, reviewer or subscriber, and how often.

    Learners never enter it.
    """
    if not (user.grants.exists() or user.is_superuser):
        return
    for relation in User._meta.get_fields(include_hidden=True):
        table = relation.related_model and relation.related_model._meta.label
        if relation.auto_created and not relation.concrete and table in EDITOR_TABLES:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: user})
            if count := rows.count():
                yield {"table": table, "count": count}


def forget_in_editor(learner_key: UUID) -> None:
    """Take away what the editor copied when somebody opened or changed this person there, for names
    stand in its labels, and the file of their picture.
    """
    for pk in User.objects.filter(learner_key=learner_key).values_list("pk", flat=True):
        of_person = {"content_type": ContentType.objects.get_for_model(User), "object_id": str(pk)}
        ModelLogEntry.objects.filter(**of_person).delete()
        FormState.objects.filter(**of_person).delete()
    # Nobody adds one today; a backup may bring one back.
    for profile in UserProfile.objects.filter(user__learner_key=learner_key).exclude(avatar=""):
        profile.avatar.delete()


EDITOR = Holding(
    name="editor",
    title=_("Tu trabajo en el editor de contenidos"),
    tables=EDITOR_TABLES,
    retention=(WHILE_THERE_IS_AN_ACCOUNT,),
    labels=EDITOR_LABELS,
    rows=editor_notes,
    after_erasure=_("Quedan las páginas, sin tu nombre. Se borran tus comentarios."),
    of_person=(
        _("Su trabajo en el editor de contenidos"),
        _("Quedan las páginas, sin su nombre. Se borran sus comentarios."),
    ),
    erase=forget_in_editor,
)
