"""Serves the list in which the posts of an outgoing government end at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.limits import LISTS_UPLOADED, PEOPLE_CORRECTED, held_back, take
from accounts.models import Organisation, User
from accounts.permissions import STEWARDS
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from roster.leaving import Ended, Leaver, end_posts, leavers
from roster.leaving_forms import LeavingForm, LeavingListForm, marked_in
from roster.leaving_lists import TooManyLines, read_list
from roster.services import record_list
from roster.views.institutions import existing_institution

# What the buttons of the page ask for; the first one is asked for by default.
PREVIEW, CORRECT, CONFIRM, LIST = "mira", "corrige", "confirma", "lista"


@for_roles(*STEWARDS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def leaving(request: PersonRequest, uuid: str) -> HttpResponse:
    """Mark who leaves an institution, see what that does, and end their posts."""
    organisation = existing_institution(request, uuid)
    step = step_of(request)
    if step == LIST:
        return marked_by_list(request, organisation)
    form = LeavingForm(request.POST or None)
    limit = None
    if step == CONFIRM and form.is_valid():
        if take(PEOPLE_CORRECTED, request.user.pk, now=timezone.now()):
            return confirmed(request, form, organisation)
        limit = PEOPLE_CORRECTED
        form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
    marked = marked_in(request.POST)
    rows, has_more = leavers(organisation, request.user, marked)
    record_list(by=request.user, count=len(rows), now=timezone.now(), name="salida")
    if step == PREVIEW and form.is_valid():
        return previewed(request, form, organisation, rows)
    if request.GET.get("marca") == "todas" and not step:
        marked = {row.name for row in rows if not row.obstacle}
    context = {
        "organisation": organisation,
        "form": form,
        "list_form": LeavingListForm(initial={"documents": typed_list(request)}),
        "rows": [(row, row.name in marked) for row in rows],
        "has_more": has_more,
    }
    return held_back(render(request, "roster/leaving.html", context), limit)


def step_of(request: PersonRequest) -> str:
    """Return what a form asks for, «» for a page that is opened; the button of the list without a
    list, where people are marked, is the key «Enter» of a field.
    """
    if request.method != "POST":
        return ""
    step = request.POST.get("paso", PREVIEW)
    has_list = typed_list(request).strip() or request.FILES.get("file")
    return PREVIEW if step == LIST and request.POST.get("people") and not has_list else step


def typed_list(request: PersonRequest) -> str:
    """Return the list as it was typed."""
    return request.POST.get("documents", "")


def marked_by_list(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Mark whom a list of documents means, beside those who were marked, and tell the lines that
    mean nobody here.
    """
    now, limit, found = timezone.now(), None, None
    list_form = LeavingListForm(request.POST, request.FILES)
    if not take(LISTS_UPLOADED, request.user.pk, now=now):
        limit, list_form = LISTS_UPLOADED, LeavingListForm(request.POST)
        list_form.add_error(None, _("Subiste muchas listas seguidas. Espera una hora."))
    elif list_form.is_valid():
        try:
            found = read_list(list_form.cleaned_data["documents"], organisation, request.user)
        except TooManyLines as refusal:
            list_form.add_error("documents", str(refusal))
    named = set(found.names) if found else set()
    marked = named | marked_in(request.POST)
    rows, has_more = leavers(organisation, request.user, marked)
    count = len(rows) + (found.others if found else 0)
    record_list(by=request.user, count=count, now=now, name="salida")
    typed = {name: request.POST.get(name, "") for name in ("ended_on", "reason", "uuid")}
    context = {
        "organisation": organisation,
        "form": LeavingForm(initial={name: value for name, value in typed.items() if value}),
        "list_form": list_form,
        "found": found,
        "marked_count": sum(row.name in marked and not row.obstacle for row in rows),
        "held_back": [row for row in rows if row.name in named and row.obstacle],
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
        "typed_list": typed_list(request),
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
        context = {
            "organisation": organisation,
            "form": form,
            "typed_list": typed_list(request),
            "ended": ended,
        }
        return render(request, "roster/leaving_goes_on.html", context)
    tell(request, ended)
    return redirect("roster:institution", organisation.uuid)


def tell(request: PersonRequest, ended: Ended) -> None:
    """Say how many posts ended, how many had ended before, and whose did not."""
    told = ngettext(
        "Terminamos el cargo de %(n)d persona.",
        "Terminamos el cargo de %(n)d personas.",
        ended.done,
    )
    if ended.done:
        messages.success(request, told % {"n": ended.done})
    if ended.gone:
        gone = ngettext(
            "%(n)d persona ya no tenía su cargo en esta entidad: no cambiamos nada suyo.",
            "%(n)d personas ya no tenían su cargo en esta entidad: no cambiamos nada suyo.",
            ended.gone,
        )
        messages.info(request, gone % {"n": ended.gone})
    for person in ended.refused:
        messages.error(request, refusal_about(person))


def refusal_about(person: User) -> str:
    """Return that a post did not end, and what to do."""
    return _(
        "El cargo de %(person)s no terminó: empezó después de ese día, o tiene un rol más amplio "
        "que el tuyo. Míralo en su ficha."
    ) % {"person": person}
