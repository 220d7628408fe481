"""Takes the way to hand out groups by the dozen away from Wagtail's list of people, and keeps what
an author writes.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks

from accounts.models import User
from accounts.notices import tell_of_new_email
from accounts.policies import PersonRequest
from audit.services import record_act

# What Wagtail's list of people can do to several at once.
CHANGES_OF_PEOPLE = {"delete", "set_active_state"}


@hooks.register("insert_global_admin_js")
def go_on_after_signing_in() -> SafeString:
    """Saving by itself goes on when the author signed in again in another tab."""
    return format_html('<script type="module" src="{}"></script>', static("js/editor-session.js"))


@hooks.register("before_bulk_action")
def keep_groups_with_grants(request, action_type, objects, action_class_instance):
    """A group without a grant would hold for a minute and be no line in the trail."""
    if action_type == "assign_role":
        raise Http404
    changes_people = action_type in CHANGES_OF_PEOPLE and action_class_instance.model is User
    if changes_people and any(person.is_superuser or person.grants.exists() for person in objects):
        messages.error(
            request, _("Quien tiene un rol no se cambia desde una lista. Termina primero su rol.")
        )
        return redirect("wagtailusers_users:index")
    return None


@hooks.register("after_bulk_action")
def note_changes_by_the_dozen(request, action_type, objects, action_class_instance):
    """Leave one line for each person."""
    if action_type in CHANGES_OF_PEOPLE and action_class_instance.model is User:
        for person in objects:
            note_change(request, person, f"person_{action_type}", ())


@hooks.register("after_create_user")
def note_new_person(request, user):
    """Leave a line for who was added."""
    note_change(request, user, "person_added", ())


@hooks.register("after_edit_user")
def note_changed_person(request, user):
    """Leave a line with the names of the fields, and tell the address that was there before."""
    fields = user.changed_fields
    if fields:
        note_change(request, user, "person_changed", fields)
    if "email" in fields:
        tell_of_new_email(user=user, before=user.email_before, by_operator=True, now=timezone.now())


@hooks.register("after_delete_user")
def note_deleted_person(request, user):
    """Leave a line for who was taken away."""
    note_change(request, user, "person_deleted", ())


def note_change(request: PersonRequest, person: User, action: str, fields: tuple[str, ...]) -> None:
    """Write one sealed line in the transaction of the change: who, whom, and which fields, never
    what stands in them.
    """
    record_act(
        actor_key=request.user.learner_key,
        action=action,
        object_type="person",
        object_key=str(person.learner_key),
        now=timezone.now(),
        details={"fields": sorted(fields)} if fields else None,
    )
