"""Shows grades and times of attempts inside any template."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from learning.grades import shown_grade
from quizzes.models import Attempt
from quizzes.wording import clock_time

register = template.Library()


@register.filter
def attempt_grade(attempt: Attempt) -> str:
    """Return the grade of an attempt on Peru's scale: “14 de 20”; never the pass mark for someone
    who did not reach it.
    """
    if attempt.score_scaled is None:
        return ""
    return _("%(grade)s de 20") % {
        "grade": shown_grade(attempt.score_scaled, attempt.rules["pass_mark"])
    }


@register.filter
def clock(moment: datetime) -> str:
    """Return the time of day in Lima: “10:12 a. m.”."""
    return clock_time(timezone.localtime(moment))
