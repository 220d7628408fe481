"""Shows a mark of a block as people say it, where Wagtail compares two versions of it."""

from django.utils.translation import gettext as _
from wagtail.blocks import BooleanBlock


class YesNoBlock(BooleanBlock):
    """A mark that is set or not."""

    def render_basic(self, value: bool, context: object = None) -> str:
        return _("Sí") if value else _("No")
