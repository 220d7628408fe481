"""Serves the trail to operators of the nation: who did what, on what and when, and whether its
chain is whole.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.limits import PEOPLE_SOUGHT, Limit, held_back, take
from accounts.models import User
from accounts.permissions import Role
from accounts.policies import FORM_METHODS, PersonRequest, act_of, for_site_roles
from audit.queries import chain_check, entry_of_seal
from audit.sealing import check_again
from audit.services import record_act
from operations.forms import TrailForm
from operations.trail import (
    Search,
    UnreadableSearch,
    note_search,
    page_of,
    read_last,
    read_search,
)
from privacy.acts import act_for_others
from roster.queries import MOST_FOUND, Found, Sought, find_people
from roster.services import record_search


@for_site_roles(Role.OPERATOR)
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def trail(request: PersonRequest) -> HttpResponse:
    """Search the trail. What is typed comes by POST and leads to an address of identifiers; each
    page that is read leaves a line.
    """
    if request.method == "POST":
        return searched(request, TrailForm(request.POST))
    try:
        search, last = read_search(request.GET), read_last(request.GET)
    except UnreadableSearch as error:
        raise Http404 from error
    person = User.objects.filter(learner_key=search.person).first() if search.person else None
    typed = {name: getattr(search, name) for name in ("act", "thing", "key", "since", "until")}
    context = {
        "form": TrailForm(initial={**typed, "who": search.person or ""}),
        "search": search,
        "person": person,
        "is_search": not search.sought.is_empty,
        **chain(),
    }
    if context["is_search"]:
        context["page"] = page = page_of(search, last)
        context["is_first"] = last is None
        note_search(search, by=request.user, count=len(page.entries), now=timezone.now())
    return render(request, "operations/trail.html", context)


def chain() -> dict[str, Any]:
    """Return whether the chain is whole, and which act stands where it broke."""
    check = chain_check()
    broken = entry_of_seal(check.broken_number) if check.broken_number else None
    return {
        "check": check,
        "broken": broken,
        "broken_act": act_for_others(broken.action) if broken else "",
    }


def searched(request: PersonRequest, form: TrailForm) -> HttpResponse:
    """Lead to the answer of a search; where several people are meant, ask which."""
    limit: Limit | None = None
    people: Found | None = None
    search = Search()
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("act", "thing", "key", "since")}
        search = Search(until=form.cleaned_data["until"], person=form.key_of_person(), **facts)
        sought = form.sought_person()
        if sought is None:
            return redirect(search.address)
        if take(PEOPLE_SOUGHT, request.user.pk, now=timezone.now()):
            people = found_people(request, sought)
            if len(people.people) == 1:
                return redirect(search.of(people.people[0].learner_key).address)
            if not people.people:
                words = _("No encontramos a esa persona. Revisa cómo está escrito, o usa su "
                          "identificador.")  # fmt: skip
                form.add_error("who", words)
        else:
            limit = PEOPLE_SOUGHT
            form.add_error(None, _("Buscaste a muchas personas seguidas. Espera una hora."))
    rows = people.people if people else ()
    context = {
        "form": form,
        "people": [(each, search.of(each.learner_key).address) for each in rows],
        "has_more": bool(people and people.has_more),
        "most": MOST_FOUND,
        **chain(),
    }
    return held_back(render(request, "operations/trail.html", context), limit)


def found_people(request: PersonRequest, sought: Sought) -> Found:
    """Return the people that are meant; the search leaves its line."""
    found = find_people(request.user, sought)
    record_search(by=request.user, sought=sought, found=found, now=timezone.now())
    return found


def to_trail(request: HttpRequest, **kwargs) -> str:
    """Return where an operator goes on."""
    return reverse("operations:trail")


@for_site_roles(Role.OPERATOR)
@act_of(to_trail)
def check_chain(request: PersonRequest) -> HttpResponse:
    """Walk the chain from its first seal; a long one is walked on by the due jobs."""
    now = timezone.now()
    check = check_again(now)
    record_act(
        actor_key=request.user.learner_key,
        action="chain_checked",
        object_type="site",
        object_key="",
        now=now,
    )
    if check.broken_number is not None:
        messages.error(request, _("La cadena no está entera. Lee abajo dónde se rompió."))
    elif check.started_at is None:
        messages.success(request, _("La cadena está entera."))
    else:
        messages.info(request, _("La cadena es larga: la comprobación sigue sola cada minuto."))
    return redirect("operations:trail")
