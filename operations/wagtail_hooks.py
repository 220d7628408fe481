"""Puts our own help where Wagtail's editor offers a foreign guide, and notes what is done to several files at once."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.models import CustomDocument, CustomImage
from operations.editor_changes import note_act_on_file

FOREIGN = ("whats-new-in-wagtail", "editor-guide")


@hooks.register("construct_help_menu")
def offer_our_help(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if not item.name.startswith(FOREIGN)]
    items.insert(0, MenuItem(_("Escribe a Ayuda"), reverse("operations:help"), name="help-page", icon_name="mail", order=1))


@hooks.register("after_bulk_action")
def note_files_by_the_dozen(request, action_type, objects, action_class_instance) -> None:
    """Leave one line for each file that got a tag or another collection; Wagtail stores both without saving the file."""
    if action_type != "delete" and action_class_instance.model in {CustomDocument, CustomImage}:
        for file in objects:
            note_act_on_file(file, "changed", request.user.learner_key)
