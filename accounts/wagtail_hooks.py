"""Takes the way to hand out groups by the dozen away from Wagtail's list of people."""

from django.http import Http404
from wagtail import hooks


@hooks.register("before_bulk_action")
def keep_groups_with_grants(request, action_type, objects, action_class_instance):
    """A group without a grant would hold for a minute and be no line in the trail."""
    if action_type == "assign_role":
        raise Http404
