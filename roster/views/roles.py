"""Serves the roles: given and ended on a card, and looked at anew every 90 days."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import RoleGrant
from accounts.permissions import STEWARDS, Role, may_end
from accounts.policies import FORM_METHODS, PersonRequest, act_of, for_roles
from accounts.role_acts import is_due, keep_role, take_role
from accounts.services import BeyondTheCeiling
from roster.acts import END_ROLE, GIVE_ROLE
from roster.forms import ReasonForm
from roster.queries import area_names, grants_in_reach
from roster.role_form import RoleForm
from roster.services import record_list
from roster.views.acting import answer_to_repeat, person_to_act_on, shown, tried
from roster.views.card import is_of_closed, last_day_of, scope_in_words


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def give(request: PersonRequest, username: str) -> HttpResponse:
    """Give a person a role, or change the scope and the end of one that they hold."""
    if answer := answer_to_repeat(request, username, GIVE_ROLE.done):
        return answer
    person = person_to_act_on(request.user, username)
    form = RoleForm(request.POST or None, person=person, granter=request.user)
    if request.method == "POST" and form.is_valid() and (answer := tried(request, form, GIVE_ROLE)):
        return answer
    return shown(request, "roster/act.html", {"form": form, "person": person, "act": GIVE_ROLE})


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def end(request: PersonRequest, username: str, number: int) -> HttpResponse:
    """End a role of a person."""
    if answer := answer_to_repeat(request, username, END_ROLE.done):
        return answer
    person = person_to_act_on(request.user, username)
    grant = grants_in_reach(request.user).filter(pk=number).first()
    if grant is None or grant.user_id != person.pk:
        raise Http404
    form = ReasonForm(request.POST or None, person=person)
    act = replace(END_ROLE, do=partial(take_role, grant=grant))
    if request.method == "POST" and form.is_valid() and (answer := tried(request, form, act)):
        return answer
    words = _("%(role)s: %(scope)s.") % {
        "role": grant.get_role_display(),
        "scope": scope_in_words(grant, area_names([grant])),
    }
    context = {"form": form, "person": person, "act": act, "subject": words}
    return shown(request, "roster/act.html", context)


@for_roles(Role.OPERATOR)
@never_cache
@require_safe
def roles(request: PersonRequest) -> HttpResponse:
    """List who holds which role, what has to be looked at anew first. A list of people leaves its
    line.
    """
    now = timezone.now()
    grants = list(grants_in_reach(request.user))
    record_list(by=request.user, count=len(grants), now=now)
    return render(request, "roster/roles.html", {"rows": role_rows(request, grants, now)})


def role_rows(
    request: PersonRequest, grants: list[RoleGrant], now: datetime
) -> list[dict[str, object]]:
    """Return what the list shows of each role."""
    names, today = area_names(grants), timezone.localdate(now)
    return [
        {
            "grant": grant,
            "scope": scope_in_words(grant, names),
            "last_day": last_day_of(grant),
            "is_due": is_due(grant, today),
            "is_of_closed": is_of_closed(grant),
            "is_own": grant.user_id == request.user.pk,
            "may_decide": grant.user_id != request.user.pk and may_end(request.user, grant),
        }
        for grant in grants
    ]


@for_roles(Role.OPERATOR)
@act_of(lambda request, number: reverse("roster:roles"))
def keep(request: PersonRequest, number: int) -> HttpResponse:
    """Note that somebody looked at a role and it stays."""
    grant = grants_in_reach(request.user).filter(pk=number).first()
    if grant is None:
        raise Http404
    try:
        is_kept = keep_role(grant=grant, actor=request.user, now=timezone.now())
    except BeyondTheCeiling:
        messages.error(request, _("Ese rol lo revisa otra persona."))
        return redirect("roster:roles")
    if is_kept:
        messages.success(
            request, _("Anotamos que se mantiene el rol de %(name)s.") % {"name": grant.user}
        )
    else:
        messages.info(request, _("Ese rol ya se revisó hoy."))
    return redirect("roster:roles")
