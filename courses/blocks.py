"""Adds the blocks that lessons need."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, ListBlock, RichTextBlock, StructBlock

from content.blocks import TEXT_FEATURES, ChecklistBlock, ContentBlock, PlainBlocks, SourcesBlock
from lib.drafts import LineBlock
from norms.blocks import CitationBlock, NormsBlock


class CaseChoiceBlock(StructBlock):
    text = LineBlock(max_length=250, label=_("Lo que harías"))
    is_best = BooleanBlock(required=False, label=_("Es lo que conviene"))
    feedback = RichTextBlock(features=["bold", "italic"], label=_("Qué pasa si lo haces"))


EMPTY_CHOICE = {"text": "", "is_best": False, "feedback": ""}


class CaseBlock(ContentBlock):
    title = LineBlock(max_length=120, label=_("Título"))
    situation = RichTextBlock(features=TEXT_FEATURES, label=_("Situación"))
    question = LineBlock(max_length=120, default="¿Qué haces?", label=_("Pregunta"))
    choices = ListBlock(
        CaseChoiceBlock(), min_num=2, max_num=5, default=[EMPTY_CHOICE] * 2, label=_("Opciones")
    )

    class Meta:
        label = _("Caso: ¿qué haces?")
        icon = "help"
        template = "courses/blocks/case.html"


class LessonBlocks(PlainBlocks):
    case = CaseBlock()
    citation = CitationBlock()
    norms = NormsBlock()
    checklist = ChecklistBlock()
    sources = SourcesBlock()
