"""Adds the blocks that lessons need."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import ListBlock, StructBlock, StructBlockValidationError
from wagtail.blocks.list_block import ListBlockValidationError

from content.blocks import TEXT_FEATURES, ChecklistBlock, ContentBlock, PlainBlocks, SourcesBlock
from lib.drafts import LineBlock, ProseBlock
from lib.yes_no import YesNoBlock
from norms.blocks import CitationBlock, NormsBlock


class CaseChoiceBlock(StructBlock):
    text = LineBlock(max_length=250, label=_("Lo que harías"))
    is_best = YesNoBlock(required=False, label=_("Es lo que conviene"))
    feedback = ProseBlock(features=["bold", "italic"], label=_("Qué pasa si lo haces"))


EMPTY_CHOICE = {"text": "", "is_best": False, "feedback": ""}


class CaseBlock(ContentBlock):
    title = LineBlock(max_length=120, label=_("Título"))
    situation = ProseBlock(features=TEXT_FEATURES, label=_("Situación"))
    question = LineBlock(max_length=120, default="¿Qué haces?", label=_("Pregunta"))
    choices = ListBlock(
        CaseChoiceBlock(), min_num=2, max_num=5, default=[EMPTY_CHOICE] * 2, label=_("Opciones")
    )

    class Meta:
        label = _("Caso: ¿qué haces?")
        icon = "help"
        template = "courses/blocks/case.html"

    def clean(self, value):
        """Refuse a case in which nothing is the thing to do: each choice would answer “not yet”; a
        draft may wait for the mark.
        """
        case = super().clean(value)
        if not self.is_deferred_validation and not any(item["is_best"] for item in case["choices"]):
            sentence = _("Marca al menos una opción con «Es lo que conviene».")
            raise StructBlockValidationError(
                block_errors={
                    "choices": ListBlockValidationError(
                        non_block_errors=[ValidationError(sentence)]
                    )
                }
            )
        return case


class LessonBlocks(PlainBlocks):
    case = CaseBlock()
    citation = CitationBlock()
    norms = NormsBlock()
    checklist = ChecklistBlock()
    sources = SourcesBlock()
