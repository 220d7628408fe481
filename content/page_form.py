"""Lets the short name in the address follow the title while nobody outside the editor has seen the
page.
"""

from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import CharField, HiddenInput, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page

from content.addresses import plain_slug
from lib.texts import as_written

# Sent with a form that is only to be shown again: what it was made from is no more the newest.
NOT_SAVED = "is-not-saved"
# Between them lies every day on which a page is published or withdrawn.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class SitePageForm(WagtailAdminPageForm):
    """The editor's form of any page: no author is asked for a short name.

    That of a new page carries the page's key, so that the form sent again finds the page that it
    made.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        sent, page = args[0] if args else kwargs.get("data"), kwargs.get("instance")
        if sent and page and sent.get("revision"):
            self.take_rows(page, sent["revision"])
        if page and page.pk:
            self.forget_numbers_that_are_gone(page)
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["page_key"] = UUIDField(required=False, widget=HiddenInput, initial=uuid4)

    def clean(self) -> dict[str, Any]:
        self.refuse_days_of_no_calendar()
        self.forget_day_that_came()
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

    def take_rows(self, page: Page, number: str) -> None:
        """Give a page that goes back to a version the rows of that version: Wagtail changes those
        of the newest draft, and keeps what was added later.
        """
        revision = page.revisions.filter(pk=number).first() if number.isdecimal() else None
        earlier = revision.as_object() if revision else page
        for name in self.names_of_rows():
            getattr(page, name).set(list(getattr(earlier, name).all()))

    def forget_numbers_that_are_gone(self, page: Page) -> None:
        """Make those rows of a draft new that a publication took out of the database: their numbers
        would be refused when the form is sent.
        """
        for name in self.names_of_rows():
            rows = [row for row in getattr(page, name).all() if row.pk]
            stored = set(
                type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).values_list("pk")
                if rows
                else ()
            )
            for row in rows:
                if (row.pk,) not in stored:
                    row.pk = None

    def names_of_rows(self) -> list[str]:
        """Return under which names a page of this kind keeps rows that its form shows."""
        return [name for name in type(self).formsets if name != "comments"]

    def refuse_days_of_no_calendar(self) -> None:
        """Refuse a moment of publication or withdrawal that nobody means, and that a database may
        not hold.
        """
        for name in ("go_live_at", "expire_at"):
            moment = self.cleaned_data.get(name)
            if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
                sentence = _("Escribe una fecha entre los años %(first)d y %(last)d.")
                years = {"first": FIRST_YEAR, "last": LAST_YEAR}
                self.add_error(name, sentence % years)

    def forget_day_that_came(self) -> None:
        """Take out the day on which the page was withdrawn: nobody typed it now, and it would stop
        every later save.
        """
        day = self.cleaned_data.get("expire_at")
        if day and day <= timezone.now() and "expire_at" not in self.changed_data:
            self.cleaned_data["expire_at"] = None


# Letters of a title that a copy takes, so that there is room to say that it is one.
LONGEST_COPIED = 200


class SiteCopyForm(CopyForm):
    """The form of a copy: it is a draft with a short name of its own, and neither is asked for. Its
    title tells it from what it was made of.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # That of Wagtail takes a title of any length, which the page then cannot keep.
        self.fields["new_title"] = CharField(
            label=self.fields["new_title"].label,
            max_length=Page._meta.get_field("title").max_length,
            initial=_("%(title)s (copia)")
            % {"title": self.page.get_admin_display_title()[:LONGEST_COPIED]},
        )
        del self.fields["new_slug"]
        self.fields.pop("publish_copies", None)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        parent = data.get("new_parent_page") or self.page.get_parent()
        title = as_written(data.get("new_title", ""))
        is_same = Q(title__iexact=title) | Q(draft_title__iexact=title)
        if title and parent.get_children().filter(is_same).exists():
            self.add_error(
                "new_title",
                _(
                    "Ahí ya hay una página con ese título, y nadie las distinguiría. Escribe otro "
                    "título para la copia."
                ),
            )
        slugs = set(parent.get_children().values_list("slug", flat=True))
        kind = str(self.page.specific_class._meta.verbose_name)
        data["new_slug"] = plain_slug(data.get("new_title", ""), kind, slugs)
        return data
