"""Shows grades and times of attempts inside any template."""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from learning.grades import shown_grade
from quizzes.models import Attempt
from quizzes.papers import Square
from quizzes.wording import clock_time

register = template.Library()
# Number, a sign of its state for the eye and words for the ear.
INSIDE = """<span class="visually-hidden">{} </span>{}{}
<span class="state"><span aria-hidden="true">{}</span>
<span class="visually-hidden">. {}</span></span>"""
SQUARE = '<li><button class="square" type="submit" name="go" value="{number}">{}</button></li>'
SQUARE_HERE = '<li><span class="square" aria-current="step">{}</span></li>'
HERE = '<span class="visually-hidden"> ({})</span>'


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


@register.simple_tag
def squares(rows: Iterable[Square]) -> SafeString:
    """Return the row of squares that leads through a paper, each a button but the one shown.

    Nobody typed anything of it, so nothing is escaped: a paper may have sixty.
    """
    word, here = _("Pregunta"), HERE.format(_("estás aquí"))
    items = []
    for row in rows:
        mark = here if row.is_here else ""
        inside = INSIDE.format(word, row.number, mark, row.signs, row.words)
        square = SQUARE_HERE if row.is_here else SQUARE
        items.append(square.format(inside, number=row.number))
    return SafeString(f'<ol class="squares">{"".join(items)}</ol>')


@register.filter
def clock(moment: datetime) -> str:
    """Return the time of day in Lima: “10:12 a. m.”."""
    return clock_time(timezone.localtime(moment))
