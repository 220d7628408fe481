"""Serves the merge of two accounts of one person: the other account is sought, what would happen is
told, and only then it is done.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.limits import PEOPLE_SOUGHT, held_back, take
from accounts.models import User
from accounts.permissions import STEWARDS
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from accounts.queries import current_membership
from accounts.services import record_look
from roster.acts import MERGE, refusal_of
from roster.forms import SearchForm
from roster.merging import preview
from roster.queries import MOST_FOUND, find_people
from roster.services import record_search
from roster.views.acting import answer_to_repeat, person_to_act_on, shown, tried
from roster.views.card import existing_person


@for_roles(*STEWARDS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def find_other(request: PersonRequest, username: str) -> HttpResponse:
    """Find the other account of a person, inside the reach; it comes by POST, as every search."""
    person = person_to_act_on(request.user, username)
    form = SearchForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "person": person, "most": MOST_FOUND}
    record_look(person=person, looked_by=request.user, action="person_opened", now=timezone.now())
    if request.method != "POST" or not form.is_valid():
        return render(request, "roster/find_other.html", context)
    now = timezone.now()
    if not take(PEOPLE_SOUGHT, request.user.pk, now=now):
        form.add_error(None, _("Buscaste a muchas personas seguidas. Espera una hora."))
        return held_back(render(request, "roster/find_other.html", context), PEOPLE_SOUGHT)
    sought = form.cleaned_data["who"]
    found = find_people(request.user, sought)
    record_search(by=request.user, sought=sought, found=found, now=now)
    others = [each for each in found.people if each.pk != person.pk]
    context |= {"found": found, "others": others, "is_same": len(others) < len(found.people)}
    return render(request, "roster/find_other.html", context)


@for_roles(*STEWARDS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def merge(request: PersonRequest, username: str, other: str) -> HttpResponse:
    """Tell what would happen if `other` became an account of a person, and do it."""
    if answer := answer_to_repeat(request, username, MERGE.done):
        return answer
    person = person_to_act_on(request.user, username)
    if username == other:
        messages.error(request, _("Es la misma cuenta: elige la otra."))
        return redirect("roster:find_other", username)
    if User.objects.filter(username=other, merged_into=person).exists():
        messages.info(request, _("Esas dos cuentas ya son una."))
        return redirect("roster:card", username)
    merged = existing_person(request.user, other)
    now = timezone.now()
    told = preview(person, merged, request.user, now)
    form = MERGE.form(request.POST or None, person=person, other=merged, mark=told.mark)  # type: ignore[call-arg]
    if request.method == "POST" and form.is_valid() and (answer := tried(request, form, MERGE)):
        return answer
    if merged.pk != request.user.pk:
        record_look(person=merged, looked_by=request.user, action="card_opened", now=now)
    context = {
        "form": form,
        "act": MERGE,
        "person": person,
        "accounts": [(each, current_membership(each)) for each in (person, merged)],
        "other": merged,
        "told": told,
        "refusal": told.refusal and refusal_of(told.refusal),
    }
    return shown(request, "roster/merge.html", context)
