"""Serves the posts that were ended at an institution, and puts back those that ended by mistake."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import PEOPLE_CORRECTED, held_back, take
from accounts.models import Organisation
from accounts.permissions import STEWARDS
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from roster.ended import PutBack, posts_to_put_back, put_posts_back
from roster.leaving_forms import PutBackForm, marked_in
from roster.services import record_list
from roster.views.institutions import existing_institution


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def ended_posts(request: PersonRequest, uuid: str) -> HttpResponse:
    """Show the posts that were ended at an institution, and put back those that are marked."""
    organisation, now = existing_institution(request, uuid), timezone.now()
    form = PutBackForm(request.POST or None)
    limit = None
    if request.method == "POST" and form.is_valid():
        if take(PEOPLE_CORRECTED, request.user.pk, now=now):
            return put_back(request, form, organisation)
        limit = PEOPLE_CORRECTED
        form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
    rows, has_more = posts_to_put_back(organisation, request.user, now)
    record_list(by=request.user, count=len(rows), now=now, name="cargos-terminados")
    marked = marked_in(request.POST)
    context = {
        "organisation": organisation,
        "form": form,
        "rows": [(row, row.name in marked) for row in rows],
        "may_put_back": any(not row.obstacle for row in rows),
        "has_more": has_more,
    }
    return held_back(render(request, "roster/ended_posts.html", context), limit)


def put_back(request: PersonRequest, form: PutBackForm, organisation: Organisation) -> HttpResponse:
    """Put posts back, and lead to the same list, where what waits or was refused still stands."""
    data = form.cleaned_data
    told = put_posts_back(
        data["people"],
        organisation=organisation,
        reason=data["reason"],
        uuid=data["uuid"],
        actor=request.user,
        now=timezone.now(),
    )
    tell(request, told)
    return redirect("roster:ended_posts", organisation.uuid)


def tell(request: PersonRequest, put: PutBack) -> None:
    """Say how many posts are there again, whose are not, and why."""
    told = ngettext(
        "Pusimos otra vez el cargo de %(n)d persona.",
        "Pusimos otra vez el cargo de %(n)d personas.",
        put.done,
    )
    if put.done:
        messages.success(request, told % {"n": put.done})
    if put.gone:
        gone = ngettext(
            "%(n)d persona ya no estaba en esta lista: alguien puso antes su cargo, o pasaron los "
            "30 días. No cambiamos nada suyo.",
            "%(n)d personas ya no estaban en esta lista: alguien puso antes sus cargos, o pasaron "
            "los 30 días. No cambiamos nada suyo.",
            put.gone,
        )
        messages.info(request, gone % {"n": put.gone})
    if put.waiting:
        waits = _("Faltan %(n)d: márcalas otra vez y sigue.")
        messages.info(request, waits % {"n": put.waiting})
    for person, why in put.refused:
        messages.error(request, f"{person}: {why}")
