"""Lets the short name in the address follow the title while nobody outside the editor has seen the
page.
"""

from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.forms import HiddenInput, UUIDField
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page

from content.addresses import plain_slug

# Sent with a form that is only to be shown again: what it was made from is no more the newest.
NOT_SAVED = "is-not-saved"


class SitePageForm(WagtailAdminPageForm):
    """The editor's form of any page: no author is asked for a short name.

    That of a new page carries the page's key, so that the form sent again finds the page that it
    made.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["page_key"] = UUIDField(required=False, widget=HiddenInput, initial=uuid4)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.data.get(NOT_SAVED):
            raise ValidationError(
                _(
                    "La página cambió después de que la abriste. Lo que escribiste sigue aquí, "
                    "sin guardar."
                )
            )
        key = data.get("page_key")
        if (
            key and not Page.objects.filter(translation_key=key).exists()
        ):  # a page elsewhere keeps its own
            self.instance.translation_key = key
        if self.instance.pk and not self.instance.first_published_at:
            self.instance.slug = ""  # made again from the title as it is now
        return data


class SiteCopyForm(CopyForm):
    """The form of a copy: it is a draft with a short name of its own, and neither is asked for."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        del self.fields["new_slug"]
        self.fields.pop("publish_copies", None)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        parent = data.get("new_parent_page") or self.page.get_parent()
        slugs = set(parent.get_children().values_list("slug", flat=True))
        kind = str(self.page.specific_class._meta.verbose_name)
        data["new_slug"] = plain_slug(data.get("new_title", ""), kind, slugs)
        return data
