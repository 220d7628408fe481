"""Takes the way to hand out groups by the dozen away from Wagtail's list of people, and keeps what an author writes."""

from django.http import Http404
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_js")
def go_on_after_signing_in() -> SafeString:
    """Saving by itself goes on when the author signed in again in another tab."""
    return format_html('<script type="module" src="{}"></script>', static("js/editor-session.js"))


@hooks.register("before_bulk_action")
def keep_groups_with_grants(request, action_type, objects, action_class_instance):
    """A group without a grant would hold for a minute and be no line in the trail."""
    if action_type == "assign_role":
        raise Http404
