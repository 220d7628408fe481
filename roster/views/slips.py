"""Serves slips to print, for people who have not come in yet."""

from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import SLIPS_PRINTED, held_back, take
from accounts.models import User
from accounts.permissions import STEWARDS
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from lib.identifiers import read_uuid
from roster.models import RosterFile
from roster.permissions import files_visible_to
from roster.slips import (
    MOST,
    MOST_TIMES,
    draw_slips,
    give_next_slips,
    people_to_activate,
    people_without_identifier,
    printed_together,
)


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def slips(request: PersonRequest) -> HttpResponse:
    """Say who has not come in yet, and print their slips: first of those who have none that works,
    so that a page sent twice spends no slip that is out already.
    """
    file = named_list(request)
    people = people_to_activate(request.user, file)
    person = named_person(request, people)
    if person is not None:
        people = people.filter(pk=person.pk)
    if request.method == "POST":
        return printed(request, people, file, person)
    return page(request, people, file, person)


def page(
    request: PersonRequest, people: QuerySet[User], file: RosterFile | None, person: User | None
) -> HttpResponse:
    """Show how many have no slip, and how many have one that works."""
    without = people.filter(slip_at=None).count()
    times = printed_together(people)
    context = {
        "times": [(given_at, given_at.isoformat(), count) for given_at, count in times],
        "most_times": MOST_TIMES,
        "nameless": 0 if person or file else people_without_identifier(request.user),
        "file": file,
        "person": person,
        "without": without,
        "with_slip": people.count() - without,
        "most": MOST,
        "next_count": min(without, MOST),
    }
    return render(request, "roster/slips.html", context)


def printed(
    request: PersonRequest, people: QuerySet[User], file: RosterFile | None, person: User | None
) -> HttpResponse:
    """Return the slips as a document; without anybody to give one, say so."""
    # None, too, for what is no moment: then those come who have no slip.
    given_at = read_moment(request.POST.get("tanda", ""))
    now = timezone.now()
    if people.filter(slip_at=given_at).exists() and not take(
        SLIPS_PRINTED, request.user.pk, now=now
    ):
        messages.error(request, _("Imprimiste muchas papeletas seguidas. Espera una hora."))
        return held_back(page(request, people, file, person), SLIPS_PRINTED)
    given = give_next_slips(people=people, given_at=given_at, giver=request.user, now=now)
    if not given:
        messages.info(request, _("Ya tienen su papeleta: mira si está entre tus descargas."))
        return redirect(request.get_full_path())
    answer = HttpResponse(
        draw_slips(given, now),
        content_type="application/pdf",
    )
    name = f"papeletas-{timezone.localtime(now):%Y-%m-%d-%H%M%S}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def read_moment(text: str) -> datetime | None:
    """Return the moment that a page carried; None for none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if is_aware(moment) else None


def named_person(request: PersonRequest, people) -> User | None:
    """Return the one person whom the address names, or None; 404 for who needs no slip."""
    name = request.GET.get("persona", "")
    return get_object_or_404(people, username=name) if name else None


def named_list(request: PersonRequest) -> RosterFile | None:
    """Return the list that the address names, or None; 404 for one of nobody, or of another."""
    name = request.GET.get("lista", "")
    if not name:
        return None
    file = files_visible_to(request.user).filter(uuid=read_uuid(name)).first()
    if file is None:
        raise Http404
    return file
