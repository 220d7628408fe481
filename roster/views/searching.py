"""Serves the search of people. It comes by POST: neither a number nor a name stands in an
address.
"""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.limits import PEOPLE_SOUGHT, held_back, take
from accounts.models import Organisation, User
from accounts.permissions import (
    COMPANIONS,
    STEWARDS,
    Role,
    holds_role,
    looks_after_everybody,
    organisations_visible_to,
)
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from roster.forms import SearchForm
from roster.queries import MOST_FOUND, find_people
from roster.services import record_search


@for_roles(*COMPANIONS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def search(request: PersonRequest) -> HttpResponse:
    """Find people in sight by document, e-mail or name; who is outside is not found, like
    somebody unknown.
    """
    form = SearchForm(request.POST or None)
    context = {
        "form": form,
        "is_steward": holds_role(request.user, *STEWARDS),
        "is_operator": holds_role(request.user, Role.OPERATOR),
        "sees_everybody": looks_after_everybody(request.user),
        "most": MOST_FOUND,
        "own_institutions": own_institutions(request.user),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "roster/search.html", context)
    now = timezone.now()
    if not take(PEOPLE_SOUGHT, request.user.pk, now=now):
        form.add_error(None, _("Buscaste a muchas personas seguidas. Espera una hora."))
        return held_back(render(request, "roster/search.html", context), PEOPLE_SOUGHT)
    sought = form.cleaned_data["who"]
    found = find_people(request.user, sought)
    record_search(by=request.user, sought=sought, found=found, now=now)
    return render(request, "roster/search.html", {**context, "found": found})


def own_institutions(user: User) -> QuerySet[Organisation] | tuple[()]:
    """Return the institutions of a liaison, who sees no others; no statement for anybody else."""
    if not holds_role(user, Role.LIAISON):
        return ()
    return organisations_visible_to(user, (Role.LIAISON,))
