"""Notes in the trail what the editor does to several files at once, and shows operators the way to
the first day.
"""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.permissions import looks_after_everybody
from content.models import CustomDocument, CustomImage
from operations.editor_changes import note_act_on_file


@hooks.register("after_bulk_action")
def note_files_by_the_dozen(request, action_type, objects, action_class_instance) -> None:
    """Leave one line for each file that got a tag or another collection; Wagtail stores both
    without saving the file.
    """
    if action_type != "delete" and action_class_instance.model in {CustomDocument, CustomImage}:
        for file in objects:
            note_act_on_file(file, "changed", request.user.learner_key)


class OperatorsMenuItem(MenuItem):
    """An entry of the menu that operators alone see."""

    def is_shown(self, request):
        return looks_after_everybody(request.user)


@hooks.register("register_settings_menu_item")
def offer_first_day() -> MenuItem:
    """The way back to the steps of a new site, for who left them."""
    return OperatorsMenuItem(
        _("Primer día"),
        reverse("operations:first_day"),
        name="first-day",
        icon_name="list-ol",
        order=0,
    )
