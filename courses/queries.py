"""Reads which publications did not take place, for those who published, and who signed what learners read."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import CourseHead, CoursePage
from courses.scheduling import due_revisions


def missed_publications(now: datetime) -> list[str]:
    """Return a sentence for each publication that learners do not see although it was made or its hour has come."""
    told = []
    titles = dict(CoursePage.objects.values_list("translation_key", "title"))
    for head in CourseHead.objects.filter(is_dirty=True).exclude(problem=""):
        sentence = _("“%(title)s” se publicó, pero el curso todavía no cambió: %(problem)s")
        told.append(sentence % {"title": titles.get(head.key, head.slug), "problem": head.problem})
    for revision in due_revisions(now):
        page = revision.as_object()
        problems = "; ".join(map(str, [*page.publishing_problems(), *page.missing_approval()]))
        told.append(_("“%(title)s” debía publicarse y no se publicó: %(problem)s") % {"title": page.title, "problem": problems})
    return told


@dataclass(frozen=True)
class Signature:
    """Who reviewed what is shown: name and institution in words, and the day."""

    who: str
    day: date


def signature_of(facts: dict[str, Any]) -> Signature | None:
    """Return the signature among the facts of an activity, or None. No statement once this process knows the name."""
    signed = facts.get("signature")
    if not signed:
        return None
    name = reviewer_name(UUID(signed["by"])) or _("una persona con firma")
    who = _("%(name)s, %(organisation)s,") % {"name": name, **signed} if signed["organisation"] else name
    return Signature(who, date.fromisoformat(signed["on"]))


@lru_cache(maxsize=512)
def reviewer_name(key: UUID) -> str:
    """Return the name of a reviewer, or an empty text for one whose data were erased."""
    person = User.objects.filter(learner_key=key).first()
    return f"{person.first_name} {person.last_name}".strip() if person else ""
