"""Reads what became of publications, for those who published, and who signed what learners read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.models import User
from courses.models import CourseHead, CoursePage
from courses.scheduling import due_revisions

# The due jobs run each minute: what nothing stops is not missed before they had time.
TIME_OF_JOBS = timedelta(minutes=5)


def missed_publications(now: datetime) -> list[str]:
    """Return a sentence for each publication that learners do not see although it was made or its
    hour has come.
    """
    sentences = []
    titles = dict(CoursePage.objects.values_list("translation_key", "title"))
    for head in CourseHead.objects.filter(is_dirty=True).exclude(problem=""):
        sentence = _("“%(title)s” se publicó, pero el curso todavía no cambió: %(problem)s")
        sentences.append(
            sentence % {"title": titles.get(head.key, head.slug), "problem": head.problem}
        )
    for revision in due_revisions(now):
        page = revision.as_object()
        problems = "; ".join(map(str, [*page.publishing_problems(), *page.missing_approval()]))
        if not problems and revision.approved_go_live_at > now - TIME_OF_JOBS:
            continue
        problems = problems or _("el sitio no hace sus tareas. Escribe en «Ayuda».")
        sentences.append(
            _("“%(title)s” debía publicarse y no se publicó: %(problem)s")
            % {"title": page.title, "problem": problems}
        )
    return sentences


def waits_for(pages: Iterable[Page]) -> str:
    """Return what must be published before learners see these published pages, as a sentence; empty
    when nothing must.
    """
    above: dict[str, Page] = {}
    for page in pages:
        hidden = page.get_ancestors().filter(live=False, depth__gt=1).specific()
        above |= {one.path: one for one in hidden} if page.live else {}
    if not above:
        return ""
    names = [
        _("el %(kind)s “%(title)s”")
        % {"kind": page.specific_class._meta.verbose_name, "title": page.title}
        for _path, page in sorted(above.items())
    ]
    return _("Se verá cuando publiques %(pages)s.") % {"pages": get_text_list(names, _("y"))}


def day_to_come(page: Page) -> str:
    """Return the day and hour for which the newest revision of a page is scheduled, in words; empty
    when it is not.
    """
    revision = page.scheduled_revision
    if revision is None or revision.pk != page.latest_revision_id:
        return ""
    moment = timezone.localtime(revision.approved_go_live_at)
    return _("%(day)s a las %(hour)s") % {
        "day": date_format(moment, "d/m/Y"),
        "hour": date_format(moment, "H:i"),
    }


@dataclass(frozen=True)
class Signature:
    """Who reviewed what is shown: name and institution in words, and the day."""

    who: str
    day: date


def signature_of(facts: dict[str, Any]) -> Signature | None:
    """Return the signature among the facts of an activity, or None.

    No statement once this process knows the name of the day.
    """
    signature = facts.get("signature")
    if not signature:
        return None
    name = reviewer_name(UUID(signature["by"]), timezone.localdate()) or _("una persona con firma")
    who = (
        _("%(name)s, %(organisation)s,") % {"name": name, **signature}
        if signature["organisation"]
        else name
    )
    return Signature(who, date.fromisoformat(signature["on"]))


@lru_cache(maxsize=512)
def reviewer_name(key: UUID, day: date) -> str:
    """Return the name of a reviewer, or an empty text for one whose data were erased.

    The day is part of what is kept: who is erased is named until it ends, not until the restart.
    """
    person = User.objects.filter(learner_key=key).first()
    return f"{person.first_name} {person.last_name}".strip() if person else ""
