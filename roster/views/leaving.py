"""Serves the list in which the posts of an outgoing government end at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import PEOPLE_CORRECTED, held_back, take
from accounts.models import Organisation, User
from accounts.permissions import STEWARDS
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from roster.leaving import Ended, Leaver, end_posts, leavers
from roster.leaving_forms import LeavingForm
from roster.services import record_list
from roster.views.institutions import existing_institution

# What the buttons of the page ask for; the first one is asked for by default.
PREVIEW, CORRECT, CONFIRM = "mira", "corrige", "confirma"


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def leaving(request: PersonRequest, uuid: str) -> HttpResponse:
    """Mark who leaves an institution, see what that does, and end their posts."""
    organisation = existing_institution(request, uuid)
    form = LeavingForm(request.POST or None)
    step = request.POST.get("paso", PREVIEW) if request.method == "POST" else ""
    limit = None
    if step == CONFIRM and form.is_valid():
        if take(PEOPLE_CORRECTED, request.user.pk, now=timezone.now()):
            return confirmed(request, form, organisation)
        limit = PEOPLE_CORRECTED
        form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
    rows, has_more = leavers(organisation, request.user)
    record_list(by=request.user, count=len(rows), now=timezone.now(), name="salida")
    if step == PREVIEW and form.is_valid():
        return previewed(request, form, organisation, rows)
    marked = set(request.POST.getlist("people"))
    if request.GET.get("marca") == "todas" and not step:
        marked = {row.name for row in rows if not row.obstacle}
    context = {
        "organisation": organisation,
        "form": form,
        "rows": [(row, row.name in marked) for row in rows],
        "has_more": has_more,
    }
    return held_back(render(request, "roster/leaving.html", context), limit)


def previewed(
    request: PersonRequest, form: LeavingForm, organisation: Organisation, rows: Sequence[Leaver]
) -> HttpResponse:
    """Show whose post would end, whose would not, and what follows from it."""
    marked, day = set(form.cleaned_data["people"]), form.cleaned_data["ended_on"]
    chosen = [row for row in rows if row.name in marked]
    going = [row for row in chosen if not row.obstacle and row.post.started_on <= day]
    context = {
        "organisation": organisation,
        "form": form,
        "day": day,
        "going": going,
        "with_roles": [row for row in going if row.roles],
        "staying": [row for row in chosen if row not in going],
    }
    return render(request, "roster/leaving_preview.html", context)


def confirmed(
    request: PersonRequest, form: LeavingForm, organisation: Organisation
) -> HttpResponse:
    """End the posts, and lead to the institution; or to the same page while some wait."""
    data = form.cleaned_data
    ended = end_posts(
        data["people"],
        organisation=organisation,
        ended_on=data["ended_on"],
        reason=data["reason"],
        uuid=data["uuid"],
        actor=request.user,
        now=timezone.now(),
    )
    if ended.waiting:
        context = {"organisation": organisation, "form": form, "ended": ended}
        return render(request, "roster/leaving_goes_on.html", context)
    tell(request, ended)
    return redirect("roster:institution", organisation.uuid)


def tell(request: PersonRequest, ended: Ended) -> None:
    """Say how many posts ended, and whose did not."""
    told = ngettext(
        "Terminamos el cargo de %(n)d persona.",
        "Terminamos el cargo de %(n)d personas.",
        ended.done,
    )
    if ended.done or not ended.refused:
        messages.success(request, told % {"n": ended.done})
    for person in ended.refused:
        messages.error(request, refusal_about(person))


def refusal_about(person: User) -> str:
    """Return that a post did not end, and what to do."""
    return _(
        "El cargo de %(person)s no terminó: empezó después de ese día, o tiene un rol más amplio "
        "que el tuyo. Míralo en su ficha."
    ) % {"person": person}
