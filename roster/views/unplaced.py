"""Serves whoever looks after people with those who serve in no institution, or wrote that theirs is
missing.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import PEOPLE_CORRECTED, held_back, take
from accounts.models import User
from accounts.permissions import STEWARDS, Role, holds_role, may_act_on
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from accounts.queries import organisations_matching
from accounts.services import record_look
from roster.institution_forms import PlaceForm
from roster.queries import person_in_reach
from roster.services import record_list
from roster.unplaced import put, said_by, unplaced_people, who_said_the_same

ON_A_PAGE = 50


@for_roles(*STEWARDS)
@never_cache
@require_safe
def unplaced(request: PersonRequest) -> HttpResponse:
    """List who serves nowhere, those first who wrote where, and of each kind who waits longest."""
    people = unplaced_people(request.user)
    told = people.filter(missing_institution__isnull=False)
    others = people.filter(missing_institution=None)
    name = "otras" if request.GET.get("lista") == "otras" else ""
    rows = (others if name else told).order_by("since", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("pagina"))
    record_list(
        by=request.user, count=len(page.object_list), now=timezone.now(), name="sin-entidad"
    )
    context = {
        "page": page,
        "is_others": bool(name),
        "filters": urlencode({"lista": name}) if name else "",
        "counts": (told.count(), others.count()),
    }
    return render(request, "roster/unplaced.html", context)


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def place(request: PersonRequest, username: str) -> HttpResponse:
    """Put somebody, and who wrote the same, in the institution where they serve."""
    person = unplaced_people(request.user).filter(username=username).first()
    if person is None:
        if request.method == "POST" and person_in_reach(request.user, username):
            messages.info(request, _("Esa persona ya tiene entidad: mira en su ficha cuál es."))
            return redirect("roster:unplaced")
        raise Http404
    same = who_said_the_same(request.user, person)
    said = said_by(person)
    form = PlaceForm(request.POST or None, same=same, said=said)
    limit = None
    if request.method == "POST" and form.is_valid():
        if take(PEOPLE_CORRECTED, request.user.pk, now=timezone.now()):
            return placed(request, form, [person, *same])
        limit = PEOPLE_CORRECTED
        form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
    text = request.GET.get("buscar", said).strip()[:100]
    found, has_more = organisations_matching(text)
    record_look(person=person, looked_by=request.user, action="person_opened", now=timezone.now())
    query = {"nombre": said, "para": person.username}
    context = {
        "person": person,
        "said": said,
        "form": form,
        "text": text,
        "found": found,
        "has_more": has_more,
        "marked": form["entidad"].value(),
        "may_act": may_act_on(request.user, person),
        "add_url": f"{reverse('roster:add_institution')}?{urlencode(query)}",
        "is_operator": holds_role(request.user, Role.OPERATOR),
    }
    return held_back(render(request, "roster/place.html", context), limit)


def placed(request: PersonRequest, form: PlaceForm, people: list[User]) -> HttpResponse:
    """Put the marked people in the marked institution, and lead back to who still waits."""
    marked = {people[0].username, *form.cleaned_data.get("others", ())}
    result = put(
        [each for each in people if each.username in marked],
        organisation=form.cleaned_data["entidad"],
        reason=form.cleaned_data["reason"],
        uuid=form.cleaned_data["uuid"],
        actor=request.user,
        now=timezone.now(),
    )
    if result.done:
        told = ngettext(
            "Pusimos a %(n)d persona en su entidad.",
            "Pusimos a %(n)d personas en su entidad.",
            len(result.done),
        )
        messages.success(request, told % {"n": len(result.done)})
    for each in result.refused:
        told = _("A %(person)s la cambia quien tiene un rol más amplio que el suyo.")
        messages.error(request, told % {"person": each})
    return redirect("roster:unplaced")
