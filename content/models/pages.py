"""Defines the home page and plain pages (help, accessibility, privacy)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from content.blocks import PlainBlocks


class HomePage(Page):
    """The front door: says what this academy is and leads to the courses."""

    personal_data = False

    headline = models.CharField(_("titular"), max_length=120)
    introduction = models.TextField(_("presentación"), max_length=600)

    template = "content/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("introduction")]

    class Meta:
        verbose_name = _("portada")


class StandardPage(Page):
    """A page of plain text: help, accessibility statement, privacy notice."""

    personal_data = False

    introduction = models.TextField(_("presentación"), max_length=600, blank=True)
    body = StreamField(PlainBlocks(), verbose_name=_("contenido"), blank=True)

    template = "content/standard_page.html"
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]

    class Meta:
        verbose_name = _("página simple")
        verbose_name_plural = _("páginas simples")
