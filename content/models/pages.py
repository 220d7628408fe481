"""Defines what every page has, the home page and plain pages (help, accessibility, privacy)."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from content.addresses import LONGEST_SLUG, is_plain_slug, plain_slug
from content.blocks import PlainBlocks
from content.fields import BlocksField
from content.page_form import SiteCopyForm, SitePageForm
from content.publishing import CannotPublish, PublishingProblem, block_problems, field_problems
from lib.drafts import DraftLine, DraftText
from lib.text_fields import tidy_texts


class SitePage(Page):
    """Any page of ours: its short name is made from its title, and nothing that is not whole goes
    live.
    """

    personal_data = False
    seen_by = _("La ven todas las personas.")  # once it is published; the editor says so

    promote_panels: ClassVar[list] = []
    base_form_class = SitePageForm
    copy_form_class = SiteCopyForm

    class Meta:
        abstract = True

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        # Titles have rules of their own: certificates print some of them.
        tidy_texts(self, besides=("title", "slug"))
        self.settle_slug()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        self.settle_slug()
        super().minimal_clean()
        self.check_slug()

    def clean(self) -> None:
        super().clean()
        self.check_slug()

    def settle_slug(self) -> None:
        """Make the short name where there is none, as soon as the place in the tree is known."""
        if not self.slug and self.path:
            siblings = self.get_parent().get_children().not_page(self)
            slugs = set(siblings.values_list("slug", flat=True))
            self.slug = plain_slug(self.title, str(self._meta.verbose_name), slugs)
            while self.is_hidden():
                slugs.add(self.slug)
                self.slug = plain_slug(self.title, str(self._meta.verbose_name), slugs)

    def is_hidden(self) -> bool:
        """Say whether another screen of the site stands at this page's address."""
        return False

    def get_url_parts(self, *args: Any, **kwargs: Any) -> Any:
        """Return the address under which the site is known (BASE_URL): what stands in Wagtail's own
        record of it is not.
        """
        parts = super().get_url_parts(*args, **kwargs)
        return (parts[0], settings.BASE_URL, parts[2]) if parts and parts[1] else parts

    def check_slug(self) -> None:
        """Refuse a short name that an address cannot carry. Raises ValidationError."""
        if self.slug and not is_plain_slug(self.slug):
            sentence = _now(
                "La dirección “%(slug)s” lleva letras que no sirven o tiene más de %(most)d."
            )
            raise ValidationError(sentence % {"slug": self.slug, "most": LONGEST_SLUG})

    def publishing_problems(self, together: Collection[int] = ()) -> list[PublishingProblem]:
        """Return all that stops this page, as it is now, from being published.

        Every way to publish asks this.

        `together` are the identifiers of pages that are to be published in the same act.
        """
        problems = list(field_problems(self))
        for field in self._meta.get_fields():
            if isinstance(field, StreamField):
                problems += block_problems(getattr(self, field.name))
        if self.expire_at and self.expire_at <= timezone.now():
            sentence = _now(
                "La fecha en que se retira ya pasó (%(day)s). Cámbiala o quítala en «Estado»."
            )
            day = f"{timezone.localtime(self.expire_at):%d/%m/%Y %H:%M}"
            problems.append(PublishingProblem("", sentence % {"day": day}))
        return problems

    def missing_approval(self) -> list[PublishingProblem]:
        """Return what is missing because nobody let this revision through: a plain page needs
        nobody.
        """
        return []

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; refuse what goes live with problems, by whatever way it came.

        Raises CannotPublish.
        """
        if self.goes_live():
            problems = self.publishing_problems() + self.missing_approval()
            if problems:
                raise CannotPublish(self, problems)
        super().save(*args, **kwargs)

    def goes_live(self) -> bool:
        """Say whether saving puts a page, or another revision of it, before the public."""
        if not self.live:
            return False
        row = Page.objects.filter(pk=self.pk).values_list("live", "live_revision_id").first()
        return row != (True, self.live_revision_id)


class HomePage(SitePage):
    """The front door: says what this academy is and leads to the courses."""

    personal_data = False

    headline = DraftLine(_("titular"), max_length=120)
    introduction = DraftText(_("presentación"), max_length=600)

    template = "content/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = 1
    content_panels = [*SitePage.content_panels, FieldPanel("headline"), FieldPanel("introduction")]

    class Meta:
        verbose_name = _("portada")


class StandardPage(SitePage):
    """A page of plain text: help, accessibility statement, privacy notice."""

    personal_data = False

    introduction = DraftText(_("presentación"), max_length=600, blank=True)
    body = BlocksField(PlainBlocks(), verbose_name=_("contenido"), blank=True)

    template = "content/standard_page.html"
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*SitePage.content_panels, FieldPanel("introduction"), FieldPanel("body")]

    def is_hidden(self) -> bool:
        return resolve(f"/{self.slug}/").url_name != "wagtail_serve"

    class Meta:
        verbose_name = _("página simple")
        verbose_name_plural = _("páginas simples")
