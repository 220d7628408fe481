"""Shows the states of questions inside any template."""

from django import template

from questions.models import Question

register = template.Library()


@register.filter
def shown_state(question: Question) -> str:
    """Return the state of a question as people look for it: “En revisión”."""
    return str(Question.ShownState(question.shown_state).label)
