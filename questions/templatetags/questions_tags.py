"""Shows the states of questions, and what was ticked, inside any template."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib.icons import icon, state
from questions.kinds.kind import JSON
from questions.models import Question

register = template.Library()
SIGN = '<span class="state">{}{}</span>'
TOLD = '<li><span class="grow">{}</span> {} {}</li>'


@register.filter
def shown_state(question: Question) -> str:
    """Return the state of a question as people look for it: “En revisión”."""
    return str(Question.ShownState(question.shown_state).label)


@register.simple_tag
def told_choices(told: Iterable[JSON], is_corrected: object) -> SafeString:
    """Return the choices that are told of an item, [{text, is_correct, is_chosen}], each with its
    signs; what was right of a corrected item was only taken for right.
    """
    right = (
        format_html(SIGN, "", _("Se tomó como correcta"))
        if is_corrected
        else state("done", _("Respuesta correcta"))
    )
    ticked = format_html(SIGN, icon("target"), _("La marcaste"))
    rows = (
        (
            choice["text"],
            right if choice["is_correct"] else "",
            ticked if choice["is_chosen"] else "",
        )
        for choice in told
    )
    return format_html('<ul class="rows">{}</ul>', format_html_join("", TOLD, rows))
